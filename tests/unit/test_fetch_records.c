/* fetch/records.h: breach records and breaches of one address; above all what is neither. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/records.h"
#include "tests/unit/parsed.h"

#define FLAGS(verified, fabricated, spam, stealer, malware, retired)                                         \
	"\"IsVerified\":" verified ",\"IsFabricated\":" fabricated ",\"IsSpamList\":" spam                   \
	",\"IsStealerLog\":" stealer ",\"IsMalware\":" malware ",\"IsRetired\":" retired
#define NO_FLAGS FLAGS("false", "false", "false", "false", "false", "false")
#define DATES "\"BreachDate\":\"2013-10-04\",\"AddedDate\":\"2013-12-04T01:02:03Z\""
#define CLASSES "\"DataClasses\":[\"Email addresses\",\"Passwords\"]"
#define RECORD(name, flags) "{\"Name\":\"" name "\"," DATES "," CLASSES "," flags "}"
#define ADOBE RECORD("Adobe", FLAGS("true", "false", "false", "false", "false", "false"))

#define DAY 86400

static uint8_t *bytes;
static size_t n;

/* Both parsers read the same elements; -2000: they disagree. */
static int parse(const char *text)
{
	uint8_t *exact;
	size_t exact_n;
	int err, other;

	free(bytes);
	bytes = NULL;
	other = parsed(fe_records_exact, text, &exact, &exact_n);
	err = parsed(fe_records_parse, text, &bytes, &n);
	free(exact);
	return err == other ? err : -2000;
}

static const struct rp_breach *record(const char *name)
{
	return fe_records_find(bytes, n, name);
}

static void a_record_is_read(void **state)
{
	const struct rp_breach *b;
	(void)state;

	assert_int_equal(parse("[" ADOBE "]"), 0);
	b = record("Adobe");
	assert_non_null(b);
	assert_int_equal(b->classes, RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED);
	assert_int_equal(b->date, 15982 * DAY);
	assert_int_equal(b->added, 16043 * DAY + 3723);
	assert_null(record("adobe"));
	assert_null(record("Adob"));
	assert_null(record("Adobe2"));
	assert_null(record(""));
}

static void each_class_has_its_bit(void **state)
{
	static const struct {
		const char *record;
		uint16_t classes;
	} of[] = {
		{RECORD("A", FLAGS("true", "false", "false", "false", "false", "false")), RP_BREACH_VERIFIED},
		{RECORD("A", FLAGS("false", "true", "false", "false", "false", "false")),
		 RP_BREACH_FABRICATED},
		{RECORD("A", FLAGS("false", "false", "true", "false", "false", "false")),
		 RP_BREACH_SPAM_LIST},
		{RECORD("A", FLAGS("false", "false", "false", "true", "false", "false")),
		 RP_BREACH_STEALER_LOG},
		{RECORD("A", FLAGS("false", "false", "false", "false", "true", "false")), RP_BREACH_MALWARE},
		{RECORD("A", FLAGS("false", "false", "false", "false", "false", "true")), RP_BREACH_RETIRED},
	};
	char text[1024];
	(void)state;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		snprintf(text, sizeof text, "[%s]", of[i].record);
		assert_int_equal(parse(text), 0);
		assert_int_equal(record("A")->classes, of[i].classes | RP_BREACH_PASSWORDS);
	}
	/* Hints are no passwords. */
	assert_int_equal(parse("[{\"Name\":\"A\"," DATES
			       ",\"DataClasses\":[\"Password hints\",\"passwords\"]," NO_FLAGS "}]"),
			 0);
	assert_int_equal(record("A")->classes, 0);
	assert_int_equal(parse("[{\"Name\":\"A\"," DATES ",\"DataClasses\":[]," NO_FLAGS "}]"), 0);
	assert_int_equal(record("A")->classes, 0);
}

static void many_are_found_by_their_names(void **state)
{
	static char text[1000 * 400];
	size_t at = 0;
	(void)state;

	for (int i = 0; i < 1000; i++)
		at += (size_t)sprintf(text + at, "%c" RECORD("Site%d", NO_FLAGS), i ? ',' : '[',
				      i * 7919 % 1000);
	strcpy(text + at, "]");
	free(bytes);
	assert_int_equal(fe_records_parse(text, strlen(text), &bytes, &n), 0);
	assert_int_equal(n, 1000 * sizeof(struct rp_breach));
	for (int i = 0; i < 1000; i++) {
		char name[16];

		sprintf(name, "Site%d", i);
		assert_non_null(record(name));
		assert_string_equal(record(name)->name, name);
	}
	assert_null(record("Site1000"));
	assert_null(fe_records_find(NULL, 0, "Site1"));
}

