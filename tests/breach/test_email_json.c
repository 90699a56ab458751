/* JSON of the wrong shape: one odd element among many that are right makes the whole answer unknown, because
 * what was left out would make a flagged mailbox look clean. And what is unusual, but right. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/breach/mail.h"

#define SUFFIX "0123456789abcdef0123456789ABCDEF01"
#define ROW(websites) "{\"hashSuffix\":\"" SUFFIX "\",\"websites\":" websites "}"
#define SUFFIXED(suffix) "{\"hashSuffix\":" suffix ",\"websites\":[\"Adobe\"]}"
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123" /* 64 */

static const char *const rows[] = {
	"null",
	"1",
	"\"Adobe\"",
	"[]",
	"{}",
	"{\"hashSuffix\":\"" SUFFIX "\"}",
	"{\"websites\":[\"Adobe\"]}",
	"{\"HashSuffix\":\"" SUFFIX "\",\"Websites\":[\"Adobe\"]}",
	"{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[\"Adobe\"],\"websites\":[]}",
	SUFFIXED("null"),
	SUFFIXED("123"),
	SUFFIXED("[\"" SUFFIX "\"]"),
	SUFFIXED("\"\""),
	SUFFIXED("\"" SUFFIX "0\""),
	SUFFIXED("\"123456789abcdef0123456789ABCDEF01\""),
	SUFFIXED("\"567159" SUFFIX "\""),
	SUFFIXED("\" 123456789abcdef0123456789ABCDEF01\""),
	SUFFIXED("\"0x23456789abcdef0123456789ABCDEF01\""),
	SUFFIXED("\"+123456789abcdef0123456789ABCDEF01\""),
	SUFFIXED("\"g123456789abcdef0123456789ABCDEF01\""),
	SUFFIXED("\"0123456789abcdef0123456789ABCDEF\\u0000\\u0000\""),
	ROW("null"),
	ROW("\"Adobe\""),
	ROW("{}"),
	ROW("{\"Adobe\":true}"),
	ROW("1"),
	ROW("[1]"),
	ROW("[null]"),
	ROW("[[\"Adobe\"]]"),
	ROW("[{\"Name\":\"Adobe\"}]"),
	ROW("[\"Adobe\",\"\"]"),
	ROW("[\"Ad\\u0000obe\"]"),
	ROW("[\"Ad\\u001b[31mobe\"]"),
	ROW("[\"Ad\\u000aobe\"]"),
	ROW("[\"" LONG_NAME "\"]"),
};

#define DATES "\"BreachDate\":\"2020-01-02\",\"AddedDate\":\"2020-01-03T04:05:06Z\","
#define CLASSES "\"DataClasses\":[\"Passwords\"],"
#define FLAGS                                                                                                \
	"\"IsVerified\":true,\"IsFabricated\":false,\"IsSpamList\":false,\"IsRetired\":false,"               \
	"\"IsMalware\":false,"
#define STEALER "\"IsStealerLog\":false"
#define RECORD(name, dates, classes, flags) "{\"Name\":" name "," dates classes flags "}"
#define DATED(happened, added) "\"BreachDate\":" happened ",\"AddedDate\":" added ","
#define DAY "\"2020-01-02\""

static const char *const records[] = {
	"null",
	"[]",
	"{}",
	"\"Adobe\"",
	RECORD("null", DATES, CLASSES, FLAGS STEALER),
	RECORD("\"\"", DATES, CLASSES, FLAGS STEALER),
	RECORD("1", DATES, CLASSES, FLAGS STEALER),
	RECORD("\"" LONG_NAME "\"", DATES, CLASSES, FLAGS STEALER),
	RECORD("\"New\\u0000\"", DATES, CLASSES, FLAGS STEALER),
	/* which of the two would be right? */
	RECORD("\"Adobe\"", DATES, CLASSES, FLAGS STEALER),
	RECORD("\"New\"", "", CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED("null", DAY), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "null"), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "1577934245"), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"yesterday\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"2020-02-30T00:00:00Z\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"2020-02-03T24:00:00Z\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"2020-02-03T00:00:00+01:00\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED(DAY, "\"2020-02-03T00:00:00Zulu\""), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATED("\"02/01/2020\"", DAY), CLASSES, FLAGS STEALER),
	RECORD("\"New\"", DATES, "", FLAGS STEALER),
	RECORD("\"New\"", DATES, "\"DataClasses\":null,", FLAGS STEALER),
	RECORD("\"New\"", DATES, "\"DataClasses\":\"Passwords\",", FLAGS STEALER),
	RECORD("\"New\"", DATES, "\"DataClasses\":[\"Passwords\",null],", FLAGS STEALER),
	RECORD("\"New\"", DATES, CLASSES, STEALER),
	RECORD("\"New\"", DATES, CLASSES, FLAGS "\"IsSensitive\":false"),
	RECORD("\"New\"", DATES, CLASSES, FLAGS "\"IsStealerLog\":null"),
	RECORD("\"New\"", DATES, CLASSES, FLAGS "\"IsStealerLog\":\"true\""),
	RECORD("\"New\"", DATES, CLASSES, FLAGS "\"IsStealerLog\":1"),
	RECORD("\"New\"", DATES, CLASSES, FLAGS STEALER ",\"IsStealerLog\":true"),
};

