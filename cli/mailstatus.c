#include "cli/mailstatus.h"

#include <stdio.h>
#include <string.h>
#include "cli/csv.h"
#include "cli/registered.h"
#include "common/secret.h"
#include "common/utf8.h"
#include "engine/standing.h"

#define WORDS_MAX 256

/* A spreadsheet would take what a list or a server wrote for a formula. */
static void csv(const char *s)
{
	char text[WORDS_MAX];

	snprintf(text, sizeof text, "%s%s", s[0] && strchr("=+-@\t\r", s[0]) ? "'" : "", s);
	putchar(',');
	cli_csv_put(text);
}

static void put_csv(const struct cli_registered *r, const struct en_mail_verdict *v)
{
	char when[32], classes[WORDS_MAX];

	cli_csv_put(r->name);
	printf(",%s,%s", cli_time(v->date, when), v->source);
	csv(v->name);
	csv(en_mailbox_classes(v->classes, classes, sizeof classes));
	csv(v->note);
	printf(",%s\n", cli_time(r->mail.told, when));
}

static void put_json(const struct cli_registered *r, const struct en_mail_verdict *v)
{
	char when[32], classes[WORDS_MAX];

	fputs("{\"user\":", stdout);
	cli_json_string(r->name);
	printf(",\"since\":\"%s\",\"source\":\"%s\",\"breach\":", cli_time(v->date, when), v->source);
	cli_json_string(v->name);
	printf(",\"class\":\"%s\",\"note\":", en_mailbox_classes(v->classes, classes, sizeof classes));
	cli_json_string(v->note);
	printf(",\"told\":\"%s\"}\n", cli_time(r->mail.told, when));
}

/* Users are called what a portal says. */
static void put_name(const char *s)
{
	for (size_t n; *s; s += n ? n : 1) {
		n = rp_utf8(s);
		if (n)
			fwrite(s, 1, n, stdout);
		else
			printf("\\x%02x", (unsigned char)*s);
	}
}

static void put_text(const struct cli *c, const struct cli_registered *r, const struct en_mail_verdict *v)
{
	char when[32], words[WORDS_MAX];

	put_name(r->name);
	printf(": %s", en_mailbox_words(v, words, sizeof words));
	if (r->mail.told)
		printf(T(c, N_(", told %s\n")), cli_time(r->mail.told, when));
	else
		puts(T(c, N_(", not told yet")));
}

static void put(const struct cli *c, enum cli_format format, const struct cli_registered *r,
		const struct en_mail_verdict *v)
{
	if (format == CLI_CSV)
		put_csv(r, v);
	else if (format == CLI_JSON)
		put_json(r, v);
	else
		put_text(c, r, v);
}

int cli_mailstatus_flagged(struct cli *c, enum cli_format format)
{
	long long registered = 0, flagged = 0, unknown = 0;
	struct cli_registered_walk *w = cli_registered_begin(c);
	const struct cli_registered *r;
	struct en_mail_verdict v;
	int status = w ? 0 : CLI_UNAVAILABLE;

	if (format == CLI_CSV)
		puts("user,since,source,breach,class,note,told");
	while (!status && (r = cli_registered_next(w, &status))) {
		cli_registered_judge(c, r, &v);
		registered++;
		flagged += v.known == EN_MAIL_FLAGGED;
		unknown += v.known == EN_MAIL_UNKNOWN;
		if (v.known == EN_MAIL_FLAGGED)
			put(c, format, r, &v);
	}
	if (!status && format == CLI_TEXT)
		printf(T(c, N_("%lld addresses registered: %lld flagged, %lld unknown\n")), registered,
		       flagged, unknown);
	cli_registered_end(w);
	return status;
}

static const char *known_name(const struct en_mail_verdict *v)
{
	return v->known == EN_MAIL_FLAGGED ? "flagged" : v->known == EN_MAIL_UNKNOWN ? "unknown" : "clean";
}

static int judge(struct cli *c, const struct st_account *a, struct en_mail_verdict *v)
{
	struct cli_registered r;
	int status = cli_registered_read(c, a, &r);

	if (!status)
		cli_registered_judge(c, &r, v);
	rp_wipe(&r, sizeof r);
	return status;
}

int cli_mailstatus_text(struct cli *c, const struct st_account *a)
{
	char when[32], words[WORDS_MAX];
	const struct st_mail *m = &a->mail;
	struct en_mail_verdict v;
	int status = a->email_len ? judge(c, a, &v) : 0;

	if (a->email_len && !status)
		printf(T(c,
			 v.known == EN_MAIL_FLAGGED ? N_("  mailbox: flagged, %s\n") : N_("  mailbox: %s\n")),
		       v.known == EN_MAIL_CLEAN ? "clean" : en_mailbox_words(&v, words, sizeof words));
	if (m->flagged)
		printf(T(c, N_("  seen to be flagged: %s, told: ")), cli_time(m->flagged, when));
	if (m->flagged)
		puts(cli_time(m->told, when));
	if (m->proved)
		printf(T(c, N_("  control of it was proved: %s\n")), cli_time(m->proved, when));
	if (m->gate > cli_now())
		printf(T(c, N_("  one reset may go through until: %s\n")), cli_time(m->gate, when));
	if (m->cooling > cli_now())
		printf(T(c, N_("  no reset before: %s\n")), cli_time(m->cooling, when));
	if (m->reset)
		printf(T(c, N_("  the password was reset %s: the next login is asked for a code\n")),
		       cli_time(m->reset, when));
	if (m->reset && !en_standing_tokens(a))
		printf(T(c, N_("  that is not possible without a token: rempart enroll %s\n")), a->name);
	return status;
}

int cli_mailstatus_json(struct cli *c, const struct st_account *a)
{
	const struct {
		const char *name;
		int64_t time;
	} times[] = {{"mailbox_flagged", a->mail.flagged},
		     {"mailbox_told", a->mail.told},
		     {"mailbox_proved", a->mail.proved},
		     {"reset_allowed_until", a->mail.gate > cli_now() ? a->mail.gate : 0},
		     {"no_reset_before", a->mail.cooling > cli_now() ? a->mail.cooling : 0},
		     {"reset", a->mail.reset}};
	char when[32], words[WORDS_MAX] = "";
	struct en_mail_verdict v;
	int status = a->email_len ? judge(c, a, &v) : 0;

	if (status)
		return status;
	if (a->email_len && v.known != EN_MAIL_CLEAN)
		en_mailbox_words(&v, words, sizeof words);
	printf(",\"mailbox\":\"%s\",\"mailbox_why\":", a->email_len ? known_name(&v) : "none");
	cli_json_string(words);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		printf(",\"%s\":\"%s\"", times[i].name, cli_time(times[i].time, when));
	return 0;
}
