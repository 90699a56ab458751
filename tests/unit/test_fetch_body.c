/* fetch/body.h: what is a range, and above all what is none. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/range.h"
#include "fetch/body.h"

#define A "0123456789ABCDEF0123456789ABCDEF012"
#define B "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

static uint8_t rows[RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN];
static size_t n;

static int parse(const char *text)
{
	return fe_body_passwords(text, strlen(text), rows, &n);
}

static uint32_t count_of(size_t row)
{
	const uint8_t *c = rows + row * RP_RANGE_ROW_LEN + RP_RANGE_ROW_LEN - 4;

	return (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | c[3];
}

static void a_row_is_packed(void **state)
{
	static const uint8_t want[RP_RANGE_ROW_LEN] = {0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde,
						       0xf0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde,
						       0xf0, 0x12, 0x00, 0x00, 0x01, 0x02};
	(void)state;

	assert_int_equal(parse(A ":258"), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(rows, want, sizeof want);
}

/* The asker's own function finds what the parser packed: the two agree on the row. */
static void the_asker_finds_it(void **state)
{
	/* SHA-1 of "password": 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8. */
	static const uint8_t digest[20] = {0x5b, 0xaa, 0x61, 0xe4, 0xc9, 0xb9, 0x3f, 0x3f, 0x06, 0x82,
					   0x25, 0x0b, 0x6c, 0xf8, 0x33, 0x1b, 0x7e, 0xe6, 0x8f, 0xd8};
	static uint8_t packet[RP_RANGE_PACKET_MAX];
	struct rp_range_answer a;
	int len;
	(void)state;

	assert_int_equal(parse("1E4C9B93F3F0682250B6CF8331B7EE68FD8:7\r\n" A ":5\r\n"
			       "1e4c9b93f3f0682250b6cf8331b7ee68fd8:10437277"),
			 0);
	assert_int_equal(n, 3);
	len = rp_range_answer_encode(RP_RANGE_OK, 0, rows, n, packet, sizeof packet);
	assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)len), 0);
	assert_int_equal(rp_range_count(RP_RANGE_PASSWORD_SHA1, &a, digest), 10437277);
}

static void ends_of_lines(void **state)
{
	static const char *const good[] = {A ":1\r\n" B ":2", A ":1\n" B ":2",	 A ":1\r\n" B ":2\r\n",
					   A ":1\n" B ":2\n", B ":1\r\n" A ":2", A ":1\r\n" B ":2\n"};
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(parse(good[i]), 0);
		assert_int_equal(n, 2);
		assert_int_equal(count_of(0), 1);
		assert_int_equal(count_of(1), 2);
	}
}

static void padding_is_left_out(void **state)
{
	(void)state;

	assert_int_equal(parse(A ":0\r\n" B ":3\r\n" A ":0"), 0);
	assert_int_equal(n, 1);
	assert_int_equal(count_of(0), 3);
	assert_int_equal(parse(A ":0"), 0);
	assert_int_equal(n, 0);
	assert_int_equal(parse(A ":000\r\n" B ":0"), 0);
	assert_int_equal(n, 0);
}

static void duplicates_are_kept(void **state)
{
	(void)state;

	assert_int_equal(parse(A ":3\r\n" A ":9\r\n" A ":4"), 0);
	assert_int_equal(n, 3);
}

static void counts(void **state)
{
	static const struct {
		const char *text;
		uint32_t count;
	} good[] = {
		{A ":1", 1},
		{A ":00012", 12},
		{A ":4294967294", 4294967294},
		{A ":4294967295", 4294967295},
		{A ":4294967296", 4294967295},
		{A ":18446744073709551615", 4294967295},
	};
	static const char *const bad[] = {A ":18446744073709551616",
					  A ":184467440737095516150",
					  A ":99999999999999999999999999999999999999999999",
					  A ":",
					  A ":-1",
					  A ":+1",
					  A ": 1",
					  A ":1 ",
					  A ":1.5",
					  A ":0x1",
					  A ":1,000",
					  A ":1:1"};
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(parse(good[i].text), 0);
		assert_int_equal(n, 1);
		assert_int_equal(count_of(0), good[i].count);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i]), RP_EINVAL);
}

