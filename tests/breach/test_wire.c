/* What leaves the machine: five hexadecimal digits, whatever the password. Every byte that the server
 * received is looked at. */
#include "tests/unit/cmocka_all.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "tests/breach/ask.h"
#include "tests/pam/files.h"

#define BEFORE "GET /range/"
#define LONG 1000

static char lengthy[LONG + 1];
static const char *const passwords[] = {
	LEAKED,
	"Password1",
	CLEAN,
	"",
	"a",
	" ",
	"0",
	"GET /range/00000 HTTP/1.1",
	"..\r\nHost: elsewhere.example\r\n\r\n",
	"%0d%0a?mode=ntlm#",
	"\xc3\xa9t\xc3\xa9 \xc3\xa0 la plage \xe2\x82\xac",
	"\xff\xfe not UTF-8",
	"correct horse battery staple",
	lengthy,
};

#define PASSWORDS (sizeof passwords / sizeof *passwords)

static void ask_all(const struct breach *b)
{
	memset(lengthy, 'x', LONG);
	for (size_t i = 0; i < PASSWORDS; i++)
		ask_password(b, passwords[i], RP_RANGE_OK);
}

/* The prefix of each, in the order they were asked about, stands where the first one's stands; all else is
 * the same, byte by byte. */
static void only_five_digits_leave(void **state)
{
	const struct breach *b = *state;
	char *all, *first, *at;
	size_t len;

	ask_all(b);
	all = breach_received(b, "requests");
	len = (size_t)(strstr(all, "\r\n\r\n") - all) + 4;
	first = strndup(all, len);
	assert_non_null(first);
	assert_int_equal(strncmp(first, BEFORE, strlen(BEFORE)), 0);
	assert_int_equal(strncmp(first + strlen(BEFORE) + 5, " HTTP/1.1\r\n", 11), 0);
	assert_int_equal(strlen(all), PASSWORDS * len);
	at = all;
	for (size_t i = 0; i < PASSWORDS; i++, at += len) {
		char prefix[RP_RANGE_PREFIX_MAX + 1];

		ask_prefix_of(passwords[i], prefix);
		for (size_t j = 0; j < 5; j++)
			first[strlen(BEFORE) + j] = (char)toupper(prefix[j]);
		assert_memory_equal(at, first, len);
	}
	free(first);
	free(all);
}

static void who_asks_and_how(void **state)
{
	const struct breach *b = *state;
	char *all, *plain = breach_received(b, "plain");

	ask_password(b, LEAKED, RP_RANGE_OK);
	all = breach_received(b, "requests");
	assert_non_null(strcasestr(all, "\r\nAdd-Padding: true\r\n"));
	assert_non_null(strcasestr(all, "\r\nUser-Agent: rempart-fetch/"));
	assert_non_null(strcasestr(all, "\r\nAccept-Encoding: gzip\r\n"));
	assert_null(strcasestr(all, "\r\nCookie:"));
	assert_null(strcasestr(all, "\r\nReferer:"));
	assert_null(strcasestr(all, "\r\nAuthorization:"));
	assert_string_equal(plain, "");
	free(all);
	free(plain);
}

/* Rows of padding have the count 0 and would make an asker believe that a password is known. */
static void padding_is_left_out(void **state)
{
	static struct answer answer;
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_in_range(answer.a.n_rows[0] + answer.a.n_rows[1], 1000, RP_RANGE_ROWS_MAX);
	for (int f = 0; f < 2; f++)
		for (size_t i = 0; i < answer.a.n_rows[f]; i++) {
			const uint8_t *count = answer.a.rows[f] + (i + 1) * RP_RANGE_ROW_LEN - 4;

			assert_memory_not_equal(count, "\0\0\0\0", 4);
		}
}

/* Nothing of what is asked or answered is in what rempart-fetch says of itself. */
static void nothing_is_logged(void **state)
{
	static const char *const modes[] = {"good", "503", "nul", "html", "drop", "429"};
	struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1], *log;

	ask_prefix_of(LEAKED, prefix);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		static struct answer answer;

		breach_mode(b, modes[i]);
		ask(b, prefix, &answer);
		breach_fetch_halt(b);
		breach_fetch_start(b, "", NULL);
	}
	log = file_read(b->fetch_log);
	assert_null(strcasestr(log, prefix));
	assert_null(strstr(log, "azerty"));
	free(log);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_five_digits_leave),
		TEST(who_asks_and_how),
		TEST(padding_is_left_out),
		TEST(nothing_is_logged),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
