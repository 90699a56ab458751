/* cli/csv.h: what a line of a file of users may be, and what is said of one that may not. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "cli/csv.h"

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define LONG50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG250 LONG50 LONG50 LONG50 LONG50 LONG50

static struct csv_row row;

static const char *parse(const char *line)
{
	return cli_csv_parse(line, strlen(line), &row);
}

static void every_column(void **state)
{
	(void)state;
	assert_null(parse("claire," SECRET ",Claire@Example.org,sha256,8,60"));
	assert_string_equal(row.user, "claire");
	assert_string_equal(row.email, "claire@example.org");
	assert_int_equal(row.secret_len, 20);
	assert_memory_equal(row.secret, "Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef", 20);
	assert_int_equal(row.options.algorithm, EN_SHA256);
	assert_int_equal(row.options.digits, 8);
	assert_int_equal(row.options.period, 60);
	assert_true(row.options.active);
}

/* Shorter lines, and columns left empty: what every app can do. */
static void the_usual(void **state)
{
	static const char *const lines[] = {
		"claire," SECRET,
		"claire," SECRET ",",
		"claire," SECRET ",,,,",
		"\"claire\",\"" SECRET "\"",
		" claire\t, " SECRET " , , SHA1 , 6 , 30 ",
		"claire,jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp",
	};
	(void)state;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *wrong = parse(lines[i]);

		if (wrong)
			fail_msg("%s: %s", lines[i], wrong);
		assert_string_equal(row.user, "claire");
		assert_int_equal(row.secret_len, 20);
		assert_string_equal(row.email, "");
		assert_in_range(row.options.algorithm, 0, EN_SHA1);
		assert_true(row.options.digits == 0 || row.options.digits == 6);
		assert_true(row.options.period == 0 || row.options.period == 30);
	}
}

static void names(void **state)
{
	static const struct {
		const char *line, *user;
	} v[] = {
		{"\"o\"\"neill, anne\"," SECRET, "o\"neill, anne"},
		{"\xc3\xa9lodie," SECRET, "\xc3\xa9lodie"},
		{"\xf0\x9f\x90\xa7," SECRET, "\xf0\x9f\x90\xa7"},
		{"12345678," SECRET, "12345678"},
		{LONG250 "aaaaaa," SECRET, LONG250 "aaaaaa"},
	};
	char user[RP_USER_MAX + 1];
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_null(parse(v[i].line));
		assert_string_equal(row.user, v[i].user);
		cli_csv_user(v[i].line, strlen(v[i].line), user);
		assert_string_equal(user, v[i].user);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *line, *reason;
	} v[] = {
		{"", "no user"},
		{"," SECRET, "no user"},
		{"\"\"," SECRET, "no user"},
		{LONG250 "aaaaaaa," SECRET, "too long"},
		{LONG250 LONG50 "," SECRET, "malformed"},
		{"cl\x01ire," SECRET, "readable"},
		{"cl\x7fire," SECRET, "readable"},
		{"cl\xff," SECRET, "readable"},
		{"cl\xc3," SECRET, "readable"},
		{"cl\xc0\xaf," SECRET, "readable"},	    /* overlong */
		{"cl\xed\xa0\x80," SECRET, "readable"},	    /* a surrogate */
		{"cl\xf4\x90\x80\x80," SECRET, "readable"}, /* above U+10FFFF */
		{"claire", "there is no secret"},
		{"claire,", "there is no secret"},
		{"claire,JBSWY3DP", "10 to 64"},
		{"claire," SECRET SECRET SECRET SECRET, "10 to 64"},
		{"claire,JBSWY3DPEHPK3PX1", "not Base32"},
		{"claire," SECRET ",claire", "e-mail"},
		{"claire," SECRET ",@example.org", "e-mail"},
		{"claire," SECRET ",claire@", "e-mail"},
		{"claire," SECRET ",cl aire@example.org", "e-mail"},
		{"claire," SECRET "," LONG250 "@example.org", "e-mail"},
		{"claire," SECRET ",,md5", "algorithm"},
		{"claire," SECRET ",,,7", "digits"},
		{"claire," SECRET ",,,06", "digits"},
		{"claire," SECRET ",,,,45", "period"},
		{"claire," SECRET ",,,,,x", "six fields"},
		{"\"claire," SECRET, "malformed"},
		{"\"claire\"x," SECRET, "malformed"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		const char *wrong = parse(v[i].line);

		if (!wrong || !strstr(wrong, v[i].reason))
			fail_msg("line %zu: %s, not %s", i, wrong ? wrong : "accepted", v[i].reason);
	}
}

static void a_nul_is_no_end(void **state)
{
	static const char line[] = "cl\0aire," SECRET;
	(void)state;

	assert_non_null(cli_csv_parse(line, sizeof line - 1, &row));
}

/* A line lies in the middle of a file: nothing is read beyond its length. */
static void no_further_than_its_end(void **state)
{
	static const char line[] = "claire," SECRET ",claire@example.org";
	(void)state;

	assert_null(cli_csv_parse(line, sizeof "claire," SECRET - 1, &row));
	assert_string_equal(row.email, "");
	assert_null(cli_csv_parse(line, sizeof "claire," SECRET, &row));
	assert_string_equal(row.email, "");
	assert_non_null(cli_csv_parse(line, sizeof "claire" - 1, &row));
}

static bool header(const char *line)
{
	return cli_csv_is_header(line, strlen(line));
}

static void headers(void **state)
{
	(void)state;
	assert_true(header("user,secret"));
	assert_true(header("User,Secret,Email,Algorithm,Digits,Period"));
	assert_true(header("\"user\",\"secret\",\"email\""));
	assert_false(header("user," SECRET));
	assert_false(header("user,secre"));
	assert_false(header(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column),	   cmocka_unit_test(the_usual),
		cmocka_unit_test(names),	   cmocka_unit_test(refused),
		cmocka_unit_test(a_nul_is_no_end), cmocka_unit_test(no_further_than_its_end),
		cmocka_unit_test(headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
