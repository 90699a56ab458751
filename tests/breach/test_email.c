/* What rempart-fetch finds out about addresses where nothing is wrong. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/config.h"
#include "tests/breach/mail.h"
#include "tests/fixtures/breach_records.h"
#include "tests/pam/files.h"

static void the_test_accounts(void **state)
{
	const struct breach *b = *state;
	const struct mail_found *f;

	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_is_in(mail_range(b, "multiple-breaches@hibp-integration-tests.com", RP_RANGE_OK),
		   "Adobe Gawker Stratfor");
	mail_is_in(mail_range(b, "not-active-breach@hibp-integration-tests.com", RP_RANGE_OK), "Adobe");
	f = mail_range(b, "stealer-log@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->all[0].classes, RP_BREACH_VERIFIED | RP_BREACH_STEALER_LOG | RP_BREACH_PASSWORDS);
	f = mail_range(b, "spam-list-only@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->all[0].classes, RP_BREACH_VERIFIED | RP_BREACH_SPAM_LIST | RP_BREACH_PASSWORDS);
	f = mail_range(b, "unverified-breach@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->all[0].classes, RP_BREACH_PASSWORDS);
	assert_int_equal(mail_range(b, MAIL_UNKNOWN, RP_RANGE_OK)->n, 0);
	assert_int_equal(mail_range(b, "nobody@nowhere.example", RP_RANGE_OK)->n, 0);
}

static int64_t at(const char *date, int64_t seconds)
{
	int64_t t;

	assert_int_equal(rp_date_parse(date, &t), 0);
	return t + seconds;
}

/* "Password hints" are no passwords; a time may come without seconds. */
static void what_a_record_says(void **state)
{
	const struct breach *b = *state;
	const struct mail_found *f;
	const struct rp_breach *adobe;

	f = mail_range(b, "multiple-breaches@hibp-integration-tests.com", RP_RANGE_OK);
	adobe = mail_breach(f, "Adobe");
	assert_non_null(adobe);
	assert_int_equal(adobe->classes, RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
	assert_int_equal(adobe->date, at("2013-10-04", 0));
	assert_int_equal(adobe->added, at("2013-12-04", 0));
	assert_int_equal(mail_breach(f, "Gawker")->added, at("2013-12-04", 0));
	f = mail_range(b, "unverified-breach@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->all[0].date, at("2026-05-17", 0));
	assert_int_equal(f->all[0].added, at("2026-06-01", 8 * 3600 + 30 * 60));
}

static uint16_t classes_of(const char *name)
{
	static const struct {
		const char *word;
		uint16_t bit;
	} words[] = {
		{"Verified", RP_BREACH_VERIFIED},   {"Fabricated", RP_BREACH_FABRICATED},
		{"Spam", RP_BREACH_SPAM_LIST},	    {"Stealer", RP_BREACH_STEALER_LOG},
		{"Retired", RP_BREACH_RETIRED},	    {"Malware", RP_BREACH_MALWARE},
		{"Passwords", RP_BREACH_PASSWORDS},
	};
	uint16_t classes = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(name, words[i].word))
			classes |= words[i].bit;
	return classes;
}

/* Every combination of what a record can say; they are so many that the address comes more than once. */
static void an_address_in_every_breach(void **state)
{
	static char all[RECORDS * 64];
	const struct breach *b = *state;
	const struct mail_found *f;
	struct record r;
	size_t len = 0;

	for (size_t i = 0; i < RECORDS; i++) {
		record_at(i, &r);
		len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? "," : "", r.name);
	}
	breach_account(b, "everywhere@example.org", all);
	f = mail_range(b, "everywhere@example.org", RP_RANGE_OK);
	assert_int_equal(f->n, RECORDS);
	for (size_t i = 0; i < RECORDS; i++) {
		const struct rp_breach *found;

		record_at(i, &r);
		found = mail_breach(f, r.name);
		assert_non_null(found);
		if (i >= RECORDS_COMBINED)
			continue;
		assert_int_equal(found->classes, classes_of(r.name));
		assert_int_equal(found->added, strstr(r.name, "Recent")
						       ? at("2026-06-01", 8 * 3600 + 30 * 60)
						       : at("2016-01-02", 3 * 3600 + 4 * 60 + 5));
	}
}

static void an_address_in_none(void **state)
{
	const struct breach *b = *state;

	breach_account(b, "in-none@example.org", "");
	assert_int_equal(mail_range(b, "in-none@example.org", RP_RANGE_OK)->n, 0);
}

