/* A password that only rempart-fetch knows of: asked about, waited for, remembered, and given up in time. */
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/error.h"
#include "common/range.h"
#include "engine/park.h"
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/faults/fetcher.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define CROWD (EN_PARKED_MAX + 44)
#define LEAKED "azerty123"
#define FINE "fAble-Klaxon-79"

static struct instance in;
static struct fetcher *fetcher;
static struct token martin;
static char folder[64], path[128];
static char *usual; /* the configuration it was started with */

static void hash(const char *password, uint8_t digest[RP_DIGEST_LEN])
{
	SHA1((const uint8_t *)password, strlen(password), digest);
}

static void start_fetcher(void)
{
	uint8_t digest[RP_DIGEST_LEN];

	fetcher = fetcher_start(path);
	hash(LEAKED, digest);
	fetcher_leak(fetcher, digest, 4711);
}

static int start(void **state)
{
	char policy[512];

	(void)state;
	strcpy(folder, "/tmp/rempart-fetcher-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/fetch.sock", folder);
	snprintf(policy, sizeof policy,
		 "fetch = %s\n[breach]\nunknown_login = refuse\nunknown_change = refuse\n", path);
	instance_start(&in, NULL, policy);
	usual = file_read(in.config);
	people_enrol(&in, "martin", &martin);
	start_fetcher();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	if (fetcher)
		fetcher_stop(fetcher);
	fetcher = NULL;
	free(usual);
	rmdir(folder);
	return 0;
}

static struct rp_request about(enum rp_verb verb, const char *user, const char *password)
{
	struct rp_request req = ask_request(verb, user, "192.0.2.7", NULL);

	req.has_digest = true;
	hash(password, req.digest);
	return req;
}

static unsigned judged(enum rp_verb verb, const char *user, const char *password)
{
	struct rp_request req = about(verb, user, password);

	return ask(&in, &req).verdict;
}

/* That it is not known, within the daemon's budget, for this cause. */
static void unknown_for(const char *cause)
{
	struct rp_request req = about(RP_CHAUTHTOK, "durand", FINE);
	struct rp_reply rep = ask_in_time(&in, &req);

	assert_int_equal(rep.verdict, RP_UNKNOWN);
	assert_string_equal(rep.t1, cause);
}

static void reload(const char *what, const char *with)
{
	char *text = text_replace(usual, what, with);
	unsigned said = ask_logged(&in, "the configuration was read again");

	assert_string_not_equal(text, usual);
	file_write(in.config, text, 0600);
	free(text);
	kill(in.rempartd, SIGHUP);
	while (ask_logged(&in, "the configuration was read again") == said)
		;
}

static void it_is_asked_once_a_day_and_account(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "martin", LEAKED);
	struct rp_reply rep = ask(&in, &req);

	(void)state;
	assert_int_equal(rep.verdict, RP_LEAKED);
	assert_int_equal(rep.n1, 4711);
	assert_int_equal(people_account(&in, "martin").leaked_since, in.now);
	assert_int_equal(people_events(&in, "martin", EN_LEAKED), 1);
	assert_int_equal(judged(RP_ACCOUNT, "martin", LEAKED), RP_LEAKED);
	assert_int_equal(fetcher_asked(fetcher), 1);
	/* What somebody else's password is must not be told by how fast an answer comes. */
	assert_int_equal(judged(RP_ACCOUNT, "durand", LEAKED), RP_LEAKED);
	assert_int_equal(fetcher_asked(fetcher), 2);
	/* Changed, it is another one, and the mark goes. */
	assert_int_equal(judged(RP_CHAUTHTOK, "martin", LEAKED), RP_LEAKED);
	assert_int_equal(judged(RP_CHAUTHTOK, "martin", FINE), RP_OK);
	assert_int_equal(judged(RP_ACCOUNT, "martin", FINE), RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 3);
	assert_int_equal(people_account(&in, "martin").leaked_since, 0);
	assert_int_equal(people_account(&in, "durand").leaked_since, in.now);
	assert_int_equal(ask_logged(&in, "verdict=leaked reason=leaked-password"), 4);
}

static void others_are_served_meanwhile(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "durand", LEAKED);
	int waits;

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	waits = ask_send(&in, &req);
	fetcher_await_waiting(fetcher, 1);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_DENIED);
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
	assert_int_equal(people_account(&in, "durand").leaked_since, 0);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_verdict(waits), RP_LEAKED);
	assert_int_equal(people_account(&in, "durand").leaked_since, in.now);
}

static void one_that_never_answers(void **state)
{
	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	unknown_for("timeout");
	fetcher_await_waiting(fetcher, 0); /* it was hung up on */
	assert_int_equal(ask_logged(&in, "does not answer: it takes too long"), 1);
	assert_int_equal(ask_logged(&in, "cause=timeout verdict=unknown reason=unchecked-password"), 1);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(judged(RP_CHAUTHTOK, "durand", FINE), RP_OK);
	assert_int_equal(ask_logged(&in, "answers again"), 1);
}