static void what_an_address_is_in(void **state)
{
	static const char two[] =
		"[" ADOBE "," RECORD("Other", FLAGS("false", "false", "true", "false", "false", "false")) "]";
	struct rp_mail_answer a = {.status = RP_RANGE_OK};
	uint8_t *exact;
	size_t len;
	(void)state;

	assert_int_equal(fe_records_exact(two, strlen(two), &exact, &len), 0);
	/* class, added, date, length, name: twice */
	assert_int_equal(len, 2 * 19 + strlen("AdobeOther"));
	a.first = exact;
	a.first_len = len;
	assert_int_equal(a.first[1], RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED);
	assert_int_equal(a.first[18], 5);
	assert_memory_equal(a.first + 19, "Adobe", 5);
	assert_memory_equal(a.first + 24 + 19, "Other", 5);
	free(exact);
	/* In none: not the same as no answer. */
	assert_int_equal(fe_records_exact("[]", 2, &exact, &len), 0);
	assert_int_equal(len, 0);
	free(exact);
	/* As records that is not the API. */
	assert_int_equal(fe_records_parse("[]", 2, &exact, &len), RP_EINVAL);
}

/* A record whose name is somebody else's would leave it to chance which is believed. */
static void one_record_a_name(void **state)
{
	static const char twice[] = "[" ADOBE "," RECORD("B", NO_FLAGS) "," RECORD("Adobe", NO_FLAGS) "]";
	uint8_t *out;
	size_t len;
	(void)state;

	assert_int_equal(fe_records_parse(twice, strlen(twice), &out, &len), RP_EINVAL);
	assert_null(out);
}

static void dates(void **state)
{
	static const struct {
		const char *date;
		int64_t time; /* -1: none */
	} of[] = {
		{"1970-01-02", DAY},
		{"1970-01-02T00:00:00Z", DAY},
		{"1970-01-02T00:00Z", DAY},
		{"1970-01-02T23:59:59Z", 2 * DAY - 1},
		{"1970-01-02T01:02:03.456789Z", DAY + 3723},
		{"", -1},
		{"1970", -1},
		{"1970-1-2", -1},
		{"1970-02-30", -1},
		{"1970-01-02T", -1},
		{"1970-01-02Z", -1},
		{"1970-01-02T00:00:00", -1},
		{"1970-01-02T00:00", -1},
		{"1970-01-02T00Z", -1},
		{"1970-01-02T0:00:00Z", -1},
		{"1970-01-02T00:00:0Z", -1},
		{"1970-01-02T00:00:Z", -1},
		{"1970-01-02T24:00:00Z", -1},
		{"1970-01-02T00:60:00Z", -1},
		{"1970-01-02T00:00:61Z", -1},
		{"1970-01-02T+1:00:00Z", -1},
		{"1970-01-02T-1:00:00Z", -1},
		{"1970-01-02T 1:00:00Z", -1},
		{"1970-01-02T00:00:00+01:00", -1},
		{"1970-01-02T00:00:00Zulu", -1},
		{"1970-01-02T00:00.5Z", -1},
		{"1970-01-02 00:00:00", -1},
		{" 1970-01-02", -1},
		{"yesterday", -1},
	};
	char text[1024];
	(void)state;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		int want = of[i].time < 0 ? RP_EINVAL : 0;

		sprintf(text,
			"[{\"Name\":\"A\",\"BreachDate\":\"2013-10-04\",\"AddedDate\":\"%s\"," CLASSES
			"," NO_FLAGS "}]",
			of[i].date);
		assert_int_equal(parse(text), want);
		if (!want)
			assert_int_equal(record("A")->added, of[i].time);
		sprintf(text,
			"[{\"Name\":\"A\",\"AddedDate\":\"2013-10-04\",\"BreachDate\":\"%s\"," CLASSES
			"," NO_FLAGS "}]",
			of[i].date);
		assert_int_equal(parse(text), want);
	}
}

static void names(void **state)
{
	static const struct {
		const char *name;
		int err;
	} of[] = {
		{"000webhost", 0},
		{"with blank", 0},
		{"\xc3\xa9t\xc3\xa9", 0},
		{"123456789012345678901234567890123456789012345678901234567890123", 0},
		{"1234567890123456789012345678901234567890123456789012345678901234", RP_EINVAL},
		{"", RP_EINVAL},
		{"a\\nb", RP_EINVAL},
		{"a\\u0000b", RP_EINVAL},
		{"a\\u001b[2J", RP_EINVAL},
		{"a\\u007fb", RP_EINVAL},
		{"a\\u009bb", RP_EINVAL},
		{"a\xff", RP_EINVAL},
		{"a\xed\xa0\x80", RP_EINVAL},
	};
	char text[1024];
	(void)state;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		sprintf(text, "[" RECORD("%s", NO_FLAGS) "]", of[i].name);
		assert_int_equal(parse(text), of[i].err);
	}
}

