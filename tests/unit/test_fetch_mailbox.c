/* fetch/mailbox.h: ranges of addresses; above all what is none. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/mailbox.h"
#include "fetch/records.h"
#include "tests/unit/parsed.h"

/* SHA-1 of "test@example.com" and its neighbours. */
#define SUFFIX "D622FFBB50B11B0EFD307BE358624A26EE"
#define OTHER "0000000000000000000000000000000001"
#define ROW(suffix, websites) "{\"hashSuffix\":\"" suffix "\",\"websites\":[" websites "]}"
#define RECORD(name)                                                                                         \
	"{\"Name\":\"" name                                                                                  \
	"\",\"BreachDate\":\"2013-10-04\",\"AddedDate\":\"2013-12-04\",\"DataClasses\":["                    \
	"\"Passwords\"],\"IsVerified\":true,\"IsFabricated\":false,\"IsSpamList\":false,"                    \
	"\"IsStealerLog\":false,\"IsMalware\":false,\"IsRetired\":false}"

static const uint8_t digest[RP_DIGEST_LEN] = {0x56, 0x71, 0x59, 0xd6, 0x22, 0xff, 0xbb, 0x50, 0xb1, 0x1b,
					      0x0e, 0xfd, 0x30, 0x7b, 0xe3, 0x58, 0x62, 0x4a, 0x26, 0xee};

static uint8_t *records, *range;
static size_t records_len, range_len;
static uint8_t first[RP_MAIL_FIELD_MAX];
static struct fe_joined joined;
static struct rp_mail_writer writer;

static int start(void **state)
{
	static const char text[] = "[" RECORD("Adobe") "," RECORD("Gawker") "]";

	return parsed_setup(state) ? -1 : fe_records_parse(text, strlen(text), &records, &records_len);
}

static int stop(void **state)
{
	(void)state;
	free(records);
	return 0;
}

static int read_range(const char *text)
{
	int err = parsed(fe_mail_range, text, &range, &range_len);

	if (err)
		return err;
	writer = (struct rp_mail_writer){.buf = first, .size = sizeof first};
	fe_mail_join(range, range_len, records, records_len, &writer, &joined);
	return 0;
}

static char seen[8192];

static void see(const struct rp_breach *b, void *ctx)
{
	(void)ctx;
	sprintf(seen + strlen(seen), "%s:%x ", b->name, b->classes);
}

/* What the asker's own function makes of it. */
static const char *found(void)
{
	const struct rp_mail_answer a = {.status = RP_RANGE_OK,
					 .first = first,
					 .first_len = writer.at,
					 .second = joined.addresses,
					 .second_len = joined.addresses_len};
	int n;

	seen[0] = '\0';
	n = rp_mail_each(&a, RP_MAIL_RANGE, digest, see, NULL);
	assert_true(n >= 0);
	free(range);
	return seen;
}

static void the_asker_finds_it(void **state)
{
	(void)state;

	assert_int_equal(read_range("[" ROW(OTHER, "\"Gawker\"") "," ROW(SUFFIX, "\"Adobe\",\"Gawker\"") "]"),
			 0);
	assert_false(joined.missing);
	assert_string_equal(found(), "Adobe:3 Gawker:3 ");
	assert_int_equal(read_range("[" ROW(OTHER, "\"Gawker\"") "]"), 0);
	assert_string_equal(found(), "");
	assert_int_equal(read_range("[]"), 0);
	assert_string_equal(found(), "");
}

static void digits_are_of_either_case(void **state)
{
	(void)state;

	assert_int_equal(read_range("[" ROW("d622ffbb50b11b0efd307be358624a26ee", "\"Adobe\"") "]"), 0);
	assert_string_equal(found(), "Adobe:3 ");
}

static void an_address_that_comes_twice(void **state)
{
	(void)state;

	assert_int_equal(read_range("[" ROW(SUFFIX, "\"Gawker\"") "," ROW(SUFFIX, "") "," ROW(
				 SUFFIX, "\"Adobe\"") "]"),
			 0);
	assert_string_equal(found(), "Gawker:3 Adobe:3 ");
}

/* It is in the answer, and says of itself that nothing is known of it. */
static void a_name_without_a_record(void **state)
{
	(void)state;

	assert_int_equal(read_range("[" ROW(SUFFIX, "\"Adobe\",\"Unheard-of\"") "]"), 0);
	assert_true(joined.missing);
	assert_string_equal(found(), "Adobe:3 Unheard-of:8000 ");
	assert_int_equal(read_range("[" ROW(SUFFIX, "\"Adobe\",\"ADOBE\"") "]"), 0);
	assert_true(joined.missing);
	assert_string_equal(found(), "Adobe:3 ADOBE:8000 ");
}

/* More breaches than fit beside one address. */
static void in_hundreds_of_breaches(void **state)
{
	static char text[32768], many[16384];
	size_t at = 0;
	(void)state;

	for (int i = 0; i < 300; i++)
		at += (size_t)sprintf(many + at, "%s\"N%d\"", i ? "," : "", i);
	sprintf(text, "[" ROW(SUFFIX, "%s") "]", many);
	assert_int_equal(read_range(text), 0);
	assert_int_equal(joined.addresses_len, 2 * 18 + 300 * 2);
	at = 0;
	for (const char *c = found(); *c; c++)
		at += *c == ' ';
	assert_int_equal(at, 300);
	assert_non_null(strstr(seen, "N299:8000 "));
}