static void ones_that_answer_badly(void **state)
{
	(void)state;
	fetcher_is(fetcher, FETCHER_GARBAGE);
	unknown_for("bad-answer");
	fetcher_is(fetcher, FETCHER_HUGE);
	unknown_for("bad-answer");
	fetcher_is(fetcher, FETCHER_HANGS_UP);
	unknown_for("fetch-gone");
	assert_int_equal(ask_logged(&in, "does not answer"), 1);
	fetcher_fail(fetcher, RP_RANGE_BREAKER, 30);
	unknown_for("breaker-open");
	fetcher_fail(fetcher, RP_RANGE_HTTP, 503);
	unknown_for("http-503");
	assert_int_equal(ask_logged(&in, "answers again"), 1);
}

static void one_that_is_not_there_and_comes_back(void **state)
{
	(void)state;
	fetcher_stop(fetcher);
	unknown_for("fetch-gone");
	unknown_for("fetch-gone");
	assert_int_equal(ask_logged(&in, "does not answer: No such file"), 1);
	start_fetcher();
	assert_int_equal(judged(RP_CHAUTHTOK, "durand", LEAKED), RP_LEAKED);
	assert_int_equal(ask_logged(&in, "answers again"), 1);
}

/* More than may wait: those who come last are not kept waiting, and who needs no range is served. */
static void a_crowd(void **state)
{
	unsigned leaked = 0, unknown = 0;
	int fds[CROWD];

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	for (unsigned i = 0; i < CROWD; i++) {
		struct rp_request req;
		char name[32];

		snprintf(name, sizeof name, "user%u", i);
		req = about(RP_ACCOUNT, name, LEAKED);
		fds[i] = ask_send(&in, &req);
	}
	fetcher_await_waiting(fetcher, EN_PARKED_MAX);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	for (unsigned i = EN_PARKED_MAX; i < CROWD; i++)
		unknown += ask_verdict(fds[i]) == RP_UNKNOWN;
	assert_int_equal(unknown, CROWD - EN_PARKED_MAX);
	assert_int_equal(ask_logged(&in, "cause=busy verdict=unknown"), unknown);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	for (unsigned i = 0; i < EN_PARKED_MAX; i++)
		leaked += ask_verdict(fds[i]) == RP_LEAKED;
	assert_int_equal(leaked, EN_PARKED_MAX);
	assert_int_equal(people_events(&in, NULL, EN_LEAKED), EN_PARKED_MAX);
	/* All places are free again. */
	assert_int_equal(judged(RP_ACCOUNT, "last", LEAKED), RP_LEAKED);
}

static void who_hangs_up_leaves_nothing(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "durand", LEAKED);
	int fds[2 * EN_PARKED_MAX];

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	/* More in all than may wait at a time. */
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < EN_PARKED_MAX; i++)
			fds[i] = ask_send(&in, &req);
		fetcher_await_waiting(fetcher, EN_PARKED_MAX);
		for (unsigned i = 0; i < EN_PARKED_MAX; i++)
			close(fds[i]);
		fetcher_await_waiting(fetcher, 0);
	}
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
	assert_int_equal(people_events(&in, "durand", EN_LEAKED), 0);
	assert_false(people_account(&in, "durand").exists);
	assert_int_equal(judged(RP_ACCOUNT, "durand", LEAKED), RP_LEAKED);
}

/* It is asked neither for what changes nothing, nor by whom nobody knows, nor without a password. */
static void it_is_not_asked_in_vain(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "durand", LEAKED);

	(void)state;
	req.flags = RP_FLAG_AS_TYPED;
	assert_int_equal(ask(&in, &req).verdict, RP_NO_ACCOUNT);
	req = about(RP_CHAUTHTOK, "martin", LEAKED);
	req.flags = RP_FLAG_PRELIM;
	assert_int_equal(ask(&in, &req).verdict, RP_NOT_CONCERNED);
	assert_int_equal(judged(RP_AUTH, "martin", LEAKED), RP_DENIED);
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
	people_lock(&in, "martin", true);
	assert_int_equal(judged(RP_ACCOUNT, "martin", LEAKED), RP_LOCKED);
	assert_int_equal(fetcher_asked(fetcher), 0);
}

static void a_stranger_makes_it_ask_nothing(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "martin", LEAKED);

	(void)state;
	ask_needs_root("ask as somebody else");
	assert_int_equal(ask_as(44444, &in, &req), RP_FORBIDDEN);
	assert_int_equal(fetcher_asked(fetcher), 0);
	req = about(RP_CHECK_PASSWORD, "", LEAKED);
	assert_int_equal(ask_as(44444, &in, &req), RP_UNKNOWN);
	assert_int_equal(fetcher_asked(fetcher), 0);
}

