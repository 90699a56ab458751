#include "cli/flaglist.h"

#include <ctype.h>
#include <string.h>
#include "common/utf8.h"
#include "common/secret.h"
#include "common/text.h"
#include "engine/address.h"

#define CELL_MAX 512

enum { NOBODY = -1, SEVERAL = -2 };

struct cell {
	char text[CELL_MAX + 1];
	size_t len; /* more than CELL_MAX: cut */
};

struct list {
	const char *at, *end;
	size_t line;
	char separator; /* '\0': one entry a line */
	int column, width;
	bool begun, fold;
	const struct cli_flaglist_calls *calls;
};

static void bad(const struct list *l, const char *why)
{
	l->calls->bad(l->line, why, l->calls->ctx);
}

static const char *line_end(const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', (size_t)(end - at));

	return nl ? nl : end;
}

static bool is_blank(const struct list *l, char c)
{
	return c == ' ' || c == '\r' || (c == '\t' && l->separator != '\t');
}

static void put(struct cell *c, char byte)
{
	if (c->len < CELL_MAX)
		c->text[c->len] = byte;
	c->len++;
}

/* Off a line that is between two of them as a whole. */
static void take_quotes(struct cell *c)
{
	if (c->len < 2 || c->len > CELL_MAX || c->text[0] != '"' || c->text[c->len - 1] != '"')
		return;
	c->len -= 2;
	memmove(c->text, c->text + 1, c->len);
	c->text[c->len] = '\0';
}

/* The cell at l->at, without quotes and blanks around it, up to a separator or the end of a line, where l->at
 * is then. false: a quote is not closed, or something stands behind the closing one. */
static bool take_cell(struct list *l, struct cell *c)
{
	bool quoted;

	c->len = 0;
	while (l->at < l->end && is_blank(l, *l->at))
		l->at++;
	quoted = l->separator && l->at < l->end && *l->at == '"';
	l->at += quoted;
	while (l->at < l->end && (quoted || (*l->at != '\n' && (!l->separator || *l->at != l->separator)))) {
		if (quoted && *l->at == '"' && (l->at + 1 == l->end || l->at[1] != '"'))
			break;
		l->at += quoted && *l->at == '"'; /* "" is one quote */
		put(c, *l->at++);
	}
	if (quoted && (l->at == l->end || *l->at++ != '"'))
		return false;
	while (quoted && l->at < l->end && is_blank(l, *l->at))
		l->at++;
	while (c->len && c->len <= CELL_MAX && is_blank(l, c->text[c->len - 1]))
		c->len--;
	c->text[c->len < CELL_MAX ? c->len : CELL_MAX] = '\0';
	if (!l->separator)
		take_quotes(c);
	return l->at == l->end || *l->at == '\n' || *l->at == l->separator;
}

/* The digits of a digest, of SHA-1 or of another kind: how many; 0: it is none. */
static size_t digest_digits(const struct cell *c)
{
	size_t n = strspn(c->text, "0123456789abcdefABCDEF");

	return n == c->len && (n == 32 || n == 40 || n == 56 || n == 64 || n == 96 || n == 128) ? n : 0;
}

static void unhex(const char *text, uint8_t digest[RP_DIGEST_LEN])
{
	for (size_t i = 0; i < RP_DIGEST_LEN; i++) {
		unsigned byte = 0;

		for (size_t j = 2 * i; j < 2 * i + 2; j++)
			byte = byte << 4 |
			       (unsigned)(isdigit((unsigned char)text[j]) ? text[j] - '0'
									  : (text[j] | 0x20) - 'a' + 10);
		digest[i] = (uint8_t)byte;
	}
}

static bool is_text(const struct cell *c)
{
	return strlen(c->text) == c->len && rp_is_text(c->text);
}

/* NULL, or why there is no digest in c. */
static const char *read_cell(const struct list *l, const struct cell *c, uint8_t digest[RP_DIGEST_LEN])
{
	struct en_address address;
	size_t digits = digest_digits(c);
	int err;

	if (!c->len)
		return N_("there is no address");
	if (c->len > CELL_MAX)
		return N_("the line is malformed or too long");
	if (digits == 2 * RP_DIGEST_LEN)
		unhex(c->text, digest);
	if (digits)
		return digits == 2 * RP_DIGEST_LEN ? NULL : N_("a digest has to be SHA-1, of 40 digits");
	if (!is_text(c))
		return N_("this is not readable text: the list has to be UTF-8");
	err = en_address_read(c->text, l->fold, &address);
	memcpy(digest, address.digest, RP_DIGEST_LEN);
	rp_wipe(&address, sizeof address);
	return err ? N_("this is not an e-mail address") : NULL;
}

static void take_entry(const struct list *l, const struct cell *c)
{
	uint8_t digest[RP_DIGEST_LEN];
	const char *why = read_cell(l, c, digest);

	if (why)
		bad(l, why);
	else
		l->calls->entry(digest, l->calls->ctx);
	rp_wipe(digest, sizeof digest);
}

int cli_flaglist_rank(const char *name)
{
	static const struct {
		const char *word;
		int rank;
	} names[] = {
		{"email", 1},
		{"mail", 1},
		{"emailaddress", 1},
		{"mailaddress", 1},
		{"adresseemail", 1},
		{"adressemail", 1},
		{"adresselectronique", 1}, /* without its accents, whatever they were in */
		{"adresseelectronique", 1},
		{"courriel", 1},
		{"sha1", 3},
		{"hash", 3},
		{"digest", 3},
		{"empreinte", 3},
		{"condensat", 3},
		{"login", 4},
		{"username", 4},
		{"user", 4},
		{"account", 4},
		{"identifiant", 4},
		{"compte", 4},
		{"address", 5},
		{"adresse", 5},
	};
	char word[64];
	size_t n = 0;

	if (strchr(name, '@'))
		return 0;
	for (const char *p = name; *p && n + 1 < sizeof word; p++)
		if (isascii((unsigned char)*p) && isalnum((unsigned char)*p))
			word[n++] = (char)tolower((unsigned char)*p);
	word[n] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(word, names[i].word))
			return names[i].rank;
	/* Something like "compromised_email", but not an address that lacks its @. */
	return !strchr(name, '.') && (strstr(word, "mail") || strstr(word, "courriel")) ? 2 : 0;
}

