/* The API's key: where it is read from, what is wrong with it, and what follows from that; and SIGHUP.
 * Passwords need none. */
#include "tests/unit/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "common/ticks.h"
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

#define AWAIT_MS 10000
#define DONE "the configuration was read again"

static struct mail mail;

/* What every question gets that needs a key. */
static void all_say(const struct breach *b, enum rp_range_status status)
{
	mail_range(b, MAIL_KNOWN, status);
	mail_exact(b, MAIL_KNOWN, status);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, status);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
	assert_int_equal(mail.a.status, status);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void none_is_configured(void **state)
{
	struct breach *b = *state;
	char lines[256];
	unsigned before;

	snprintf(lines, sizeof lines, "email_url = %s\nportal_domain = " BREACH_DOMAIN "\n" MAIL_EXACT_LINES,
		 b->email);
	breach_fetch_start(b, lines, NULL);
	before = breach_requests(b);
	all_say(b, RP_RANGE_NO_KEY);
	assert_int_equal(breach_requests(b), before + 1); /* for the password */
}

static void one_that_the_server_does_not_know(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY_WRONG, MAIL_EXACT_LINES);
	all_say(b, RP_RANGE_KEY);
}

static void a_plan_without_ranges(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY_CORE, MAIL_EXACT_LINES);
	mail_range(b, MAIL_KNOWN, RP_RANGE_PLAN);
	mail_is_in(mail_exact(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void how_it_may_be_written(void **state)
{
	static const char *const keys[] = {BREACH_KEY "\n", BREACH_KEY "\r\n", BREACH_KEY};
	struct breach *b = *state;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		mail_start(b, keys[i], "");
		mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	}
}

static void what_is_no_key(void **state)
{
	static const char *const keys[] = {
		"",
		"\n",
		"0000000000000000000000000000000",
		"000000000000000000000000000000000",
		"0000000000000000000000000000000g",
		" " BREACH_KEY,
		BREACH_KEY "\n" BREACH_KEY "\n",
		"hibp-api-key: " BREACH_KEY,
		"0000000000000000000000000000\r\nX:",
	};
	struct breach *b = *state;
	unsigned before;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		before = mail_said(b, "api_key_file");
		mail_start(b, keys[i], MAIL_EXACT_LINES);
		all_say(b, RP_RANGE_NO_KEY);
		assert_int_equal(mail_said(b, "api_key_file"), before + 1);
	}
	assert_int_equal(mail_said(b, "0000000"), 0);
}

/* In a state that somebody else made, or can change. */
static void a_file_that_is_not_to_be_trusted(void **state)
{
	static const mode_t modes[] = {0604, 0602, 0620, 0666};
	struct breach *b = *state;

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		char lines[512];

		snprintf(lines, sizeof lines, "%s%s", breach_email(b, BREACH_KEY), MAIL_EXACT_LINES);
		assert_int_equal(chmod(b->key_file, modes[i]), 0);
		breach_fetch_start(b, lines, NULL);
		all_say(b, RP_RANGE_NO_KEY);
		breach_fetch_halt(b);
	}
	breach_email(b, BREACH_KEY);
	assert_int_equal(unlink(b->key_file), 0);
	breach_fetch_start(b, b->email_lines, NULL);
	mail_range(b, MAIL_KNOWN, RP_RANGE_NO_KEY);
	breach_fetch_halt(b);
	assert_int_equal(mkdir(b->key_file, 0700), 0);
	breach_fetch_start(b, b->email_lines, NULL);
	mail_range(b, MAIL_KNOWN, RP_RANGE_NO_KEY);
	assert_int_equal(rmdir(b->key_file), 0);
}

static void from_a_credential(void **state)
{
	struct breach *b = *state;
	char lines[512];

	breach_email(b, BREACH_KEY);
	snprintf(lines, sizeof lines, "email_url = %s\napi_key_file = credential:api.key\n", b->email);
	setenv("CREDENTIALS_DIRECTORY", b->dir, 1);
	breach_fetch_start(b, lines, NULL);
	unsetenv("CREDENTIALS_DIRECTORY");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	breach_fetch_halt(b);
	breach_fetch_start(b, lines, NULL);
	mail_range(b, MAIL_KNOWN, RP_RANGE_NO_KEY);
}

static void reload(const struct breach *b)
{
	const struct timespec pause = {0, 2000000};
	int64_t until = rp_now_ms() + AWAIT_MS;
	unsigned before = mail_said(b, DONE);

	assert_int_equal(kill(b->fetch, SIGHUP), 0);
	while (mail_said(b, DONE) == before) {
		assert_true(rp_now_ms() < until);
		nanosleep(&pause, NULL);
	}
}

/* What was found out with the key before is not given to whoever has none. */
static void another_key(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY_WRONG, MAIL_EXACT_LINES);
	all_say(b, RP_RANGE_KEY);
	breach_email(b, BREACH_KEY);
	mail_range(b, MAIL_KNOWN, RP_RANGE_KEY); /* it is not read again by itself */
	reload(b);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	breach_email(b, BREACH_KEY_CORE);
	reload(b);
	mail_range(b, MAIL_KNOWN, RP_RANGE_PLAN);
	breach_email(b, "");
	reload(b);
	all_say(b, RP_RANGE_NO_KEY);
	breach_email(b, BREACH_KEY);
	reload(b);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void silence_is_over(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY, "");
	breach_mode(b, "good\nemail 429 600\n");
	mail_range(b, MAIL_KNOWN, RP_RANGE_RATE);
	breach_mode(b, "good");
	mail_range(b, MAIL_KNOWN, RP_RANGE_RATE);
	reload(b);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

/* Asked with one key, answered when there is another: told, and not remembered. */
static void what_is_on_its_way(void **state)
{
	struct breach *b = *state;
	char prefix[RP_MAIL_PREFIX + 1];
	unsigned before = breach_requests(b);
	int fd;

	mail_start(b, BREACH_KEY, "");
	mail_prefix_of(MAIL_KNOWN, prefix);
	breach_mode(b, "hold");
	fd = ask_open(b);
	mail_send(fd, RP_MAIL_RANGE, prefix);
	ask_await_requests(b, before + 1);
	breach_email(b, BREACH_KEY_WRONG);
	reload(b);
	breach_mode(b, "good");
	mail_receive(fd, RP_MAIL_RANGE, &mail);
	close(fd);
	assert_true(mail.a.status == RP_RANGE_OK || mail.a.status == RP_RANGE_RECORDS);
	mail_range(b, MAIL_KNOWN, RP_RANGE_KEY);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_alone, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(none_is_configured),    TEST(one_that_the_server_does_not_know),
		TEST(a_plan_without_ranges), TEST(how_it_may_be_written),
		TEST(what_is_no_key),	     TEST(a_file_that_is_not_to_be_trusted),
		TEST(from_a_credential),     TEST(another_key),
		TEST(silence_is_over),	     TEST(what_is_on_its_way),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
