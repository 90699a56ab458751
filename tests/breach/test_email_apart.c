/* Passwords and addresses are asked about at two servers: what goes wrong with one is not held against the
 * other, and within the e-mail API not against services that work. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

#define FAILURES 12 /* more than any breaker waits for */

static struct mail mail;
static struct answer answer;

static void fail_addresses(const struct breach *b, enum rp_range_status first, enum rp_range_status last)
{
	char address[64];

	for (int i = 0; i < FAILURES; i++) {
		char prefix[RP_MAIL_PREFIX + 1];

		snprintf(address, sizeof address, "%d@example.org", i);
		mail_prefix_of(address, prefix);
		mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
		if (!i)
			assert_int_equal(mail.a.status, first);
		if (i == FAILURES - 1)
			assert_int_equal(mail.a.status, last);
		assert_int_not_equal(mail.a.status, RP_RANGE_OK);
	}
}

static void addresses_that_fail(void **state)
{
	const struct breach *b = *state;

	breach_mode(b, "good\nemail 500\n");
	fail_addresses(b, RP_RANGE_HTTP, RP_RANGE_BREAKER);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_int_equal(ask_password(b, CLEAN, RP_RANGE_OK), 0);
}

static void addresses_that_are_rationed(void **state)
{
	const struct breach *b = *state;

	breach_mode(b, "good\nemail 429 77\n");
	mail_ask(b, RP_MAIL_RANGE, "567159", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_RATE);
	assert_int_equal(mail.a.detail, 77);
	breach_mode(b, "good");
	/* Every service shares the key's ration. */
	mail_ask(b, RP_MAIL_RANGE, "567158", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_RATE);
	assert_in_range(mail.a.detail, 70, 77);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void passwords_that_fail(void **state)
{
	const struct breach *b = *state;
	char password[16];

	breach_mode(b, "good\npasswords 500\n");
	for (int i = 0; i < FAILURES; i++) {
		snprintf(password, sizeof password, "another %d", i);
		ask_password(b, password, i < 5 ? RP_RANGE_HTTP : RP_RANGE_BREAKER);
	}
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void passwords_that_are_rationed(void **state)
{
	const struct breach *b = *state;

	breach_mode(b, "good\npasswords 429 600\n");
	ask_password(b, LEAKED, RP_RANGE_RATE);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	ask_password(b, CLEAN, RP_RANGE_RATE);
}

/* A password is answered while the server still thinks about an address. */
static void addresses_that_hang(void **state)
{
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	unsigned before = breach_requests(b);
	int fd = ask_open(b);

	breach_mode(b, "good\nemail silent\n");
	mail_send(fd, RP_MAIL_RANGE, "567159");
	ask_await_requests(b, before + 1);
	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_in_range(answer.ms, 0, RP_FETCH_BUDGET_MS / 2);
	mail_receive(fd, RP_MAIL_RANGE, &mail);
	assert_int_not_equal(mail.a.status, RP_RANGE_OK);
	close(fd);
}

static void passwords_that_hang(void **state)
{
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	unsigned before = breach_requests(b);
	int fd = ask_open(b);

	breach_mode(b, "good\npasswords silent\n");
	ask_prefix_of(LEAKED, prefix);
	ask_send(fd, prefix);
	ask_await_requests(b, before + 1);
	mail_ask(b, RP_MAIL_RANGE, "567159", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_in_range(mail.ms, 0, RP_FETCH_BUDGET_MS / 2);
	ask_receive(fd, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_TIMEOUT);
	close(fd);
}

/* A plan without ranges is no failure of the server, however often it says so: the other services go on. */
static void a_plan_that_has_no_ranges(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY_CORE, "");
	fail_addresses(b, RP_RANGE_PLAN, RP_RANGE_PLAN);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_PLAN);
}

static unsigned records_asked_for(const struct breach *b)
{
	char *all = breach_received(b, "requests");
	unsigned n = text_count(all, "GET /api/v3/breaches ");

	free(all);
	return n;
}

/* They are a megabyte, which is not asked for again for each address. */
static void no_records(void **state)
{
	struct breach *b = *state;
	unsigned before = records_asked_for(b);

	breach_mode(b, "good\nbreaches 503\n");
	fail_addresses(b, RP_RANGE_RECORDS, RP_RANGE_RECORDS);
	assert_int_equal(records_asked_for(b), before + 1);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
}

/* Two ask for the same range at a time: it is asked for once, and both are told. */
static void two_for_one(void **state)
{
	const struct breach *b = *state;
	static struct mail one, two;
	unsigned before = breach_requests(b);
	int first = ask_open(b), second = ask_open(b);

	breach_mode(b, "good\nrange hold\n");
	mail_send(first, RP_MAIL_RANGE, "567159");
	ask_await_requests(b, before + 1);
	mail_send(second, RP_MAIL_RANGE, "567159");
	breach_mode(b, "good");
	mail_receive(first, RP_MAIL_RANGE, &one);
	mail_receive(second, RP_MAIL_RANGE, &two);
	assert_int_equal(one.a.status, RP_RANGE_OK);
	assert_int_equal(one.a.second_len, two.a.second_len);
	assert_memory_equal(one.a.second, two.a.second, one.a.second_len);
	assert_int_equal(breach_requests(b), before + 2);
	close(first);
	close(second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(addresses_that_fail),
		TEST(addresses_that_are_rationed),
		TEST(passwords_that_fail),
		TEST(passwords_that_are_rationed),
		TEST(addresses_that_hang),
		TEST(passwords_that_hang),
		TEST(a_plan_that_has_no_ranges),
		TEST(no_records),
		TEST(two_for_one),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
