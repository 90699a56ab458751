/*
 * The whole way of an address that a reset is about: rempartd, rempart-fetch, the server, each of them the
 * real one. What passes from one to the next, and what rempartd makes of what comes back.
 */
#include "tests/unit/cmocka_all.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/dial.h"
#include "tests/breach/mail.h"
#include "tests/breach/relay.h"
#include "tests/pam/mailboxes.h"

#define USER "claire"

static struct breach *server;
static struct instance in;
static struct relay *relay;

static int begin_with(void **state, const char *policy)
{
	char path[BREACH_PATH + 16], all[1024];

	mail_fetch(state);
	server = *state;
	snprintf(path, sizeof path, "%s/relay.sock", server->dir);
	snprintf(all, sizeof all, "fetch = %s\n[mailbox]\nlookup = yes\n%s", path, policy);
	unlink(path);
	relay = relay_start(path, server->fetch_socket);
	instance_start(&in, NULL, all);
	return 0;
}

static int begin(void **state)
{
	return begin_with(state, "");
}

static int begin_exact(void **state)
{
	begin_with(state, "email_exact = yes\n");
	mail_start(server, BREACH_KEY, MAIL_EXACT_LINES);
	return 0;
}

static int end(void **state)
{
	instance_stop(&in);
	relay_stop(relay);
	return ask_fetch_end(state);
}

static struct rp_reply reset(const char *address)
{
	struct rp_request req = {.version = RP_VERSION,
				 .verb = RP_RESET,
				 .flags = RP_FLAG_EXPLAIN,
				 .user = USER,
				 .service = "portal"};
	struct rp_reply rep;

	mailboxes_register(&in, USER, address);
	assert_int_equal(rp_ask(in.socket, &req, &rep, RP_MODULE_BUDGET_MS, rp_server_root_or_self, NULL), 0);
	return rep;
}

static void is(const char *address, enum rp_verdict verdict, const char *t1)
{
	struct rp_reply rep = reset(address);

	assert_int_equal(rep.verdict, verdict);
	assert_memory_equal(rep.t1, t1, strlen(t1));
}

static void what_it_is_in_decides(void **state)
{
	(void)state;
	is(MAIL_KNOWN, RP_REFUSED, "mailbox-flagged hibp Adobe ");
	is(MAIL_UNKNOWN, RP_OK, "mailbox-clean");
	is("stealer-log@hibp-integration-tests.com", RP_REFUSED, "mailbox-flagged hibp ");
	is("spam-list-only@hibp-integration-tests.com", RP_OK, "mailbox-clean");
	is("unverified-breach@hibp-integration-tests.com", RP_OK, "mailbox-clean");
}

/* To rempart-fetch one packet with six digits; from there to the server the same, in capitals. */
static void only_six_digits_leave(void **state)
{
	const struct relay_packet *packets;
	char prefix[RP_MAIL_PREFIX + 1], want[80], *requests;

	(void)state;
	mail_prefix_of(MAIL_KNOWN, prefix);
	reset(MAIL_KNOWN);
	reset(MAIL_KNOWN);
	assert_int_equal(relay_packets(relay, &packets), 1);
	assert_int_equal(packets[0].len, 6 + RP_MAIL_PREFIX);
	assert_int_equal(packets[0].bytes[1], RP_MAIL_RANGE);
	assert_memory_equal(packets[0].bytes + 6, prefix, RP_MAIL_PREFIX);
	requests = breach_received(server, "requests");
	for (char *p = prefix; *p; p++)
		*p = (char)toupper(*p);
	snprintf(want, sizeof want, "/breachedaccount/range/%s HTTP/1.1\r\n", prefix);
	assert_non_null(strstr(requests, want));
	assert_null(strstr(requests, "account-exists"));
	free(requests);
}

static void the_address_only_where_it_may(void **state)
{
	const struct relay_packet *packets;

	(void)state;
	is(MAIL_KNOWN, RP_REFUSED, "mailbox-flagged hibp Adobe ");
	assert_int_equal(relay_packets(relay, &packets), 1);
	assert_int_equal(packets[0].bytes[1], RP_MAIL_EXACT);
	assert_int_equal(packets[0].len, 6 + strlen(MAIL_KNOWN));
	assert_memory_equal(packets[0].bytes + 6, MAIL_KNOWN, strlen(MAIL_KNOWN));
}

static void what_goes_wrong_is_the_cause(void **state)
{
	(void)state;
	breach_mode(server, "good\nemail 503\n");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown http-503");
	breach_mode(server, "good\nemail html\n");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown bad-body");
	breach_mode(server, "good\nemail silent\n");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown timeout");
	breach_mode(server, "good");
	mail_start(server, BREACH_KEY_CORE, "");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown not-in-plan");
	mail_start(server, BREACH_KEY_WRONG, "");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown api-key-refused");
	breach_fetch_halt(server);
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown fetch-gone");
	mail_start(server, BREACH_KEY, "");
	breach_mode(server, "good\nbreaches without Adobe\n");
	is(MAIL_KNOWN, RP_UNKNOWN, "mailbox-unknown unknown no-breach-record");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_it_is_in_decides, begin, end),
		cmocka_unit_test_setup_teardown(only_six_digits_leave, begin, end),
		cmocka_unit_test_setup_teardown(the_address_only_where_it_may, begin_exact, end),
		cmocka_unit_test_setup_teardown(what_goes_wrong_is_the_cause, begin, end),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
