/* What leaves the machine where an address is asked about: six hexadecimal digits. Every byte that the server
 * received is looked at, and what rempart-fetch says of itself. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

#define BEFORE "GET /api/v3/breachedaccount/range/"
#define RECORDS "GET /api/v3/breaches HTTP/1.1\r\n"

static const char *const addresses[] = {
	MAIL_KNOWN,
	MAIL_UNKNOWN,
	"test@example.com",
	"",
	"a",
	"GET /api/v3/breaches HTTP/1.1",
	"..\r\nHost: elsewhere.example\r\n\r\n@example.org",
	"%0d%0a?x=y#@example.org",
	"pharmacie.d\xc3\xa9j\xc3\xa0@example.org",
};

#define ADDRESSES (sizeof addresses / sizeof *addresses)

/* The first request of all that is text, without what came before; NULL: none. */
static const char *find(const char *all, const char *text, size_t *len)
{
	const char *start = strstr(all, text);

	*len = start ? (size_t)(strstr(start, "\r\n\r\n") - start) + 4 : 0;
	return start;
}

/* The requests for ranges are alike, byte by byte, but for the digits; and the one for the records has
 * nothing of anybody's. */
static void only_six_digits_leave(void **state)
{
	const struct breach *b = *state;
	char *all, *first = NULL;
	const char *at, *records;
	size_t len, ranges = 0, records_len;

	for (size_t i = 0; i < ADDRESSES; i++)
		mail_range(b, addresses[i], RP_RANGE_OK);
	all = breach_received(b, "requests");
	records = find(all, RECORDS, &records_len);
	assert_non_null(records);
	assert_null(strstr(records + records_len, RECORDS));
	for (at = all; (at = find(at, BEFORE, &len)); at += len, ranges++) {
		char prefix[RP_MAIL_PREFIX + 1];

		if (!first)
			first = strndup(at, len);
		assert_non_null(first);
		assert_true(ranges < ADDRESSES);
		mail_prefix_of(addresses[ranges], prefix);
		assert_int_equal(strncasecmp(at + strlen(BEFORE), prefix, RP_MAIL_PREFIX), 0);
		memcpy(first + strlen(BEFORE), at + strlen(BEFORE), RP_MAIL_PREFIX);
		assert_memory_equal(at, first, len);
	}
	assert_int_equal(ranges, ADDRESSES);
	assert_int_equal(strncmp(first + strlen(BEFORE) + RP_MAIL_PREFIX, " HTTP/1.1\r\n", 11), 0);
	assert_int_equal(strlen(all), ADDRESSES * strlen(first) + records_len);
	free(first);
	free(all);
}

/* The key is for the services that need it; passwords are another server's. */
static void who_gets_the_key(void **state)
{
	static struct mail mail;
	const struct breach *b = *state;
	char *before = breach_received(b, "requests"), *all;
	const char *at;
	size_t len, keys = 0, requests = 0;

	ask_password(b, LEAKED, RP_RANGE_OK);
	mail_range(b, MAIL_KNOWN, RP_RANGE_OK);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_OK);
	all = breach_received(b, "requests");
	for (at = all + strlen(before); *at; at += len, requests++) {
		at = find(at, "GET ", &len);
		assert_non_null(at);
		if (memmem(at, len, BREACH_KEY, strlen(BREACH_KEY))) {
			assert_int_equal(strncmp(at, "GET /api/v3/", 12), 0);
			assert_non_null(memmem(at, len, "\r\nhibp-api-key: " BREACH_KEY "\r\n",
					       strlen("\r\nhibp-api-key: " BREACH_KEY "\r\n")));
			keys++;
		}
	}
	assert_int_equal(requests, 4);
	assert_in_range(keys, 2, 3);
	assert_null(strcasestr(all, "\r\nCookie:"));
	assert_null(strcasestr(all, "\r\nAuthorization:"));
	free(before);
	free(all);
}