/* Nothing is known of it then, which is not the same as nothing bad. */
static void a_name_without_a_record(void **state)
{
	const struct breach *b = *state;
	const struct mail_found *f;

	breach_mode(b, "good\nbreaches without Gawker\n");
	f = mail_range(b, "multiple-breaches@hibp-integration-tests.com", RP_RANGE_OK);
	mail_is_in(f, "Adobe Gawker Stratfor");
	assert_int_equal(mail_breach(f, "Gawker")->classes, RP_BREACH_NO_RECORD);
	assert_int_equal(mail_breach(f, "Gawker")->added, 0);
	assert_int_equal(mail_breach(f, "Adobe")->classes, RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
}

static unsigned asked_for(const struct breach *b, const char *what)
{
	char *all = breach_received(b, "requests");
	unsigned n = text_count(all, what);

	free(all);
	return n;
}

/* The records are a megabyte, and the same for everybody. */
static void records_are_asked_for_once(void **state)
{
	const struct breach *b = *state;
	unsigned before = asked_for(b, "GET /api/v3/breaches ");

	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_range(b, "test@example.com", RP_RANGE_OK);
	mail_range(b, "nobody@nowhere.example", RP_RANGE_OK);
	assert_int_equal(asked_for(b, "GET /api/v3/breaches "), before + 1);
}

/* After an hour the server has to stand by them. */
static void records_that_did_not_change(void **state)
{
	const struct breach *b = *state;
	unsigned unchanged = breach_answers(b, 304);

	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_later(b, 3600);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	assert_int_equal(breach_answers(b, 304), unchanged + 1);
}

/* What is known of a breach does not become wrong because nobody can be asked about it. */
static void records_that_cannot_be_had_again(void **state)
{
	const struct breach *b = *state;
	const struct mail_found *f;

	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_later(b, 3600);
	breach_mode(b, "good\nbreaches 503\n");
	f = mail_range(b, MAIL_KNOWN, RP_RANGE_OK);
	mail_is_in(f, MAIL_KNOWN_IN);
	assert_int_equal(f->all[0].classes, RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
}

/* A breach that became known after the records were asked for: they are asked for again. */
static void a_record_that_is_new(void **state)
{
	const struct breach *b = *state;

	breach_mode(b, "good\nbreaches without Adobe\n");
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes, RP_BREACH_NO_RECORD);
	breach_mode(b, "good");
	mail_later(b, 300);
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->all[0].classes,
			 RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
}

/* There is something in every range: this is no way of saying that an address is in none. */
static void a_range_that_is_not_found(void **state)
{
	const struct breach *b = *state;

	breach_mode(b, "good\nrange 404\n");
	mail_range(b, MAIL_KNOWN, RP_RANGE_HTTP);
}

static void a_range_is_kept_for_a_while(void **state)
{
	const struct breach *b = *state;
	unsigned before;

	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	before = breach_requests(b);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	assert_int_equal(breach_requests(b), before);
}

static void what_a_key_may_do(void **state)
{
	static const struct {
		const char *key, *says;
	} plans[] = {
		{BREACH_KEY, "Pro 1\n1000\n1\n1\n"},
		{BREACH_KEY_CORE, "Core 1\n10\n0\n0\n"},
		{BREACH_KEY_RANGES, "High RPM 4000\n4000\n1\n0\n"},
	};
	static struct mail mail;
	struct breach *b = *state;

	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		mail_start(b, plans[i].key, "");
		mail_ask(b, RP_MAIL_PLAN, "", &mail);
		assert_int_equal(mail.a.status, RP_RANGE_OK);
		assert_int_equal(mail.a.first_len, strlen(plans[i].says));
		assert_memory_equal(mail.a.first, plans[i].says, mail.a.first_len);
		assert_int_equal(mail.a.second_len, 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_test_accounts),	   TEST(what_a_record_says),
		TEST(an_address_in_every_breach),  TEST(an_address_in_none),
		TEST(a_name_without_a_record),	   TEST(records_are_asked_for_once),
		TEST(records_that_did_not_change), TEST(records_that_cannot_be_had_again),
		TEST(a_record_that_is_new),	   TEST(a_range_that_is_not_found),
		TEST(a_range_is_kept_for_a_while), TEST(what_a_key_may_do),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
