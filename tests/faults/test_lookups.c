/* Resets where rempart-fetch is asked about mailboxes: what it says, what waits for it, and what nobody may
 * see. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/ticks.h"
#include "engine/address.h"
#include "engine/park.h"
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/faults/fetcher.h"
#include "tests/pam/mailboxes.h"
#include "tests/unit/cmocka_all.h"

#define CLAIRE "claire.dupont@example.org"
#define DURAND "durand@example.org"
#define CROWD (EN_PARKED_MAILBOXES + 44)

static const struct rp_breach adobe = {RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, 1386201600, 1380844800,
				       "Adobe"};

static struct instance in;
static struct fetcher *fetcher;
static struct token claire;
static char folder[64], path[128];

static void start_fetcher(void)
{
	struct en_address a;

	fetcher = fetcher_start(path);
	assert_int_equal(en_address_read(CLAIRE, false, &a), 0);
	fetcher_breach(fetcher, a.digest, &adobe);
}

static int start(void **state)
{
	char policy[512];

	(void)state;
	strcpy(folder, "/tmp/rempart-lookups-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/fetch.sock", folder);
	snprintf(policy, sizeof policy,
		 "fetch = %s\n[breach]\nunknown_login = refuse\n[mailbox]\nlookup = yes\n", path);
	instance_start(&in, NULL, policy);
	people_enrol(&in, "claire", &claire);
	mailboxes_register(&in, "claire", CLAIRE);
	mailboxes_register(&in, "durand", DURAND);
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
	rmdir(folder);
	return 0;
}

static struct rp_request about(const char *user, unsigned flags)
{
	struct rp_request req = ask_request(RP_RESET, user, "192.0.2.7", NULL);

	req.flags = (uint16_t)flags;
	return req;
}

static struct rp_reply explained(const char *user)
{
	struct rp_request req = about(user, RP_FLAG_EXPLAIN);

	return ask(&in, &req);
}

/* That it is not known, within the daemon's budget, for this cause. */
static void unknown_for(const char *cause)
{
	struct rp_request req = about("durand", RP_FLAG_EXPLAIN);
	struct rp_reply rep = ask_in_time(&in, &req);
	char t1[80];

	assert_int_equal(rep.verdict, RP_UNKNOWN);
	snprintf(t1, sizeof t1, "mailbox-unknown unknown %s", cause);
	assert_string_equal(rep.t1, t1);
}

static void what_came_is_kept(void **state)
{
	struct rp_reply rep = explained("claire");

	(void)state;
	assert_int_equal(rep.verdict, RP_REFUSED);
	assert_non_null(strstr(rep.t1, "Adobe"));
	assert_int_equal(mailboxes_get(&in, CLAIRE).checked, in.now);
	assert_int_equal(explained("claire").verdict, RP_REFUSED);
	assert_int_equal(explained("durand").verdict, RP_OK);
	assert_int_equal(explained("durand").verdict, RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 2);
	/* "Clean" grows old. */
	instance_pass_time(&in, 31 * 86400);
	assert_int_equal(explained("claire").verdict, RP_REFUSED);
	assert_int_equal(fetcher_asked(fetcher), 2);
	assert_int_equal(explained("durand").verdict, RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 3);
	assert_int_equal(mailboxes_get(&in, DURAND).checked, in.now);
	assert_int_equal(ask_logged(&in, "example.org"), 0);
}

/* A list that says so needs no lookup; and what a lookup found does not touch the list. */
static void the_list_and_the_lookup(void **state)
{
	(void)state;
	mailboxes_flag(&in, DURAND, in.now + 10);
	assert_int_equal(explained("durand").verdict, RP_REFUSED);
	assert_int_equal(fetcher_asked(fetcher), 0);
	instance_pass_time(&in, 10);
	assert_int_equal(explained("durand").verdict, RP_OK);
	assert_int_equal(fetcher_asked(fetcher), 1);
	assert_int_equal(mailboxes_get(&in, DURAND).listed, ST_LISTED_ADMIN);
	assert_string_equal(mailboxes_get(&in, DURAND).reason, "CERT-FR");
}

static void others_are_served_meanwhile(void **state)
{
	struct rp_request req = about("durand", RP_FLAG_EXPLAIN);
	int waits;

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	waits = ask_send(&in, &req);
	fetcher_await_waiting(fetcher, 1);
	assert_int_equal(ask_right(&in, "claire", NULL, &claire), RP_OK);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_verdict(waits), RP_OK);
}