/* Without any one of them nothing is known of the breach: what is not said is not "no". */
static void every_field_is_needed(void **state)
{
	static const char *const fields[] = {
		"\"Name\":\"A\"",
		"\"BreachDate\":\"2013-10-04\"",
		"\"AddedDate\":\"2013-12-04\"",
		CLASSES,
		"\"IsVerified\":true",
		"\"IsFabricated\":false",
		"\"IsSpamList\":false",
		"\"IsStealerLog\":false",
		"\"IsMalware\":false",
		"\"IsRetired\":false",
		"\"Unheard-of\":{\"a\":[null]}",
	};
	const size_t count = sizeof fields / sizeof *fields;
	(void)state;

	for (size_t without = 0; without <= count; without++) {
		char text[1024] = "[{";

		for (size_t i = 0; i < count; i++)
			if (i != without)
				sprintf(text + strlen(text), "%s%s", text[2] ? "," : "", fields[i]);
		strcat(text, "}]");
		assert_int_equal(parse(text), without < count - 1 ? RP_EINVAL : 0);
	}
}

static void what_is_none(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"null",
		"{}",
		"\"\"",
		"0",
		"true",
		"[",
		"]",
		"[[]]",
		"[null]",
		"[0]",
		"[\"Adobe\"]",
		"[{}]",
		"[" ADOBE,
		ADOBE,
		"[" ADOBE "]]",
		"[" ADOBE "] x",
		"[" ADOBE "],",
		"[" ADOBE ",]",
		"[" ADOBE " " ADOBE "]",
		"[" ADOBE ",{}]",
		"[{}," ADOBE "]",
		"[" ADOBE ",null]",
		"\xef\xbb\xbf[" ADOBE "]",
		"{\"breaches\":[" ADOBE "]}",
		"<html><body>[" ADOBE "]</body></html>",
		"[{\"Name\":\"A\",\"Name\":\"B\"," DATES "," CLASSES "," NO_FLAGS "}]",
		"[{\"Name\":1," DATES "," CLASSES "," NO_FLAGS "}]",
		"[{\"Name\":null," DATES "," CLASSES "," NO_FLAGS "}]",
		"[{\"Name\":[\"A\"]," DATES "," CLASSES "," NO_FLAGS "}]",
		"[{'Name':'A'}]",
		"[{\"Name\":\"A\"," DATES ",\"DataClasses\":\"Passwords\"," NO_FLAGS "}]",
		"[{\"Name\":\"A\"," DATES ",\"DataClasses\":null," NO_FLAGS "}]",
		"[{\"Name\":\"A\"," DATES ",\"DataClasses\":{}," NO_FLAGS "}]",
		"[{\"Name\":\"A\"," DATES ",\"DataClasses\":[\"Passwords\",1]," NO_FLAGS "}]",
		"[" RECORD("A", FLAGS("\"true\"", "false", "false", "false", "false", "false")) "]",
		"[" RECORD("A", FLAGS("1", "false", "false", "false", "false", "false")) "]",
		"[" RECORD("A", FLAGS("false", "null", "false", "false", "false", "false")) "]",
		"[" RECORD("A", FLAGS("false", "false", "0", "false", "false", "false")) "]",
		"[" RECORD("A", FLAGS("false", "false", "false", "\"\"", "false", "false")) "]",
		"[" RECORD("A", FLAGS("false", "false", "false", "false", "[]", "false")) "]",
		"[" RECORD("A", FLAGS("False", "false", "false", "false", "false", "false")) "]",
		"[{\"Name\":\"A\",\"BreachDate\":20131004,\"AddedDate\":\"2013-12-04\"," CLASSES "," NO_FLAGS
		"}]",
		"[{\"n\":1e999}," ADOBE "]",
		"[{\"n\":99999999999999999999999}," ADOBE "]",
	};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i]), RP_EINVAL);
}

/* Cut off anywhere it is none, and with a NUL anywhere neither. */
static void a_part_is_none(void **state)
{
	static const char text[] = "[" ADOBE "]";
	char damaged[sizeof text];
	uint8_t *out;
	size_t len;
	(void)state;

	for (size_t i = 0; i < sizeof text - 1; i++) {
		strcpy(damaged, text);
		assert_int_equal(fe_records_parse(damaged, i, &out, &len), RP_EINVAL);
		damaged[i] = '\0';
		assert_int_equal(fe_records_parse(damaged, sizeof text - 1, &out, &len), RP_EINVAL);
		assert_null(out);
	}
}

static int nothing_left(void **state)
{
	(void)state;
	free(bytes);
	bytes = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read),
		cmocka_unit_test(each_class_has_its_bit),
		cmocka_unit_test(many_are_found_by_their_names),
		cmocka_unit_test(what_an_address_is_in),
		cmocka_unit_test(one_record_a_name),
		cmocka_unit_test(dates),
		cmocka_unit_test(names),
		cmocka_unit_test(every_field_is_needed),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(a_part_is_none),
	};

	return cmocka_run_group_tests(tests, parsed_setup, nothing_left);
}
