/* corpus/line.h: a digest and a count, or what a line is instead. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "corpus/line.h"

#define R35 "23456789aBcDeF0123456789ABCDEF01234"
#define D40 "00001" R35
#define NTLM "0123456789ABCDEF0123456789ABCDEF"

static const uint8_t digest[CO_DIGEST_LEN] = {0x00, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
					      0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34};
static struct co_line l;

static void digests_and_counts(void **state)
{
	static const struct {
		const char *prefix, *line;
		uint64_t count;
	} v[] = {
		{"", D40 ":1", 1},	  {"", D40 ":0", 0},
		{"", D40 ":007\r", 7},	  {"", D40 ":18446744073709551615", UINT64_MAX},
		{"00001", R35 ":42", 42}, {"00001", R35 ":42\r", 42},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		memset(&l, 0xee, sizeof l);
		assert_int_equal(co_line_parse(v[i].line, strlen(v[i].line), v[i].prefix, i % 2, &l), 0);
		assert_memory_equal(l.digest, digest, CO_DIGEST_LEN);
		assert_true(l.count == v[i].count);
	}
}

static void anything_else(void **state)
{
	static const struct {
		const char *prefix, *line;
		enum co_oddity what;
	} v[] = {
		{"", "<h1>502 Bad Gateway</h1>", CO_ODD_LINE},
		{"", D40 "1:1", CO_ODD_LINE},
		{"", D40 "x", CO_ODD_LINE},
		{"", "G0001" R35 ":1", CO_ODD_LINE},
		{"", "0001 " R35 ":1", CO_ODD_LINE},
		{"", "0001\x80" R35 ":1", CO_ODD_LINE},
		{"", R35 ":1", CO_ODD_LINE},
		{"", NTLM, CO_ODD_LINE},
		{"", "\r", CO_ODD_LINE},
		{"", NTLM ":1", CO_ODD_NTLM},
		{"", NTLM ":1\r", CO_ODD_NTLM},
		{"", D40, CO_ODD_COUNT},
		{"", D40 "\r", CO_ODD_COUNT},
		{"", D40 ":", CO_ODD_COUNT},
		{"", D40 ":\r", CO_ODD_COUNT},
		{"", D40 ":x", CO_ODD_COUNT},
		{"", D40 ":-1", CO_ODD_COUNT},
		{"", D40 ":+1", CO_ODD_COUNT},
		{"", D40 ":1 ", CO_ODD_COUNT},
		{"", D40 ":1:1", CO_ODD_COUNT},
		{"", D40 ":18446744073709551616", CO_ODD_COUNT},
		{"", D40 ":99999999999999999999999999", CO_ODD_COUNT},
		{"00001", D40 ":1", CO_ODD_LINE},
		{"00001", "", CO_ODD_LINE},
		{"00001", NTLM ":1", CO_ODD_LINE},
		{"00001", "56789ABCDEF0123456789ABCDEF:1", CO_ODD_NTLM},
		{"00001", R35, CO_ODD_COUNT},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		int got = co_line_parse(v[i].line, strlen(v[i].line), v[i].prefix, false, &l);

		if (got != (int)v[i].what)
			fail_msg("%s: %s", v[i].line, got ? co_oddity_name((enum co_oddity)got) : "taken");
	}
}

/* A count that lost its last digit is a count still; whatever else is cut shows. */
static void cut(void **state)
{
	static const char line[] = D40 ":12";
	(void)state;

	for (size_t n = 0; n <= strlen(line); n++) {
		assert_int_equal(co_line_parse(line, n, "", true, &l), n < 42 ? CO_ODD_CUT : 0);
		if (n >= 5)
			assert_int_equal(co_line_parse(line + 5, n - 5, "00001", true, &l),
					 n < 42 ? CO_ODD_CUT : 0);
	}
	assert_int_equal(co_line_parse("</html>", 7, "", true, &l), CO_ODD_LINE);
	assert_int_equal(co_line_parse(NTLM ":1", 34, "", true, &l), CO_ODD_NTLM);
	assert_int_equal(co_line_parse(D40 ":x", 42, "", true, &l), CO_ODD_COUNT);
	assert_int_equal(co_line_parse(D40 "1", 41, "", true, &l), CO_ODD_LINE);
}

static void what_no_text_has(void **state)
{
	static char text[CO_LINE_MAX + 2];
	(void)state;

	assert_int_equal(co_line_parse(D40 ":1\0", 43, "", false, &l), CO_ODD_NUL);
	assert_int_equal(co_line_parse("\0", 1, "", true, &l), CO_ODD_NUL);
	memset(text, 'A', sizeof text);
	assert_int_equal(co_line_parse(text, CO_LINE_MAX, "", false, &l), CO_ODD_LINE);
	assert_int_equal(co_line_parse(text, CO_LINE_MAX + 1, "", false, &l), CO_ODD_NUL);
	/* of a longer one there may be no bytes to look at */
	assert_int_equal(co_line_parse(text + sizeof text, 1000000, "", true, &l), CO_ODD_NUL);
}

/* A line lies in the middle of a file: nothing beyond its length counts. */
static void no_further_than_its_end(void **state)
{
	static const char line[] = D40 ":123";
	(void)state;

	assert_int_equal(co_line_parse(line, 42, "", false, &l), 0);
	assert_int_equal(l.count, 1);
	assert_int_equal(co_line_parse(line, 40, "", false, &l), CO_ODD_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_and_counts),
		cmocka_unit_test(anything_else),
		cmocka_unit_test(cut),
		cmocka_unit_test(what_no_text_has),
		cmocka_unit_test(no_further_than_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
