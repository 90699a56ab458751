/* fetch/mailbox.h: stealer logs and plans; above all what is neither. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/mailbox.h"
#include "tests/unit/parsed.h"

static uint8_t *list;
static size_t list_len;

static int read_stealers(const char *text)
{
	return parsed(fe_mail_stealers, text, &list, &list_len);
}

static void stealers_page_by_page(void **state)
{
	const char *text = "[\"a@example.org\",\"B+x@Example.org\",\"\xc3\xa9@example.org\"]";
	const uint8_t *page;
	size_t len;
	(void)state;

	assert_int_equal(read_stealers(text), 0);
	assert_int_equal(fe_mail_page(list, list_len, 0, &page, &len), 3);
	assert_int_equal(len, strlen("a@example.org\nB+x@Example.org\n\xc3\xa9@example.org\n"));
	assert_memory_equal(page, "a@example.org\nB+x@Example.org\n\xc3\xa9@example.org\n", len);
	assert_int_equal(fe_mail_page(list, list_len, 2, &page, &len), 3);
	assert_memory_equal(page, "\xc3\xa9@example.org\n", len);
	for (uint64_t from = 3; from < 1u << 31; from = from * 3 + 1) {
		assert_int_equal(fe_mail_page(list, list_len, from, &page, &len), 3);
		assert_int_equal(len, 0);
	}
	free(list);
	assert_int_equal(read_stealers("[]"), 0);
	assert_int_equal(fe_mail_page(list, list_len, 0, &page, &len), 0);
	assert_int_equal(len, 0);
	free(list);
	assert_int_equal(fe_mail_page(NULL, 0, 0, &page, &len), 0);
}

/* Each page is whole lines, none is left out, none comes twice. */
static void many_stealers(void **state)
{
	enum { MANY = 20000 };
	char *text = malloc(MANY * 32);
	const uint8_t *page;
	unsigned from = 0, pages = 0;
	size_t at = 0, len;
	(void)state;

	assert_non_null(text);
	for (unsigned i = 0; i < MANY; i++)
		at += (size_t)sprintf(text + at, "%c\"%0*u@example.org\"", i ? ',' : '[', 1 + (int)i % 9, i);
	strcpy(text + at, "]");
	assert_int_equal(read_stealers(text), 0);
	free(text);
	while (from < MANY) {
		const char *line;

		assert_int_equal(fe_mail_page(list, list_len, from, &page, &len), MANY);
		assert_in_range(len, from < MANY - 4000 ? RP_MAIL_FIELD_MAX - 32 : 1, RP_MAIL_FIELD_MAX);
		for (line = (const char *)page; line < (const char *)page + len;
		     line = strchr(line, '\n') + 1)
			assert_int_equal(strtoul(line, NULL, 10), from++);
		assert_ptr_equal(line, page + len);
		pages++;
	}
	assert_in_range(pages, 4, 10);
	free(list);
}

static void what_are_no_stealers(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"null",
		"[",
		"[\"a@b\"",
		"[\"a@b\",]",
		"[\"a@b\"]]",
		"[null]",
		"[1]",
		"[[\"a@b\"]]",
		"[{\"a@b\":1}]",
		"[\"\"]",
		"[\"Adobe\"]",
		"[\"a@b\",\"c\"]",
		"[\"a@b\\nc@d\"]",
		"[\"a@b\\u0000\"]",
		"[\"a@b\\u001b\"]",
		"[\"a@\xff\"]",
		"{\"a@b\":[\"netflix.com\"]}",
		"a@b\n",
	};
	char longest[RP_ADDRESS_MAX + 32];
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(read_stealers(bad[i]), RP_EINVAL);
	sprintf(longest, "[\"@%0*d\"]", RP_ADDRESS_MAX - 1, 0);
	assert_int_equal(read_stealers(longest), 0);
	free(list);
	sprintf(longest, "[\"@%0*d\"]", RP_ADDRESS_MAX, 0);
	assert_int_equal(read_stealers(longest), RP_EINVAL);
}

#define PLAN(name, rpm, more) "{\"SubscriptionName\":" name ",\"Rpm\":" rpm more "}"

static void plans(void **state)
{
	static const struct {
		const char *json, *text; /* NULL: it is none */
	} of[] = {
		{PLAN("\"Pro 1\"", "1000", ",\"IncludesKAnon\":true,\"IncludesStealerLogs\":true"),
		 "Pro 1\n1000\n1\n1\n"},
		{PLAN("\"Core 1\"", "10", ",\"IncludesKAnon\":false,\"IncludesStealerLogs\":false"),
		 "Core 1\n10\n0\n0\n"},
		{PLAN("\"X\"", "0", ",\"IncludesKAnon\":true,\"IncludesStealerLogs\":false"), "X\n0\n1\n0\n"},
		/* What is not said, or not in so many words, it does not have. */
		{PLAN("\"X\"", "69", ""), "X\n69\n0\n0\n"},
		{PLAN("\"X\"", "69", ",\"IncludesKAnon\":\"true\",\"IncludesStealerLogs\":1"),
		 "X\n69\n0\n0\n"},
		{PLAN("\"X\"", "-1", ""), NULL},
		{PLAN("\"X\"", "1.5", ""), NULL},
		{PLAN("\"X\"", "\"10\"", ""), NULL},
		{PLAN("\"X\"", "null", ""), NULL},
		{PLAN("\"X\"", "99999999999999999999", ""), NULL},
		{PLAN("\"\"", "10", ""), NULL},
		{PLAN("null", "10", ""), NULL},
		{PLAN("\"a\\nb\"", "10", ""), NULL},
		{PLAN("\"X\"", "10", ",\"Rpm\":20"), NULL},
		{"[" PLAN("\"X\"", "10", "") "]", NULL},
		{"{}", NULL},
		{"[]", NULL},
		{"", NULL},
		{"null", NULL},
	};
	(void)state;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		uint8_t *out;
		size_t n;
		int err = parsed(fe_mail_plan, of[i].json, &out, &n);

		assert_int_equal(err, of[i].text ? 0 : RP_EINVAL);
		if (err)
			continue;
		assert_int_equal(n, strlen(of[i].text));
		assert_memory_equal(out, of[i].text, n);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stealers_page_by_page),
		cmocka_unit_test(many_stealers),
		cmocka_unit_test(what_are_no_stealers),
		cmocka_unit_test(plans),
	};

	return cmocka_run_group_tests(tests, parsed_setup, NULL);
}
