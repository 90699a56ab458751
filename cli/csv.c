#include "cli/csv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/base32.h"
#include "common/error.h"
#include "common/secret.h"
#include "common/text.h"
#include "common/utf8.h"
#include "engine/address.h"

#define COLUMNS 6
#define FIELD_MAX 300

/* The next field into out, quotes and blanks around it taken off. Returns where the one after it begins, end
 * for none, NULL when it is malformed or too long. */
static const char *field(const char *at, const char *end, char out[FIELD_MAX])
{
	size_t n = 0;
	bool quoted;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	quoted = at < end && *at == '"';
	at += quoted;
	while (at < end && (quoted || *at != ',')) {
		if (quoted && *at == '"' && (at + 1 == end || at[1] != '"'))
			break;
		at += quoted && *at == '"'; /* "" is one quote */
		if (n + 1 == FIELD_MAX || !*at)
			return NULL;
		out[n++] = *at++;
	}
	if (quoted && (at == end || *at++ != '"'))
		return NULL;
	while (!quoted && n && (out[n - 1] == ' ' || out[n - 1] == '\t'))
		n--;
	out[n] = '\0';
	if (at < end && *at != ',')
		return NULL;
	return at < end ? at + 1 : end;
}

static const char *take_user(struct csv_row *row, const char *s)
{
	if (!s[0])
		return N_("there is no user");
	if (strlen(s) > RP_USER_MAX || !rp_is_text(s))
		return N_("the user's name is too long or not readable text");
	strcpy(row->user, s);
	return NULL;
}

static const char *take_secret(struct csv_row *row, const char *s)
{
	int n = rp_base32_decode(s, row->secret, sizeof row->secret);

	if (n == RP_EINVAL)
		return N_("the secret is not Base32");
	if (n == RP_EFULL || n < EN_SECRET_MIN)
		return s[0] ? N_("the secret must have 10 to 64 bytes")
			    : N_("there is no secret: a comma stands between the fields");
	row->secret_len = (size_t)n;
	return NULL;
}

static const char *take_email(struct csv_row *row, const char *s)
{
	struct en_address address;

	if (!s[0])
		return NULL;
	if (en_address_read(s, false, &address))
		return N_("this is not an e-mail address");
	strcpy(row->email, address.normal);
	rp_wipe(&address, sizeof address);
	return NULL;
}

static const char *take_algorithm(struct csv_row *row, const char *s)
{
	row->options.algorithm = s[0] ? en_totp_algorithm_from(s) : EN_SHA1;
	return row->options.algorithm ? NULL : N_("the algorithm must be SHA1, SHA256 or SHA512");
}

static const char *take_digits(struct csv_row *row, const char *s)
{
	row->options.digits = !s[0] || !strcmp(s, "6") ? 6 : 8;
	return row->options.digits == 6 || !strcmp(s, "8") ? NULL : N_("the digits must be 6 or 8");
}

static const char *take_period(struct csv_row *row, const char *s)
{
	row->options.period = !s[0] || !strcmp(s, "30") ? 30 : 60;
	return row->options.period == 30 || !strcmp(s, "60") ? NULL : N_("the period must be 30 or 60");
}

const char *cli_csv_parse(const char *line, size_t len, struct csv_row *row)
{
	static const char *(*const take[COLUMNS])(struct csv_row *, const char *) = {
		take_user, take_secret, take_email, take_algorithm, take_digits, take_period};
	const char *at = line, *end = line + len, *wrong = NULL;
	char text[FIELD_MAX];
	int n;

	*row = (struct csv_row){.options.active = true};
	for (n = 0; n < COLUMNS && !wrong && (at < end || n < 2); n++) {
		at = field(at, end, text);
		wrong = at ? take[n](row, text) : N_("the line is malformed or too long");
	}
	if (!wrong && at < end)
		wrong = N_("there are more than six fields");
	rp_wipe(text, sizeof text);
	return wrong;
}

void cli_csv_user(const char *line, size_t len, char user[RP_USER_MAX + 1])
{
	char text[FIELD_MAX];

	user[0] = '\0';
	if (field(line, line + len, text) && strlen(text) <= RP_USER_MAX)
		strcpy(user, text);
}

bool cli_csv_is_header(const char *line, size_t len)
{
	return (len >= 11 && !strncasecmp(line, "user,secret", 11)) ||
	       (len >= 15 && !strncasecmp(line, "\"user\",\"secret\"", 15));
}

void cli_csv_put(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}