static void ones_that_do_not_answer_or_badly(void **state)
{
	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	unknown_for("timeout");
	fetcher_await_waiting(fetcher, 0); /* it was hung up on */
	fetcher_is(fetcher, FETCHER_GARBAGE);
	unknown_for("bad-answer");
	fetcher_is(fetcher, FETCHER_HUGE);
	unknown_for("bad-answer");
	fetcher_is(fetcher, FETCHER_HANGS_UP);
	unknown_for("fetch-gone");
	fetcher_fail(fetcher, RP_RANGE_PLAN, 0);
	unknown_for("not-in-plan");
	fetcher_fail(fetcher, RP_RANGE_HTTP, 503);
	unknown_for("http-503");
	fetcher_stop(fetcher);
	fetcher = NULL;
	unknown_for("fetch-gone");
	assert_int_equal(mailboxes_get(&in, DURAND).checked, 0);
	start_fetcher();
	assert_int_equal(explained("durand").verdict, RP_OK);
	assert_int_equal(people_events(&in, "durand", EN_MAILBOX_UNKNOWN), 7);
}

/* Asked about one address, the answer says nothing of another. */
static void an_address_that_changes_meanwhile(void **state)
{
	struct rp_request req = about("durand", RP_FLAG_EXPLAIN);
	struct rp_reply rep;
	int waits;

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	waits = ask_send(&in, &req);
	fetcher_await_waiting(fetcher, 1);
	mailboxes_register(&in, "durand", CLAIRE);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_hear(waits, &rep), 0);
	assert_int_equal(rep.verdict, RP_UNKNOWN);
	assert_string_equal(rep.t1, "mailbox-unknown unknown changed-meanwhile");
	assert_false(mailboxes_get(&in, CLAIRE).exists || mailboxes_get(&in, DURAND).exists);
}

enum { FLAGGED, FOUND, UNKNOWN, LOCKED, COOLING, NOBODY, OTHER, CASES };

static void make_cases(struct rp_request reqs[CASES])
{
	static const char *const users[CASES] = {"flagged", "claire", "durand", "locked",
						 "cooling", "nobody", "other"};
	const struct st_mail cooling = {.cooling = in.now + 1000};

	for (int i = 0; i < CASES; i++) {
		char address[64];

		snprintf(address, sizeof address, "%s@example.com", users[i]);
		if (i == FLAGGED || i == LOCKED || i == COOLING || i == OTHER)
			mailboxes_register(&in, users[i], address);
		reqs[i] = about(users[i], 0);
	}
	mailboxes_flag(&in, "flagged@example.com", 0);
	people_lock(&in, "locked", true);
	mailboxes_set(&in, "cooling", &cooling);
	strcpy(reqs[OTHER].address, "mallory@example.net");
}

/* Whatever is known, and wherever from: the same bytes at the same time, which is when the last could come.
 */
static void nobody_sees_who_was_looked_up(void **state)
{
	struct rp_request reqs[CASES];
	struct rp_reply first, rep;
	struct pollfd fds[CASES];
	int64_t since;

	(void)state;
	make_cases(reqs);
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < CASES; i++)
		fds[i] = (struct pollfd){.fd = ask_send(&in, &reqs[i]), .events = POLLIN};
	since = rp_now_ms();
	kill(in.rempartd, SIGCONT);
	/* One is answered, one waits for an answer, the others are not asked about. */
	fetcher_await_asked(fetcher, 2);
	assert_int_equal(poll(fds, CASES, EN_PARKED_MS - 200), 0);
	assert_true(poll(fds, CASES, RP_DAEMON_BUDGET_MS) > 0);
	assert_true(rp_now_ms() - since >= EN_PARKED_MS);
	for (int i = 0; i < CASES; i++) {
		assert_int_equal(ask_hear(fds[i].fd, &rep), 0);
		if (!i)
			first = rep;
		if (i != UNKNOWN)
			assert_memory_equal(&rep, &first, sizeof rep);
	}
	assert_int_equal(first.verdict, RP_REFUSED);
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_FLAGGED), 1);
	assert_int_equal(people_events(&in, "durand", EN_MAILBOX_CLEAN), 1);
}

static void one_that_fails_at_once_waits_too(void **state)
{
	struct rp_request req = about("durand", 0);
	struct rp_reply rep;
	int64_t since;

	(void)state;
	fetcher_fail(fetcher, RP_RANGE_BREAKER, 30);
	since = rp_now_ms();
	rep = ask(&in, &req);
	assert_in_range(rp_now_ms() - since, EN_PARKED_MS, RP_DAEMON_BUDGET_MS);
	assert_int_equal(rep.verdict, RP_REFUSED);
	assert_string_equal(rep.t1, "");
	assert_int_equal(ask_logged(&in, "note=\"unknown breaker-open\" verdict=refused"), 1);
}

