/* How rempart-fetch reaches its server: proxies, trust, connections. What is not in its configuration changes
 * nothing. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "tests/breach/ask.h"
#include "tests/pam/files.h"

static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

static void proxies_of_the_environment(void **state)
{
	struct breach *b = *state;
	char *plain;

	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
		setenv(proxies[i], b->plain, 1);
	breach_fetch_start(b, "", NULL);
	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
		unsetenv(proxies[i]);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	plain = breach_received(b, "plain");
	assert_string_equal(plain, "");
	free(plain);
}

/* The system's own certificates do not vouch for the server. To read them all takes a while. */
static void trust_of_the_environment(void **state)
{
	static struct answer answer;
	struct breach *b = *state;
	unsigned requests = breach_requests(b), connections = breach_connections(b);
	char ca[BREACH_PATH + 16], prefix[RP_RANGE_PREFIX_MAX + 1];

	snprintf(ca, sizeof ca, "%s/ca.pem", b->dir);
	setenv("SSL_CERT_FILE", ca, 1);
	setenv("SSL_CERT_DIR", b->dir, 1);
	setenv("CURL_CA_BUNDLE", ca, 1);
	breach_fetch_start(b, "ca_file = none", NULL);
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	unsetenv("CURL_CA_BUNDLE");
	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_true(answer.a.status == RP_RANGE_TLS || answer.a.status == RP_RANGE_TIMEOUT);
	assert_int_equal(breach_connections(b), connections + 1);
	assert_int_equal(breach_requests(b), requests);
}

/* Where the system would speak anything with anybody, TLS 1.2 is still the least. */
static void a_system_that_allows_old_tls(void **state)
{
	static const char lax[] = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
				  "[lax]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n";
	struct breach *b = *state;
	char path[BREACH_PATH + 16];

	snprintf(path, sizeof path, "%s/openssl.cnf", b->dir);
	file_write(path, lax, 0600);
	breach_mode(b, "old-tls");
	setenv("OPENSSL_CONF", path, 1);
	breach_fetch_start(b, "", NULL);
	unsetenv("OPENSSL_CONF");
	ask_password(b, LEAKED, RP_RANGE_TLS);
	breach_mode(b, "good");
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void the_configured_proxy(void **state)
{
	struct breach *b = *state;
	char line[128], want[96], *plain = breach_received(b, "plain");
	size_t before = strlen(plain);
	unsigned port;

	assert_int_equal(sscanf(b->url, "https://localhost:%u/", &port), 1);
	free(plain);
	snprintf(line, sizeof line, "proxy = %s", b->plain);
	breach_fetch_start(b, line, NULL);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	plain = breach_received(b, "plain");
	snprintf(want, sizeof want, "CONNECT localhost:%u HTTP/1.1\r\n", port);
	assert_int_equal(strncmp(plain + before, want, strlen(want)), 0);
	assert_int_equal(text_count(plain + before, "CONNECT "), 1);
	assert_null(strstr(plain, "/range/"));
	free(plain);
}

static void a_proxy_that_refuses(void **state)
{
	struct breach *b = *state;
	char line[128];
	unsigned before = breach_connections(b);

	breach_mode(b, "proxy-refuses");
	snprintf(line, sizeof line, "proxy = %s", b->plain);
	breach_fetch_start(b, line, NULL);
	ask_password(b, LEAKED, RP_RANGE_CONNECT);
	assert_int_equal(breach_connections(b), before); /* and no way around it is tried */
}

static void a_proxy_that_is_gone(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_connections(b);

	breach_fetch_start(b, "proxy = http://127.0.0.1:1", NULL);
	ask_password(b, LEAKED, RP_RANGE_CONNECT);
	assert_int_equal(breach_connections(b), before);
}

static void a_server_that_is_gone(void **state)
{
	breach_fetch_start(*state, "passwords_url = https://localhost:1/range/", NULL);
	ask_password(*state, LEAKED, RP_RANGE_CONNECT);
}

static void one_connection_for_many(void **state)
{
	struct breach *b = *state;
	unsigned connections = breach_connections(b), requests = breach_requests(b);

	breach_fetch_start(b, "", NULL);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_int_equal(ask_password(b, "Password1", RP_RANGE_OK), 1);
	assert_int_equal(ask_password(b, CLEAN, RP_RANGE_OK), 0);
	assert_int_equal(breach_requests(b), requests + 3);
	assert_int_equal(breach_connections(b), connections + 1);
}

/* A kept connection that the server dropped meanwhile is no failure. */
static void a_connection_that_ended_meanwhile(void **state)
{
	struct breach *b = *state;
	unsigned connections = breach_connections(b);

	breach_mode(b, "once");
	breach_fetch_start(b, "", NULL);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_int_equal(ask_password(b, "Password1", RP_RANGE_OK), 1);
	assert_int_equal(breach_connections(b), connections + 2);
}

/* Returns the exit status; what it said is in fetch_log. */
static int run(const struct breach *b, const char *fetch)
{
	const char *build = getenv("REMPART_BUILD");
	char text[1024], command[1024];
	int status;

	snprintf(text, sizeof text, "[rempartd]\nlog = stderr\n[fetch]\nsocket = %s\n%s\n", b->fetch_socket,
		 fetch);
	file_write(b->fetch_config, text, 0600);
	snprintf(command, sizeof command, "timeout 10 %s/rempart-fetch --config %s 2> %s",
		 build ? build : "build", b->fetch_config, b->fetch_log);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void addresses_that_are_refused(void **state)
{
	static const char *const bad[] = {
		"passwords_url = http://localhost/range/",
		"passwords_url = ftp://localhost/range/",
		"passwords_url = file:///etc/",
		"passwords_url = localhost/range/",
		"passwords_url = https://user:secret@localhost/range/",
		"passwords_url = https://localhost/range/#",
		"email_url = http://localhost/api/v3/",
		"email_url = https://user:secret@localhost/api/v3/",
		"email_url = https://localhost/api/v3/#",
		"portal_domain = portal.example/..",
		"portal_domain = secret@portal.example",
		"proxy = socks5://127.0.0.1:1",
		"ca_file = /nonexistent/ca.pem",
		"ca_file = /dev/null",
	};
	const struct breach *b = *state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		size_t key = strcspn(bad[i], " ");
		char name[32], *said;

		assert_int_equal(run(b, bad[i]), 2);
		said = file_read(b->fetch_log);
		snprintf(name, sizeof name, "%.*s", (int)key, bad[i]);
		assert_non_null(strstr(said, name));
		assert_null(strstr(said, "secret"));
		free(said);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_alone, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(proxies_of_the_environment),
		TEST(trust_of_the_environment),
		TEST(a_system_that_allows_old_tls),
		TEST(a_proxy_that_refuses),
		TEST(a_proxy_that_is_gone),
		TEST(the_configured_proxy),
		TEST(a_server_that_is_gone),
		TEST(one_connection_for_many),
		TEST(a_connection_that_ended_meanwhile),
		TEST(addresses_that_are_refused),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
