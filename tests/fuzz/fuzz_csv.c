/* cli_csv_parse with whatever line: refused in words, or a row within the bounds that enrolment asks for. */
#include "tests/fuzz/fuzz.h"

#include "cli/csv.h"
#include "common/error.h"

static void must_be_sane(const struct csv_row *row)
{
	MUST(row->user[0] && memchr(row->user, '\0', sizeof row->user));
	MUST(memchr(row->email, '\0', sizeof row->email));
	MUST(!row->email[0] || strchr(row->email, '@'));
	MUST(row->secret_len >= EN_SECRET_MIN && row->secret_len <= EN_SECRET_MAX);
	for (const char *p = row->user; *p; p++)
		MUST((unsigned char)*p >= ' ' && *p != 0x7f);
	for (const char *p = row->email; *p; p++)
		MUST((unsigned char)*p >= ' ' && *p != 0x7f);
	/* 0: left out, and then the usual */
	MUST(row->options.algorithm <= EN_SHA512);
	MUST(!row->options.digits || row->options.digits == 6 || row->options.digits == 8);
	MUST(!row->options.period || row->options.period == 30 || row->options.period == 60);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* no NUL behind it: a line in the middle of a file has none either */
	char *line = malloc(size ? size : 1), user[RP_USER_MAX + 1];
	static struct csv_row row;
	const char *wrong;

	MUST(line);
	if (size)
		memcpy(line, data, size);
	wrong = cli_csv_parse(line, size, &row);
	cli_csv_user(line, size, user);
	MUST(memchr(user, '\0', sizeof user));
	cli_csv_is_header(line, size);
	if (wrong) {
		MUST(wrong[0]);
	} else {
		must_be_sane(&row);
		MUST(!strcmp(user, row.user));
	}
	free(line);
	return 0;
}