static const char *const addresses[] = {
	"null",
	"1",
	"[]",
	"{}",
	"\"\"",
	"\"no address\"",
	"\"one@example.org\\ntwo@example.org\"",
	"\"one@example.org\\u0000\"",
	"{\"email\":\"one@example.org\"}",
};

#define SUBSCRIPTION(name, rpm) "{\"SubscriptionName\":" name ",\"Rpm\":" rpm ",\"IncludesKAnon\":true}"

static const char *const plans[] = {
	"[]",
	"\"Pro 1\"",
	"{}",
	"{\"SubscriptionName\":\"Pro 1\"}",
	"{\"Rpm\":10}",
	SUBSCRIPTION("null", "10"),
	SUBSCRIPTION("1", "10"),
	SUBSCRIPTION("\"\"", "10"),
	SUBSCRIPTION("\"Pro\\n1\"", "10"),
	SUBSCRIPTION("\"Pro 1\"", "null"),
	SUBSCRIPTION("\"Pro 1\"", "\"10\""),
	SUBSCRIPTION("\"Pro 1\"", "-1"),
	SUBSCRIPTION("\"Pro 1\"", "1.5"),
	SUBSCRIPTION("\"Pro 1\"", "99999999999999999999999999"),
};

static struct mail mail;

/* A fresh rempart-fetch for each: what one failure leaves behind must not be what fails the next. */
static void begin(struct breach *b, const char *service, const char *mode, const char *text)
{
	char line[4096];

	snprintf(line, sizeof line, "good\n%s %s %s\n", service, mode, text);
	breach_mode(b, line);
	mail_start(b, BREACH_KEY, MAIL_EXACT_LINES);
}

static void odd(struct breach *b, const char *service, const char *const *texts, size_t n,
		enum rp_mail_verb verb, const char *argument, enum rp_range_status status)
{
	for (size_t i = 0; i < n; i++) {
		begin(b, service, "odd", texts[i]);
		mail_ask(b, verb, argument, &mail);
		if (mail.a.status != status)
			print_error("%s: %s\n", service, texts[i]);
		assert_int_equal(mail.a.status, status);
	}
}

#define ODD(b, service, texts, verb, argument, status)                                                       \
	odd(b, service, texts, sizeof(texts) / sizeof *(texts), verb, argument, status)

static void rows_of_a_range(void **state)
{
	ODD(*state, "range", rows, RP_MAIL_RANGE, "567159", RP_RANGE_BODY);
}

static void records_of_a_range(void **state)
{
	ODD(*state, "breaches", records, RP_MAIL_RANGE, "567159", RP_RANGE_RECORDS);
}

static void records_of_an_address(void **state)
{
	/* All but the one that is twice in the list of all breaches. */
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (!strstr(records[i], "\"Name\":\"Adobe\""))
			odd(*state, "account", &records[i], 1, RP_MAIL_EXACT,
			    "unverified-breach@hibp-integration-tests.com", RP_RANGE_BODY);
}

static void addresses_of_stealer_logs(void **state)
{
	breach_stolen(*state, "one@example.org\ntwo@example.org\n");
	ODD(*state, "stealers", addresses, RP_MAIL_STEALERS, "0", RP_RANGE_BODY);
}

static void what_is_no_subscription(void **state)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		begin(*state, "plan", "body", plans[i]);
		mail_ask(*state, RP_MAIL_PLAN, "", &mail);
		if (mail.a.status != RP_RANGE_BODY)
			print_error("%s\n", plans[i]);
		assert_int_equal(mail.a.status, RP_RANGE_BODY);
	}
}

/* Else every address would be in breaches of which nothing is known, for as long as the list is kept. */
static void no_records_at_all(void **state)
{
	struct breach *b = *state;

	begin(b, "breaches", "body", "[]");
	mail_range(b, MAIL_KNOWN, RP_RANGE_RECORDS);
	breach_mode(b, "good");
	mail_later(b, MAIL_RECORDS_LATER);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void far_too_many_rows(void **state)
{
	struct breach *b = *state;

	begin(b, "range", "crowded", "");
	mail_range(b, MAIL_KNOWN, RP_RANGE_SIZE);
}

/* No row, no digit in upper case, a row twice, keys that are new: all of that is a range. */
static void what_is_unusual(void **state)
{
	struct breach *b = *state;

	begin(b, "range", "empty", "");
	assert_int_equal(mail_range(b, MAIL_KNOWN, RP_RANGE_OK)->n, 0);
	begin(b, "range", "lower", "");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	begin(b, "range", "duplicates", "");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	begin(b, "range", "odd", "{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[],\"pastes\":{\"more\":[1]}}");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	begin(b, "range", "odd", ROW("[\"Caf\\u00e9\",\"\\u20ac\"]"));
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	begin(b, "range", "tail", "\t\r ");
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	begin(b, "breaches", "odd",
	      RECORD("\"New\"", DATED(DAY, "\"2020-01-03T04:05:06.789Z\""), "\"DataClasses\":[],",
		     FLAGS STEALER));
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_alone, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_of_a_range),		 TEST(records_of_a_range),	TEST(records_of_an_address),
		TEST(addresses_of_stealer_logs), TEST(what_is_no_subscription), TEST(no_records_at_all),
		TEST(far_too_many_rows),	 TEST(what_is_unusual),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
