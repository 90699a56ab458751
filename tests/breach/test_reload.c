/* SIGHUP: what is mended works at once, what is wrong changes nothing. */
#include "tests/unit/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "common/ticks.h"
#include "tests/breach/ask.h"
#include "tests/pam/files.h"

#define AWAIT_MS 10000
#define DONE "the configuration was read again"
#define REFUSED "the configuration read before stays in force"

/* A certificate of somebody else: this server is not to be trusted for it. */
static const char other_ca[] = "-----BEGIN CERTIFICATE-----\n"
			       "MIIBhzCCAS2gAwIBAgIUd+IbInjvJ3w6NCgfigziEEao6lswCgYIKoZIzj0EAwIw\n"
			       "GDEWMBQGA1UEAwwNU29tZWJvZHkgZWxzZTAgFw0yNjExMjQxMjQ0NTlaGA8yMTI2\n"
			       "MTAzMTEyNDQ1OVowGDEWMBQGA1UEAwwNU29tZWJvZHkgZWxzZTBZMBMGByqGSM49\n"
			       "AgEGCCqGSM49AwEHA0IABLY2nuEzNOZ+bR+WQwPChYKZS30p5NnOeX3Vp6F2rQMo\n"
			       "D9JGohAEf4DLgKSxjcYTDaHSI8V3CZybTTahpu+glVWjUzBRMB0GA1UdDgQWBBQm\n"
			       "ep5ZiXgVztwNluNO1kcxvEL6SjAfBgNVHSMEGDAWgBQmep5ZiXgVztwNluNO1kcx\n"
			       "vEL6SjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCICeTzsuaBsr2\n"
			       "bwBq3TY/j7b+UnTA/JEsatPsZCY9ZASyAiEAjAbzL407aryyYzsX4OiGo2FElxES\n"
			       "4XHQFqdb9R8zd3w=\n"
			       "-----END CERTIFICATE-----\n";

static char socket_line[BREACH_PATH + 32], url_line[96], ca_line[BREACH_PATH + 32],
	other_line[BREACH_PATH + 32];

static unsigned said(const struct breach *b, const char *what)
{
	char *log = file_read(b->fetch_log);
	unsigned n = text_count(log, what);

	free(log);
	return n;
}

/* Gives it these three lines and waits for what it says to that. */
static void reload(const struct breach *b, const char *socket, const char *url, const char *ca,
		   const char *says)
{
	const struct timespec pause = {0, 2000000};
	int64_t until = rp_now_ms() + AWAIT_MS;
	unsigned before = said(b, says);
	char text[1024];

	snprintf(text, sizeof text, "[rempartd]\nlog = stderr\n[fetch]\n%s\n%s\n%s\n", socket, url, ca);
	file_write(b->fetch_config, text, 0600);
	assert_int_equal(kill(b->fetch, SIGHUP), 0);
	while (said(b, says) == before) {
		assert_true(rp_now_ms() < until);
		nanosleep(&pause, NULL);
	}
	assert_int_equal(said(b, says), before + 1);
}

static int idle(void **state)
{
	const struct breach *b;

	ask_alone(state);
	b = *state;
	snprintf(socket_line, sizeof socket_line, "socket = %s", b->fetch_socket);
	snprintf(url_line, sizeof url_line, "passwords_url = %s", b->url);
	snprintf(ca_line, sizeof ca_line, "ca_file = %s/ca.pem", b->dir);
	snprintf(other_line, sizeof other_line, "ca_file = %s/other.pem", b->dir);
	file_write(other_line + strlen("ca_file = "), other_ca, 0600);
	return 0;
}

static void certificates(void **state)
{
	struct breach *b = *state;

	breach_fetch_start(b, other_line, NULL);
	ask_password(b, LEAKED, RP_RANGE_TLS);
	reload(b, socket_line, url_line, ca_line, DONE);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	/* The connection that is open was made with those certificates. */
	reload(b, socket_line, url_line, other_line, DONE);
	ask_password(b, LEAKED, RP_RANGE_TLS);
}

static void another_server(void **state)
{
	struct breach *b = *state;

	breach_fetch_start(b, "passwords_url = https://localhost:1/range/", NULL);
	ask_password(b, LEAKED, RP_RANGE_CONNECT);
	reload(b, socket_line, url_line, ca_line, DONE);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	reload(b, socket_line, "passwords_url = https://localhost:1/range/", ca_line, DONE);
	ask_password(b, LEAKED, RP_RANGE_CONNECT);
}

/* Asked under one configuration, answered under the next: it is told, and not remembered. */
static void what_is_on_its_way(void **state)
{
	struct breach *b = *state;
	static struct answer answer;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	unsigned before = breach_requests(b);
	int fd;

	ask_prefix_of(LEAKED, prefix);
	breach_fetch_start(b, "", NULL);
	breach_mode(b, "hold");
	fd = ask_open(b);
	ask_send(fd, prefix);
	ask_await_requests(b, before + 1);
	reload(b, socket_line, url_line, ca_line, DONE);
	breach_mode(b, "good");
	ask_receive(fd, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_int_equal(ask_count(&answer, LEAKED), LEAKED_COUNT);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_int_equal(breach_requests(b), before + 2);
}

static void the_breaker_is_closed(void **state)
{
	struct breach *b = *state;
	char password[16];

	breach_fetch_start(b, "", NULL);
	breach_mode(b, "500");
	for (int i = 0; i < 5; i++) {
		snprintf(password, sizeof password, "another %d", i);
		ask_password(b, password, RP_RANGE_HTTP);
	}
	breach_mode(b, "good");
	ask_password(b, LEAKED, RP_RANGE_BREAKER);
	reload(b, socket_line, url_line, ca_line, DONE);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void silence_is_over(void **state)
{
	struct breach *b = *state;

	breach_fetch_start(b, "", NULL);
	breach_mode(b, "429 600");
	ask_password(b, LEAKED, RP_RANGE_RATE);
	breach_mode(b, "good");
	ask_password(b, CLEAN, RP_RANGE_RATE);
	reload(b, socket_line, url_line, ca_line, DONE);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void what_is_wrong_changes_nothing(void **state)
{
	struct breach *b = *state;
	char line[BREACH_PATH + 32];
	unsigned before;

	breach_fetch_start(b, "", NULL);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	before = breach_requests(b);
	reload(b, socket_line, "passwords_url = http://localhost/range/", ca_line, REFUSED);
	reload(b, socket_line, url_line, "ca_file = /nowhere/ca.pem", REFUSED);
	reload(b, socket_line, url_line, "ca_file = none\nproxy = socks://localhost:1", REFUSED);
	reload(b, socket_line, url_line, "nonsense = 1", REFUSED);
	snprintf(line, sizeof line, "ca_file = %s", b->fetch_log); /* no certificates in it */
	reload(b, socket_line, url_line, line, REFUSED);
	/* Nor is what it knew forgotten. */
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_int_equal(breach_requests(b), before);
	assert_int_equal(ask_password(b, "Password1", RP_RANGE_OK), 1);
}

static void another_socket_needs_a_restart(void **state)
{
	struct breach *b = *state;

	breach_fetch_start(b, "", NULL);
	reload(b, "socket = /nowhere/fetch.sock", url_line, ca_line,
	       "another socket needs a restart; the old one stays");
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, idle, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(certificates),
		TEST(another_server),
		TEST(what_is_on_its_way),
		TEST(the_breaker_is_closed),
		TEST(silence_is_over),
		TEST(what_is_wrong_changes_nothing),
		TEST(another_socket_needs_a_restart),
	};

	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