static void a_check_leaves_no_trace(void **state)
{
	struct rp_request req = about(RP_CHECK_PASSWORD, "", LEAKED);

	(void)state;
	assert_int_equal(ask(&in, &req).n1, 4711);
	assert_int_equal(judged(RP_CHECK_PASSWORD, "martin", LEAKED), RP_BAD_REQUEST);
	assert_int_equal(judged(RP_CHECK_PASSWORD, "", FINE), RP_OK);
	fetcher_stop(fetcher);
	fetcher = NULL;
	assert_int_equal(judged(RP_CHECK_PASSWORD, "", "other"), RP_UNKNOWN);
	assert_int_equal(people_account(&in, "martin").leaked_since, 0);
	assert_int_equal(people_events(&in, NULL, EN_LEAKED), 0);
	assert_int_equal(people_events(&in, NULL, EN_UNCHECKED), 0);
	assert_int_equal(ask_logged(&in, "check-password"), 0);
}

/* "allow" takes it for checked for a day, and "recheck" does not. */
static void what_could_not_be_found_out_is_asked_again(void **state)
{
	(void)state;
	reload("unknown_login = refuse", "unknown_login = recheck");
	fetcher_is(fetcher, FETCHER_HANGS_UP);
	assert_int_equal(judged(RP_ACCOUNT, "martin", FINE), RP_OK);
	assert_int_equal(judged(RP_ACCOUNT, "martin", FINE), RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 2);
	reload("unknown_login = refuse", "unknown_login = allow");
	assert_int_equal(judged(RP_ACCOUNT, "martin", FINE), RP_OK);
	assert_int_equal(judged(RP_ACCOUNT, "martin", FINE), RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 3);
	assert_int_equal(people_events(&in, "martin", EN_UNCHECKED), 4);
	assert_int_equal(ask_logged(&in, "cause=asked-lately"), 1);
	/* What was let pass at a login is not so where it is chosen. */
	assert_int_equal(judged(RP_CHAUTHTOK, "martin", FINE), RP_UNKNOWN);
}

static void it_can_be_turned_off_and_on(void **state)
{
	char line[160];

	(void)state;
	snprintf(line, sizeof line, "fetch = %s", path);
	reload(line, "fetch = none");
	assert_int_equal(judged(RP_ACCOUNT, "martin", LEAKED), RP_OK);
	assert_int_equal(judged(RP_CHECK_PASSWORD, "", LEAKED), RP_UNKNOWN);
	assert_int_equal(fetcher_asked(fetcher), 0);
	reload("unknown_login", "login_min = 1\nunknown_login");
	assert_int_equal(judged(RP_ACCOUNT, "martin", LEAKED), RP_LEAKED);
}

/* Whoever waits when it is told to end is answered, with what comes or when the time is over. */
static void told_to_end(void **state)
{
	struct rp_request req = about(RP_ACCOUNT, "durand", LEAKED);
	int waits;

	(void)state;
	for (int answers = 0; answers < 2; answers++) {
		fetcher_is(fetcher, FETCHER_WAITS);
		waits = ask_send(&in, &req);
		fetcher_await_waiting(fetcher, 1);
		kill(in.rempartd, SIGTERM);
		if (answers)
			fetcher_is(fetcher, FETCHER_ANSWERS);
		assert_int_equal(ask_verdict(waits), answers ? RP_LEAKED : RP_UNKNOWN);
		instance_await_end(&in);
		instance_resume(&in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_asked_once_a_day_and_account, start, stop),
		cmocka_unit_test_setup_teardown(others_are_served_meanwhile, start, stop),
		cmocka_unit_test_setup_teardown(one_that_never_answers, start, stop),
		cmocka_unit_test_setup_teardown(ones_that_answer_badly, start, stop),
		cmocka_unit_test_setup_teardown(one_that_is_not_there_and_comes_back, start, stop),
		cmocka_unit_test_setup_teardown(a_crowd, start, stop),
		cmocka_unit_test_setup_teardown(who_hangs_up_leaves_nothing, start, stop),
		cmocka_unit_test_setup_teardown(it_is_not_asked_in_vain, start, stop),
		cmocka_unit_test_setup_teardown(a_stranger_makes_it_ask_nothing, start, stop),
		cmocka_unit_test_setup_teardown(a_check_leaves_no_trace, start, stop),
		cmocka_unit_test_setup_teardown(what_could_not_be_found_out_is_asked_again, start, stop),
		cmocka_unit_test_setup_teardown(it_can_be_turned_off_and_on, start, stop),
		cmocka_unit_test_setup_teardown(told_to_end, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