/* What separates the cells of the line at l->at: what is in it most often, out of quotes. '"': one of them is
 * not closed. */
static char find_separator(const struct list *l)
{
	static const char candidates[] = "\t;,";
	size_t seen[sizeof candidates] = {0}, best = 0;
	const char *found;
	bool quoted = false;

	for (const char *p = l->at; p < l->end && (quoted || *p != '\n'); p++) {
		quoted ^= *p == '"';
		if (!quoted && *p && (found = strchr(candidates, *p)))
			seen[found - candidates]++;
	}
	for (size_t i = 1; i < sizeof candidates; i++)
		if (seen[i] > seen[best])
			best = i;
	if (quoted)
		return '"';
	return candidates[seen[best] ? best : sizeof candidates - 1];
}

/* Reads the cells of one record, and calls each for those that are not empty. Returns how many there are in
 * all, or -1: malformed. l->at is then at the end of its last line. */
static int each_cell(struct list *l,
		     void (*each)(struct list *l, int column, const struct cell *c, void *ctx), void *ctx)
{
	struct cell c;
	int n = 0;

	for (;; l->at++, n++) {
		if (!take_cell(l, &c)) {
			n = -2;
			break;
		}
		if (c.len)
			each(l, n, &c, ctx);
		if (l->at == l->end || *l->at == '\n')
			break;
	}
	rp_wipe(&c, sizeof c);
	return n + 1;
}

/* Those that end between start and l->at. */
static void count_lines(struct list *l, const char *start)
{
	for (; start < l->at; start++)
		l->line += *start == '\n';
}

struct choice {
	int rank, named; /* the best name, and whose it is */
	int address;	 /* the column with an address in it */
};

static void consider(struct list *l, int column, const struct cell *c, void *ctx)
{
	struct choice *ch = ctx;
	uint8_t digest[RP_DIGEST_LEN];
	int rank = cli_flaglist_rank(c->text);

	if (rank && (!ch->rank || rank < ch->rank)) {
		ch->rank = rank;
		ch->named = column;
	} else if (rank && rank == ch->rank) {
		ch->named = SEVERAL;
	}
	if (!read_cell(l, c, digest))
		ch->address = ch->address == NOBODY ? column : SEVERAL;
}

/* What the first line that is not blank says of the others. Returns whether they can be read; l->at is behind
 * the line if it is a heading. */
static bool begin(struct list *l)
{
	struct choice ch = {0, NOBODY, NOBODY};
	const char *start = l->at;
	bool heading;
	int n;

	l->begun = true;
	l->separator = find_separator(l);
	l->width = n = l->separator == '"' ? -1 : each_cell(l, consider, &ch);
	heading = ch.rank && ch.address == NOBODY;
	l->column = heading ? ch.named : ch.address;
	if (heading)
		count_lines(l, start);
	else
		l->at = start;
	if (!l->separator) {
		l->column = 0; /* what is wrong with it is said as of any other line */
		return true;
	}
	if (n < 0)
		bad(l, N_("the line is malformed or too long"));
	else if (l->column == NOBODY)
		bad(l, N_("no column is called email, and none of this line has an address"));
	else if (l->column == SEVERAL)
		bad(l, N_("several columns may have the address: name one email"));
	return n >= 0 && l->column >= 0;
}

/* What a record says. */
struct record {
	struct cell cell; /* of the column with the address */
	bool something;	  /* not every cell is empty */
};

static void keep(struct list *l, int column, const struct cell *c, void *ctx)
{
	struct record *r = ctx;

	r->something = true;
	if (column == l->column)
		r->cell = *c;
}

static void take_record(struct list *l)
{
	const char *start = l->at;
	struct record r = {.something = false};
	int n = each_cell(l, keep, &r);

	if (n < 0) {
		bad(l, N_("the line is malformed or too long"));
		l->at = line_end(start, l->end);
	} else if (n > l->width && r.something) {
		bad(l, N_("there are more fields than in the first line"));
	} else if (r.something) {
		take_entry(l, &r.cell);
	}
	rp_wipe(&r, sizeof r);
	count_lines(l, start);
}

/* Whether nothing but blanks stands before the line's end or a #. */
static bool is_idle(const struct list *l)
{
	const char *p = l->at;

	while (p < l->end && is_blank(l, *p))
		p++;
	return p == l->end || *p == '\n' || *p == '#';
}

void cli_flaglist_read(const char *text, size_t len, bool fold, const struct cli_flaglist_calls *calls)
{
	struct list l = {.at = text, .end = text + len, .line = 1, .fold = fold, .calls = calls};

	if (len >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2))) {
		bad(&l, N_("this is UTF-16: save it as UTF-8"));
		return;
	}
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		l.at += 3;
	for (; l.at < l.end; l.at++, l.line++) {
		if (is_idle(&l)) {
			l.at = line_end(l.at, l.end);
			continue;
		}
		if (!l.begun && !begin(&l))
			return;
		if (l.at < l.end && *l.at != '\n')
			take_record(&l);
	}
}
