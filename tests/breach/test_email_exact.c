/* The whole address leaves only where the configuration says so. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/breach/mail.h"
#include "tests/pam/files.h"

static int begin(void **state)
{
	ask_alone(state);
	mail_start(*state, BREACH_KEY, MAIL_EXACT_LINES);
	return 0;
}

static void not_unless_it_is_configured(void **state)
{
	static const char *const lines[] = {"", "[mailbox]\nlookup = yes\n", "[mailbox]\nemail_exact = no\n"};
	struct breach *b = *state;
	char *received;
	unsigned before = breach_connections(b);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		mail_start(b, BREACH_KEY, lines[i]);
		mail_exact(b, MAIL_KNOWN, RP_RANGE_REFUSED);
	}
	assert_int_equal(breach_connections(b), before);
	received = breach_received(b, "requests");
	assert_null(strstr(received, "account-exists"));
	free(received);
	assert_int_equal(mail_said(b, "account-exists"), 0);
	mail_is_in(mail_range(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
}

static void what_it_is_in(void **state)
{
	const struct breach *b = *state;
	const struct mail_found *f;

	mail_is_in(mail_exact(b, MAIL_KNOWN, RP_RANGE_OK), MAIL_KNOWN_IN);
	mail_is_in(mail_exact(b, "multiple-breaches@hibp-integration-tests.com", RP_RANGE_OK),
		   "Adobe Gawker Stratfor");
	f = mail_exact(b, "unverified-breach@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->all[0].classes, RP_BREACH_PASSWORDS);
	f = mail_exact(b, "stealer-log@hibp-integration-tests.com", RP_RANGE_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->all[0].classes, RP_BREACH_VERIFIED | RP_BREACH_STEALER_LOG | RP_BREACH_PASSWORDS);
}

/* 404 is how the API says that there is nothing. */
static void what_is_in_nothing(void **state)
{
	assert_int_equal(mail_exact(*state, MAIL_UNKNOWN, RP_RANGE_OK)->n, 0);
	assert_int_equal(mail_exact(*state, "nobody@nowhere.example", RP_RANGE_OK)->n, 0);
}

/* A web server that has nothing at all says 404 to everything. */
static void what_is_not_the_api(void **state)
{
	static struct mail mail;
	const struct breach *b = *state;

	breach_mode(b, "good\nemail 404\n");
	mail_exact(b, MAIL_KNOWN, RP_RANGE_RECORDS);
	mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_RECORDS);
	mail_ask(b, RP_MAIL_PLAN, "", &mail);
	assert_int_equal(mail.a.status, RP_RANGE_HTTP);
	assert_int_equal(mail.a.detail, 404);
}

/* It is one address, and nothing else, that the server understands; and the line above says all it may. */
static void what_an_address_may_hold(void **state)
{
	static const char *const odd[] = {
		"a+b@example.org",
		"o'brien@example.org",
		"a/b@example.org",
		"a?truncateResponse=true@example.org",
		"a#b@example.org",
		"a%40b@example.org",
		"a&IncludeUnverified=false@example.org",
		"\"a b\"@example.org",
		"pharmacie.d\xc3\xa9j\xc3\xa0@example.org",
		"..@example.org",
	};
	const struct breach *b = *state;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		breach_account(b, odd[i], "PasswordsRecent");
		mail_is_in(mail_exact(b, odd[i], RP_RANGE_OK), "PasswordsRecent");
	}
}

/* A path that leads elsewhere: nothing but an address is asked about, whatever is sent as one. */
static void what_is_no_address(void **state)
{
	static const char *const none[] = {
		"range/567159", "../breaches",	    "..", ".", "a\r\nHost: elsewhere.example",
		"\xff",		"\x01@example.org",
	};
	static struct mail mail;
	const struct breach *b = *state;
	char *before = breach_received(b, "requests"), *received;

	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		mail_ask(b, RP_MAIL_EXACT, none[i], &mail);
		if (mail.a.status == RP_RANGE_OK)
			assert_int_equal(mail.a.first_len, 0);
	}
	received = breach_received(b, "requests");
	assert_null(strstr(received + strlen(before), "GET /api/v3/breachedaccount/range/"));
	assert_null(strstr(received + strlen(before), "\r\nHost: elsewhere"));
	free(before);
	free(received);
}

static void how_it_is_asked(void **state)
{
	const struct breach *b = *state;
	char *received;

	mail_exact(b, "how-it-is-asked@example.org", RP_RANGE_OK);
	received = breach_received(b, "requests");
	assert_true(strstr(received, "GET /api/v3/breachedaccount/how-it-is-asked%40example.org?") ||
		    strstr(received, "GET /api/v3/breachedaccount/how-it-is-asked@example.org?"));
	assert_non_null(strstr(received, "truncateResponse=false"));
	assert_null(strcasestr(received, "IncludeUnverified=false"));
	free(received);
}

/* How often text stands in what rempart-fetch can write to. */
static unsigned in_memory(const struct breach *b, const char *text)
{
	static uint8_t region[8 << 20];
	unsigned long from, to;
	char path[64], line[512], mode[5];
	unsigned found = 0;
	FILE *maps;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/mem", (long)b->fetch);
	assert_true((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	snprintf(path, sizeof path, "/proc/%ld/maps", (long)b->fetch);
	assert_non_null(maps = fopen(path, "re"));
	while (fgets(line, sizeof line, maps)) {
		ssize_t n = 0;

		assert_int_equal(sscanf(line, "%lx-%lx %4s", &from, &to, mode), 3);
		if (!strcmp(mode, "rw-p") && to - from <= sizeof region)
			n = pread(fd, region, to - from, (off_t)from);
		for (const uint8_t *at = region;
		     n > 0 && (at = memmem(at, (size_t)(region + n - at), text, strlen(text))); at++)
			found++;
	}
	fclose(maps);
	close(fd);
	return found;
}

/* Neither here nor in what libcurl has given back. */
static void it_is_forgotten(void **state)
{
	const struct breach *b = *state;

	for (int i = 0; i < 5; i++)
		mail_exact(b, "soon-forgotten@example.org", RP_RANGE_OK);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_true(in_memory(b, "api/v3") > 0);
	assert_int_equal(in_memory(b, "soon-forgotten"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(not_unless_it_is_configured), /* first: nothing else may have been asked for */
		TEST(what_is_no_address),	   TEST(what_it_is_in),	  TEST(what_is_in_nothing),
		TEST(what_an_address_may_hold),	   TEST(how_it_is_asked), TEST(it_is_forgotten),
		TEST(what_is_not_the_api),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