/* Each of them also behind and before a good line: a part of a range is no range. */
static void what_is_no_range(void **state)
{
	static const char *const bad[] = {
		"<!DOCTYPE html>\r\n<html><body>Service unavailable</body></html>\r\n",
		"<html>",
		"{\"error\":\"bad\"}",
		"0123456789ABCDEF0123456789ABCDEF:3",	  /* NTLM */
		"0123456789ABCDEF0123456789ABCDEF01:3",	  /* a digit short */
		"0123456789ABCDEF0123456789ABCDEF0123:3", /* a digit long */
		"00000" A ":3",				  /* the whole digest */
		"G123456789ABCDEF0123456789ABCDEF012:3",
		" " A ":3",
		A " :3",
		A ";3",
		A,
		A ":",
		A ":3\r",
		A ":3\r\r",
		"\xef\xbb\xbf" A ":3",
		"\r",
	};
	char text[512];
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(bad[i]), RP_EINVAL);
		snprintf(text, sizeof text, "%s\r\n" B ":2", bad[i]);
		assert_int_equal(parse(text), RP_EINVAL);
		snprintf(text, sizeof text, B ":2\r\n%s", bad[i]);
		assert_int_equal(parse(text), RP_EINVAL);
	}
}

static void empty_bodies_and_lines(void **state)
{
	static const char *const bad[] = {
		"", "\n", "\r\n", "\r\n" A ":1", A ":1\n\n" B ":2", A ":1\r\n\r\n", A ":1\n\n"};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i]), RP_EINVAL);
	assert_int_equal(fe_body_passwords(NULL, 0, rows, &n), RP_EINVAL);
}

static void bytes_that_are_no_text(void **state)
{
	static const char in_suffix[] = "0123456789ABCDEF\0"
					"123456789ABCDEF012:1";
	static const char in_count[] = A ":1\0";
	static const char between[] = A ":1\r\n\0\r\n" B ":1";
	static const char behind[] = A ":1\r\n\0";
	(void)state;

	assert_int_equal(fe_body_passwords(in_suffix, sizeof in_suffix - 1, rows, &n), RP_EINVAL);
	assert_int_equal(fe_body_passwords(in_count, sizeof in_count - 1, rows, &n), RP_EINVAL);
	assert_int_equal(fe_body_passwords(between, sizeof between - 1, rows, &n), RP_EINVAL);
	assert_int_equal(fe_body_passwords(behind, sizeof behind - 1, rows, &n), RP_EINVAL);
	/* Every byte in place of each of a good line. */
	for (size_t at = 0; at < 38; at++)
		for (int byte = 0; byte < 256; byte++) {
			char text[] = A ":25";
			int good = at < 35    ? byte < 128 && byte && strchr("0123456789abcdefABCDEF", byte)
				   : at == 35 ? byte == ':'
				   : at == 36 ? byte >= '0' && byte <= '9'
					      : (byte >= '0' && byte <= '9') || byte == '\n';

			text[at] = (char)byte;
			assert_int_equal(fe_body_passwords(text, 38, rows, &n), good ? 0 : RP_EINVAL);
		}
}

/* Cut anywhere, it is refused or is a line shorter: that the transfer was whole is for who received it. */
static void cut_short(void **state)
{
	static const char text[] = A ":1\r\n" B ":2";
	(void)state;

	for (size_t len = 0; len < sizeof text - 1; len++) {
		int whole = len == 37 || len == 39;

		assert_int_equal(fe_body_passwords(text, len, rows, &n), whole ? 0 : RP_EINVAL);
	}
}

static void as_many_as_an_answer_holds(void **state)
{
	static char text[(RP_RANGE_ROWS_MAX + 2) * 39];
	size_t len = 0;
	(void)state;

	for (size_t i = 0; i <= RP_RANGE_ROWS_MAX; i++) {
		len += (size_t)sprintf(text + len, "%035zX:%d\r\n", i, i != 7);
		if (i == RP_RANGE_ROWS_MAX) {
			assert_int_equal(parse(text), 0);
			assert_int_equal(n, RP_RANGE_ROWS_MAX);
		}
	}
	sprintf(text + len, "%035X:1", 0);
	assert_int_equal(parse(text), RP_EFULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_packed),
		cmocka_unit_test(the_asker_finds_it),
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(padding_is_left_out),
		cmocka_unit_test(duplicates_are_kept),
		cmocka_unit_test(counts),
		cmocka_unit_test(what_is_no_range),
		cmocka_unit_test(empty_bodies_and_lines),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(as_many_as_an_answer_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
