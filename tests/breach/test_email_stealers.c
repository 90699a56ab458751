/* The portal's stealer logs, page by page. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

#define MANY 20000
#define LINE 40

static struct mail mail;

/* What stands on the i-th line. */
static int print(char *to, unsigned i)
{
	return sprintf(to, "victim%05u@practice-%u.example\n", i, i % 97);
}

static char *many(size_t *len)
{
	char *text = malloc(MANY * LINE);

	assert_non_null(text);
	*len = 0;
	for (unsigned i = 0; i < MANY; i++)
		*len += (size_t)print(text + *len, i);
	return text;
}

static unsigned stolen_asked_for(const struct breach *b)
{
	char *all = breach_received(b, "requests");
	unsigned n = text_count(all, "GET /api/v3/stealerlogs");

	free(all);
	return n;
}

static unsigned lines(const uint8_t *text, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* Every address once, in order, in pages that end with a whole line; and the server is not asked for each. */
static void twenty_thousand(void **state)
{
	const struct breach *b = *state;
	size_t len, at = 0;
	char *all = many(&len), from[16];
	unsigned n = 0, pages = 0, before;

	breach_stolen(b, all);
	before = stolen_asked_for(b);
	while (n < MANY) {
		snprintf(from, sizeof from, "%u", n);
		mail_ask(b, RP_MAIL_STEALERS, from, &mail);
		assert_int_equal(mail.a.status, RP_RANGE_OK);
		assert_int_equal(mail.a.detail, MANY);
		assert_int_equal(mail.a.second_len, 0);
		assert_true(mail.a.first_len && mail.a.first_len <= len - at);
		assert_memory_equal(mail.a.first, all + at, mail.a.first_len);
		assert_int_equal(mail.a.first[mail.a.first_len - 1], '\n');
		n += lines(mail.a.first, mail.a.first_len);
		at += mail.a.first_len;
		pages++;
	}
	assert_int_equal(n, MANY);
	assert_int_equal(at, len);
	assert_in_range(pages, 2, 20);
	assert_int_equal(stolen_asked_for(b), before + 1);
	free(all);
}

static void from_the_middle(void **state)
{
	const struct breach *b = *state;
	size_t len;
	char *all = many(&len), want[LINE];

	breach_stolen(b, all);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	mail_ask(b, RP_MAIL_STEALERS, "12345", &mail);
	print(want, 12345);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_memory_equal(mail.a.first, want, strlen(want));
	mail_ask(b, RP_MAIL_STEALERS, "19999", &mail);
	print(want, 19999);
	assert_int_equal(mail.a.first_len, strlen(want));
	assert_memory_equal(mail.a.first, want, strlen(want));
	free(all);
}

/* A further page of a list that is not there would be one of another list. */
static void without_the_first_page(void **state)
{
	const struct breach *b = *state;

	breach_stolen(b, "one@example.org\ntwo@example.org\n");
	mail_ask(b, RP_MAIL_STEALERS, "1", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_REFUSED);
}

/* The list that the first page was of is the list that the others are of, whatever the server has by now. */
static void a_list_that_changes(void **state)
{
	const struct breach *b = *state;
	size_t len;
	char *all = many(&len), want[LINE];

	breach_stolen(b, all);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	breach_stolen(b, "one@example.org\n");
	mail_later(b, 120);
	mail_ask(b, RP_MAIL_STEALERS, "12345", &mail);
	print(want, 12345);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_int_equal(mail.a.detail, MANY);
	assert_memory_equal(mail.a.first, want, strlen(want));
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.detail, 1);
	free(all);
}

static void past_the_end(void **state)
{
	static const char *const past[] = {"2", "3", "999999999"};
	const struct breach *b = *state;

	breach_stolen(b, "one@example.org\ntwo@example.org\n");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	for (size_t i = 0; i < sizeof past / sizeof *past; i++) {
		mail_ask(b, RP_MAIL_STEALERS, past[i], &mail);
		assert_int_equal(mail.a.status, RP_RANGE_OK);
		assert_int_equal(mail.a.detail, 2);
		assert_int_equal(mail.a.first_len, 0);
	}
}

/* 404 is how the API says that there are none. */
static void none(void **state)
{
	const struct breach *b = *state;

	breach_stolen(b, "");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	assert_int_equal(mail.a.detail, 0);
	assert_int_equal(mail.a.first_len, 0);
}

static void a_plan_without_them(void **state)
{
	struct breach *b = *state;

	mail_start(b, BREACH_KEY_RANGES, "");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_PLAN);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void start_with_domain(struct breach *b, const char *domain)
{
	char lines[512];

	breach_email(b, BREACH_KEY);
	snprintf(lines, sizeof lines, "email_url = %s\napi_key_file = %s\n%s%s\n", b->email, b->key_file,
		 *domain ? "portal_domain = " : "", domain);
	breach_fetch_halt(b);
	breach_fetch_start(b, lines, NULL);
}

static void another_domain(void **state)
{
	struct breach *b = *state;

	start_with_domain(b, "elsewhere.example");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_PLAN);
}

/* Nobody is asked then. */
static void no_domain(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);

	start_with_domain(b, "");
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_REFUSED);
	assert_int_equal(breach_requests(b), before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(twenty_thousand),	   TEST(from_the_middle), TEST(without_the_first_page),
		TEST(a_list_that_changes), TEST(past_the_end),	  TEST(none),
		TEST(a_plan_without_them), TEST(another_domain),  TEST(no_domain),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
