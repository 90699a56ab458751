/*
 * The whole way of a password's digest: rempartd, rempart-fetch, the server, each of them the real one. What
 * passes from one to the next, and what rempartd makes of what comes back.
 */
#include "tests/unit/cmocka_all.h"

#include <ctype.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "common/dial.h"
#include "common/ticks.h"
#include "tests/breach/ask.h"
#include "tests/breach/relay.h"
#include "tests/pam/instance.h"

#define HEAD 9 /* bytes of a request before the prefix */

static const char *const passwords[] = {
	LEAKED,
	"Password1",
	CLEAN,
	"",
	"a",
	"0",
	"\xc3\xa9t\xc3\xa9 \xc3\xa0 la plage",
	"\xff\xfe not UTF-8",
	"correct horse battery staple",
	"correct horse battery staple, and on and on and on and on and on and on and on and on and on and on",
};

#define PASSWORDS (sizeof passwords / sizeof *passwords)

static struct breach *server;
static struct instance in;
static struct relay *relay;

static int begin(void **state)
{
	char path[BREACH_PATH + 16], policy[512];

	ask_fetch(state);
	server = *state;
	snprintf(path, sizeof path, "%s/relay.sock", server->dir);
	snprintf(policy, sizeof policy, "fetch = %s\n", path);
	unlink(path);
	relay = relay_start(path, server->fetch_socket);
	instance_start(&in, NULL, policy);
	return 0;
}

static int end(void **state)
{
	instance_stop(&in);
	relay_stop(relay);
	return ask_fetch_end(state);
}

static void judge(const char *password, struct rp_reply *rep)
{
	struct rp_request req = {
		.version = RP_VERSION, .verb = RP_CHECK_PASSWORD, .service = "test", .has_digest = true};
	int64_t start = rp_now_ms();

	SHA1((const uint8_t *)password, strlen(password), req.digest);
	assert_int_equal(rp_ask(in.socket, &req, rep, RP_MODULE_BUDGET_MS, rp_server_root_or_self, NULL), 0);
	assert_in_range(rp_now_ms() - start, 0, RP_MODULE_BUDGET_MS);
}

static void unknown_for(const char *cause)
{
	struct rp_reply rep;

	judge(LEAKED, &rep);
	assert_int_equal(rep.verdict, RP_UNKNOWN);
	assert_string_equal(rep.t1, cause);
}

static void leaked(void)
{
	struct rp_reply rep;

	judge(LEAKED, &rep);
	assert_int_equal(rep.verdict, RP_LEAKED);
	assert_int_equal(rep.n1, LEAKED_COUNT);
}

/* To rempart-fetch: one packet a password, version to prefix as range.h has it, and nothing behind it. */
static void only_the_prefix_goes_to_fetch(void **state)
{
	static const uint8_t head[HEAD] = {1, 1, 0, 0, 0, 1, 1, 0, 5};
	const struct relay_packet *packets;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	struct rp_reply rep;
	(void)state;

	for (size_t i = 0; i < PASSWORDS; i++) {
		judge(passwords[i], &rep);
		assert_int_equal(rep.verdict, i < 2 ? RP_LEAKED : RP_OK);
	}
	assert_int_equal(relay_packets(relay, &packets), PASSWORDS);
	for (size_t i = 0; i < PASSWORDS; i++) {
		ask_prefix_of(passwords[i], prefix);
		assert_int_equal(packets[i].len, HEAD + 5);
		assert_memory_equal(packets[i].bytes, head, HEAD);
		assert_memory_equal(packets[i].bytes + HEAD, prefix, 5);
	}
}

static void and_from_there_to_the_server(void **state)
{
	char *before = breach_received(server, "requests"), *all, want[32], prefix[RP_RANGE_PREFIX_MAX + 1];
	size_t at = strlen(before), len;
	(void)state;

	leaked();
	all = breach_received(server, "requests");
	ask_prefix_of(LEAKED, prefix);
	for (char *p = prefix; *p; p++)
		*p = (char)toupper(*p);
	snprintf(want, sizeof want, "GET /range/%s HTTP/1.1\r\n", prefix);
	assert_memory_equal(all + at, want, strlen(want));
	len = (size_t)(strstr(all + at, "\r\n\r\n") - (all + at)) + 4;
	assert_int_equal(strlen(all + at), len);
	free(before);
	free(all);
}

static void what_the_server_does_is_the_cause(void **state)
{
	(void)state;
	breach_mode(server, "503");
	unknown_for("http-503");
	breach_mode(server, "html");
	unknown_for("bad-body");
	breach_mode(server, "silent");
	unknown_for("timeout");
	breach_mode(server, "good");
	leaked();
}

static void without_fetch_it_is_unknown(void **state)
{
	(void)state;
	breach_fetch_kill(server);
	unknown_for("fetch-gone");
	breach_fetch_start(server, "", NULL);
	leaked();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_prefix_goes_to_fetch),
		TEST(and_from_there_to_the_server),
		TEST(what_the_server_does_is_the_cause),
		TEST(without_fetch_it_is_unknown),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