static void more_than_an_answer_has_room_for(void **state)
{
	static char text[400000];
	size_t at = 0;
	(void)state;

	/* (65,535 - 64) / (18 + 2) */
	for (int i = 0; i < 3273; i++)
		at += (size_t)sprintf(text + at, "%c" ROW("%034X", "\"Adobe\""), i ? ',' : '[', (unsigned)i);
	strcpy(text + at, "]");
	assert_int_equal(read_range(text), 0);
	assert_string_equal(found(), "");
	sprintf(text + at, "," ROW("%034X", "\"Adobe\"") "]", 3273u);
	assert_int_equal(read_range(text), RP_EFULL);
	/* And so many names that their breaches do not fit. */
	at = (size_t)sprintf(text, "[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[\"0\"");
	for (int i = 1; i < 3277; i++)
		at += (size_t)sprintf(text + at, ",\"%d\"", i);
	strcpy(text + at, "]}]");
	assert_int_equal(read_range(text), RP_EFULL);
	text[at - strlen(",\"3276\"")] = '\0';
	strcat(text, "]}]");
	assert_int_equal(read_range(text), 0);
	assert_true(writer.full);
	free(range);
}

static void what_is_no_range(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"null",
		"{}",
		"\"[]\"",
		"[",
		"[]]",
		"[] []",
		"[null]",
		"[0]",
		"[[]]",
		"[\"" SUFFIX "\"]",
		"[{}]",
		"[{\"hashSuffix\":\"" SUFFIX "\"}]",
		"[{\"websites\":[\"Adobe\"]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":null}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":\"Adobe\"}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":{\"Adobe\":1}}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[null]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[1]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[\"\"]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[[\"Adobe\"]]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"hashSuffix\":\"" OTHER "\",\"websites\":[]}]",
		"[{\"hashSuffix\":\"" SUFFIX "\",\"websites\":[\"Adobe\"],\"websites\":[]}]",
		"[{\"hashSuffix\":null,\"websites\":[]}]",
		"[{\"hashSuffix\":" OTHER ",\"websites\":[]}]",
		"[{\"HashSuffix\":\"" SUFFIX "\",\"Websites\":[]}]",
		"[" ROW("", "") "]",
		"[" ROW("D622FFBB50B11B0EFD307BE358624A26E", "") "]",
		"[" ROW(SUFFIX "0", "") "]",
		"[" ROW("567159" SUFFIX, "") "]",
		"[" ROW("G622FFBB50B11B0EFD307BE358624A26EE", "") "]",
		"[" ROW(" 622FFBB50B11B0EFD307BE358624A26EE", "") "]",
		"[" ROW("0x22FFBB50B11B0EFD307BE358624A26EE", "") "]",
		"[" ROW("D622FFBB50B11B0EFD307BE358624A26E\\u0000", "") "]",
		"[" ROW(SUFFIX, "\"a\\u0000b\"") "]",
		"[" ROW(SUFFIX, "\"a\\u001b[2Jb\"") "]",
		"[" ROW(SUFFIX, "\"1234567890123456789012345678901234567890123456789012345678901234\"") "]",
		"[" ROW(SUFFIX, "\"Adobe\"") ",]",
		"[" ROW(SUFFIX, "\"Adobe\"") ",{}]",
		"[" ROW(SUFFIX, "\"Adobe\"") "]\nx",
		"[" ROW(SUFFIX, "\"Adobe\",") "]",
		"[" ROW(SUFFIX, "\"\xff\"") "]",
		SUFFIX ":3\r\n" OTHER ":1",
		"<!DOCTYPE html><title>502</title>",
		"{\"statusCode\":401,\"message\":\"Access denied\"}",
	};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(read_range(bad[i]), RP_EINVAL);
}

static void what_else_an_object_has(void **state)
{
	(void)state;

	assert_int_equal(
		read_range("[{\"new\":[{}],\"websites\":[\"Adobe\"],\"hashSuffix\":\"" SUFFIX "\"}]"), 0);
	assert_string_equal(found(), "Adobe:3 ");
}

/* One bracket in another: the parser must not go as deep as somebody likes. */
static void deep_and_wide(void **state)
{
	const size_t len = 1024 * 1024;
	char *text = malloc(len);
	uint8_t *out;
	size_t n;
	(void)state;

	assert_non_null(text);
	memset(text, '[', len);
	assert_int_equal(fe_mail_range(text, len, &out, &n), RP_EINVAL);
	for (size_t i = 0; i < len; i++)
		text[i] = "{\"a\":"[i % 5];
	assert_int_equal(fe_mail_range(text, len, &out, &n), RP_EINVAL);
	free(text);
}

/* A few megabytes of text that take a gigabyte once they are read. */
static void memory_is_bounded(void **state)
{
	const size_t len = 16 * 1024 * 1024;
	char *text = malloc(len);
	uint8_t *out;
	size_t n;
	(void)state;

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = "{},"[i % 3];
	text[0] = '[';
	text[1] = '0';
	text[len - 1] = ']';
	assert_int_equal(fe_mail_stealers(text, len, &out, &n), RP_EFULL);
	assert_int_equal(fe_records_parse(text, len, &out, &n), RP_EFULL);
	free(text);
	/* All of it is there again. */
	assert_int_equal(read_range("[" ROW(SUFFIX, "\"Adobe\"") "]"), 0);
	assert_string_equal(found(), "Adobe:3 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_asker_finds_it),
		cmocka_unit_test(digits_are_of_either_case),
		cmocka_unit_test(an_address_that_comes_twice),
		cmocka_unit_test(a_name_without_a_record),
		cmocka_unit_test(in_hundreds_of_breaches),
		cmocka_unit_test(more_than_an_answer_has_room_for),
		cmocka_unit_test(what_is_no_range),
		cmocka_unit_test(what_else_an_object_has),
		cmocka_unit_test(deep_and_wide),
		cmocka_unit_test(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