static void a_code_is_answered_at_once(void **state)
{
	struct rp_request req = about("claire", 0);
	int64_t since = rp_now_ms();
	char code[CODE_SIZE];

	(void)state;
	strcpy(req.code, token_wrong_code(&claire, in.now, code));
	assert_int_equal(ask(&in, &req).verdict, RP_DENIED);
	strcpy(req.code, token_code(&claire, in.now, code));
	assert_int_equal(ask(&in, &req).verdict, RP_OK);
	assert_true(rp_now_ms() - since < EN_PARKED_MS);
	assert_int_equal(fetcher_asked(fetcher), 0);
}

/* More than may wait are unknown at once; and however many wait, passwords still are asked about. */
static void a_crowd(void **state)
{
	struct rp_request req = about("durand", 0), login = ask_request(RP_ACCOUNT, "claire", NULL, NULL);
	unsigned refused = 0;
	int fds[CROWD], waits;

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	for (unsigned i = 0; i < CROWD; i++)
		fds[i] = ask_send(&in, &req);
	for (unsigned i = EN_PARKED_MAILBOXES; i < CROWD; i++)
		refused += ask_verdict(fds[i]) == RP_REFUSED;
	assert_int_equal(refused, CROWD - EN_PARKED_MAILBOXES);
	assert_int_equal(ask_logged(&in, "note=\"unknown busy\" verdict=refused"), refused);
	login.has_digest = true;
	waits = ask_send(&in, &login);
	fetcher_await_waiting(fetcher, EN_PARKED_MAILBOXES + 1);
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_verdict(waits), RP_OK);
	for (unsigned i = 0; i < EN_PARKED_MAILBOXES; i++)
		assert_int_equal(ask_verdict(fds[i]), RP_OK);
	assert_int_equal(explained("claire").verdict, RP_REFUSED);
}

static void who_hangs_up_leaves_nothing(void **state)
{
	struct rp_request reqs[2] = {about("durand", RP_FLAG_EXPLAIN), about("durand", 0)};
	int fds[EN_PARKED_MAILBOXES];

	(void)state;
	fetcher_is(fetcher, FETCHER_WAITS);
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < EN_PARKED_MAILBOXES; i++)
			fds[i] = ask_send(&in, &reqs[round % 2]);
		fetcher_await_waiting(fetcher, EN_PARKED_MAILBOXES);
		for (unsigned i = 0; i < EN_PARKED_MAILBOXES; i++)
			close(fds[i]);
		fetcher_await_waiting(fetcher, 0);
	}
	fetcher_is(fetcher, FETCHER_ANSWERS);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
	assert_int_equal(people_events(&in, "durand", EN_MAILBOX_CLEAN), 0);
	assert_false(mailboxes_get(&in, DURAND).exists);
	assert_int_equal(explained("durand").verdict, RP_OK);
}

static void told_to_end(void **state)
{
	struct rp_request req = about("claire", 0);
	int waits;

	(void)state;
	waits = ask_send(&in, &req);
	fetcher_await_asked(fetcher, 1);
	kill(in.rempartd, SIGTERM);
	assert_int_equal(ask_verdict(waits), RP_REFUSED);
	instance_await_end(&in);
	instance_resume(&in);
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_FLAGGED), 1);
}

static void killed_it_has_decided_nothing(void **state)
{
	struct rp_request req = about("claire", RP_FLAG_DONE);
	struct rp_reply rep;
	int waits;

	(void)state;
	waits = ask_send(&in, &req);
	fetcher_await_asked(fetcher, 1);
	instance_kill(&in);
	assert_int_not_equal(ask_hear(waits, &rep), 0);
	instance_resume(&in);
	assert_int_equal(people_account(&in, "claire").mail.reset, 0);
	assert_false(mailboxes_get(&in, CLAIRE).exists);
	assert_int_equal(explained("claire").verdict, RP_REFUSED);
}

int main(void)
{
#define WITH_IT(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		WITH_IT(what_came_is_kept),
		WITH_IT(the_list_and_the_lookup),
		WITH_IT(others_are_served_meanwhile),
		WITH_IT(ones_that_do_not_answer_or_badly),
		WITH_IT(an_address_that_changes_meanwhile),
		WITH_IT(nobody_sees_who_was_looked_up),
		WITH_IT(one_that_fails_at_once_waits_too),
		WITH_IT(a_code_is_answered_at_once),
		WITH_IT(a_crowd),
		WITH_IT(who_hangs_up_leaves_nothing),
		WITH_IT(told_to_end),
		WITH_IT(killed_it_has_decided_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