/* Somebody else is told neither what is asked nor the key. */
static void redirects_elsewhere(void **state)
{
	struct breach *b = *state;
	char *plain;
	unsigned before = breach_requests(b);

	breach_mode(b, "good\nrange to-http\n");
	mail_range(b, MAIL_KNOWN, RP_RANGE_HTTP);
	breach_mode(b, "good\nrange to-host\n");
	mail_range(b, MAIL_KNOWN, RP_RANGE_HTTP);
	/* The records may have been asked for along with the first. */
	assert_in_range(breach_requests(b), before + 2, before + 3);
	plain = breach_received(b, "plain");
	assert_string_equal(plain, "");
	free(plain);
}

/* Who cannot prove who it is gets no request, and with it no key. */
static void strangers(void **state)
{
	static const char *const who[] = {"wrong-ca", "false-ca", "expired", "other-host", "old-tls"};
	struct breach *b = *state;
	unsigned before = breach_requests(b);

	for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
		mail_start(b, BREACH_KEY, "");
		breach_mode(b, who[i]);
		mail_range(b, MAIL_KNOWN, RP_RANGE_TLS);
	}
	assert_int_equal(breach_requests(b), before);
	breach_mode(b, "good");
	mail_later(b, MAIL_RECORDS_LATER);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

/* It is told where to, and nothing else. */
static void the_configured_proxy(void **state)
{
	struct breach *b = *state;
	char line[128], *plain;

	snprintf(line, sizeof line, "proxy = %s\n", b->plain);
	mail_start(b, BREACH_KEY, line);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	plain = breach_received(b, "plain");
	assert_int_equal(strncmp(plain, "CONNECT localhost:", 18), 0);
	assert_null(strstr(plain, "api/v3"));
	assert_null(strstr(plain, BREACH_KEY));
	free(plain);
}

static const char *const modes[] = {
	"good",
	"good\nrange 401\n",
	"good\nrange 403\n",
	"good\nrange 429 7\n",
	"good\nrange 503\n",
	"good\nrange html\n",
	"good\nrange half\n",
	"good\nrange drop\n",
	"good\nrange odd {\"hashSuffix\":\"X\",\"websites\":[]}\n",
	"good\nbreaches 503\n",
	"good\nbreaches without Adobe\n",
	"good\nbreaches body [{}]\n",
	"expired",
	"good\naccount 404\n",
	"good\naccount html\n",
	"good\nstealers odd \"\"\n",
	"good\nplan body {}\n",
};

static void ask_everything(const struct breach *b)
{
	static struct mail mail;
	char prefix[RP_MAIL_PREFIX + 1];

	mail_prefix_of(MAIL_KNOWN, prefix);
	mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
	mail_ask(b, RP_MAIL_EXACT, MAIL_KNOWN, &mail);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
}

static void nothing_is_logged(void **state)
{
	struct breach *b = *state;
	char prefix[RP_MAIL_PREFIX + 1], *log;

	breach_stolen(b, "victim@example.org\n");
	mail_prefix_of(MAIL_KNOWN, prefix);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		breach_mode(b, modes[i]);
		mail_start(b, BREACH_KEY, MAIL_EXACT_LINES);
		ask_everything(b);
	}
	mail_start(b, BREACH_KEY_WRONG, MAIL_EXACT_LINES);
	ask_everything(b);
	log = file_read(b->fetch_log);
	assert_true(strlen(log) > 100); /* it does say what fails */
	assert_null(strcasestr(log, prefix));
	assert_null(strcasestr(log, "account-exists"));
	assert_null(strcasestr(log, "hibp-integration"));
	assert_null(strcasestr(log, "victim"));
	assert_null(strcasestr(log, "adobe"));
	assert_null(strstr(log, BREACH_KEY));
	assert_null(strstr(log, BREACH_KEY_WRONG));
	free(log);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_six_digits_leave), /* first: it counts from the beginning */
		TEST(who_gets_the_key),	     TEST(redirects_elsewhere), TEST(strangers),
		TEST(the_configured_proxy),  TEST(nothing_is_logged),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
