/* What comes too late for whoever asked: he is told so in time, the download goes on, and is there for the
 * next one. And how often what could not be had is tried again. */
#include "tests/unit/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fetch/breaker.h"
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

#define RECORDS "GET /api/v3/breaches "
#define STOLEN "GET /api/v3/stealerlogs"
#define NEWS "multiple-breaches@hibp-integration-tests.com"

static struct mail mail;

static unsigned asked_for(const struct breach *b, const char *what)
{
	char *all = breach_received(b, "requests");
	unsigned n = text_count(all, what);

	free(all);
	return n;
}

static void in_time(void)
{
	assert_in_range(mail.ms, RP_FETCH_BUDGET_MS / 2, RP_FETCH_BUDGET_MS + 200);
}

static void records(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, RECORDS);
	char prefix[RP_MAIL_PREFIX + 1];

	mail_prefix_of(MAIL_KNOWN, prefix);
	breach_mode(b, "good\nbreaches hold\n");
	mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
	assert_int_equal(mail.a.status, RP_RANGE_RECORDS);
	in_time();
	breach_mode(b, "good");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	assert_int_equal(asked_for(b, RECORDS), before + 1);
}

static void stealer_logs(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, STOLEN);

	breach_stolen(b, "a@example.org\n");
	breach_mode(b, "good\nstealers hold\n");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_TIMEOUT);
	in_time();
	/* One more, who comes to what is on its way already and is told as late as he asked. */
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_TIMEOUT);
	in_time();
	breach_mode(b, "good");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_int_equal(mail.a.detail, 1);
	assert_int_equal(asked_for(b, STOLEN), before + 1);
}

/* A minute is enough for anything: what hangs for longer is given up, and asked for anew. */
static void not_for_ever(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, STOLEN);

	breach_stolen(b, "a@example.org\n");
	breach_mode(b, "good\nstealers silent\n");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_TIMEOUT);
	breach_mode(b, "good");
	mail_later(b, 60);
	ask_password(b, LEAKED, RP_RANGE_OK); /* by the end of which the time has been looked at */
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_int_equal(asked_for(b, STOLEN), before + 2);
}

/* Everybody who asks while the records cannot be had would ask for them again. */
static void records_that_fail(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, RECORDS);

	breach_mode(b, "good\nbreaches 503\n");
	mail_range(b, MAIL_KNOWN, RP_RANGE_RECORDS);
	breach_mode(b, "good");
	mail_range(b, MAIL_KNOWN, RP_RANGE_RECORDS);
	mail_later(b, 9);
	mail_range(b, NEWS, RP_RANGE_RECORDS);
	assert_int_equal(asked_for(b, RECORDS), before + 1);
	mail_later(b, 1);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	assert_int_equal(asked_for(b, RECORDS), before + 2);
}

/* So would everybody who is in a breach that the records do not have. */
static void a_name_without_a_record(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, RECORDS);

	breach_mode(b, "good\nbreaches without Adobe\n");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes, RP_BREACH_NO_RECORD);
		mail_later(b, 149);
	}
	assert_int_equal(asked_for(b, RECORDS), before + 1);
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes, RP_BREACH_NO_RECORD);
	assert_int_equal(asked_for(b, RECORDS), before + 2);
	/* When they come too late what was known has to do: that nothing is known of it. */
	mail_later(b, 300);
	breach_mode(b, "good\nbreaches hold\n");
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes, RP_BREACH_NO_RECORD);
	breach_mode(b, "good");
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes,
			 RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
	assert_int_equal(asked_for(b, RECORDS), before + 3);
}

/* After failures one question tries the server. That must not be the one for the records: it may take a
 * minute, and all others would wait for it. */
static void the_trial_is_a_short_one(void **state)
{
	const struct breach *b = *state;
	char prefix[16];

	mail_range(b, MAIL_KNOWN, RP_RANGE_OK);
	mail_later(b, 3595);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	breach_mode(b, "good\nrange 503\n");
	for (int i = 0; i < FE_BREAKER_FAILURES; i++) {
		snprintf(prefix, sizeof prefix, "%06x", i);
		mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
		assert_int_equal(mail.a.status, RP_RANGE_HTTP);
	}
	breach_mode(b, "good\nbreaches silent\n");
	mail_later(b, FE_BREAKER_PAUSE_MS / 1000);
	/* From memory, and the records are an hour old. */
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
}

/* Another configuration while records, and a list that was not found, are waited for: everything is asked for
 * anew, and nobody is told that there is nothing. */
static void another_configuration(void **state)
{
	struct breach *b = *state;
	unsigned before = asked_for(b, RECORDS), not_found = breach_answers(b, 404);
	unsigned ranges = asked_for(b, "/range/567159");
	int range = ask_open(b), list = ask_open(b);

	breach_stolen(b, "");
	breach_mode(b, "good\nbreaches hold\n");
	mail_send(range, RP_MAIL_RANGE, "567159");
	mail_send(list, RP_MAIL_STEALERS, "0");
	while (breach_answers(b, 404) == not_found || asked_for(b, "/range/567159") == ranges)
		;
	assert_int_equal(kill(b->fetch, SIGHUP), 0);
	while (!mail_said(b, "read again"))
		;
	breach_mode(b, "good");
	mail_receive(range, RP_MAIL_RANGE, &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_true(mail.a.first_len && mail.a.second_len);
	mail_receive(list, RP_MAIL_STEALERS, &mail);
	/* Whether it had been read by then or not. */
	assert_true(mail.a.status == RP_RANGE_BUSY || mail.a.status == RP_RANGE_HTTP);
	close(range);
	close(list);
	assert_int_equal(asked_for(b, RECORDS), before + 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records),
		TEST(stealer_logs),
		TEST(not_for_ever),
		TEST(the_trial_is_a_short_one),
		TEST(records_that_fail),
		TEST(a_name_without_a_record),
		TEST(another_configuration),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
