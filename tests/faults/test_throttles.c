/* Throttles through rempartd: what is told, what is counted, what survives, and who still gets in. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

#define HOME "192.0.2.7"
#define ELSEWHERE "198.51.100.66"

static struct instance in;
static struct token martin;

static void start(const char *throttle)
{
	char policy[256];

	snprintf(policy, sizeof policy, "[throttle]\n%s", throttle);
	instance_start(&in, NULL, policy);
	memset(&martin, 0, sizeof martin);
	people_enrol(&in, "martin", &martin);
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* The seconds told when an attempt is throttled. */
static int64_t wait_of(const char *user, const char *source)
{
	struct rp_request req = ask_request(RP_AUTH, user, source, "000000");
	struct rp_reply rep = ask(&in, &req);

	assert_int_equal(rep.verdict, RP_THROTTLED);
	return (int64_t)rep.n1;
}

static uint32_t failures(void)
{
	return people_account(&in, "martin").open.failures;
}

/* The account's throttle alone: the pair has failures to spare. */
static void waits_grow_and_are_told(void **state)
{
	static const int64_t told[] = {1, 2, 4, 8, 10, 10};

	(void)state;
	start("account_free = 2\naccount_max_wait = 10\npair_free = 100\n");
	for (int i = 0; i < 2; i++)
		assert_int_equal(ask_wrong(&in, "martin", ELSEWHERE, &martin), RP_DENIED);
	for (unsigned i = 0; i < sizeof told / sizeof *told; i++) {
		assert_int_equal(ask_wrong(&in, "martin", ELSEWHERE, &martin), RP_DENIED);
		assert_int_equal(wait_of("martin", ELSEWHERE), told[i]);
		instance_pass_time(&in, told[i] - 1);
		assert_int_equal(wait_of("martin", ELSEWHERE), 1);
		instance_pass_time(&in, 1);
	}
	assert_int_equal(failures(), 8);
}

static void what_is_throttled_is_neither_judged_nor_counted(void **state)
{
	(void)state;
	start("account_free = 1\naccount_max_wait = 20\npair_free = 100\n");
	while (ask_wrong(&in, "martin", ELSEWHERE, &martin) == RP_DENIED)
		;
	for (int i = 0; i < 50; i++)
		assert_int_equal(ask_right(&in, "martin", ELSEWHERE, &martin), RP_THROTTLED);
	assert_int_equal(failures(), 2);
	instance_pass_time(&in, 1); /* the code is the same, and nobody spent it */
	assert_int_equal(ask_right(&in, "martin", ELSEWHERE, &martin), RP_OK);
	assert_int_equal(failures(), 0);
}

static void waits_survive_a_restart(void **state)
{
	(void)state;
	start("account_free = 1\naccount_max_wait = 100\npair_free = 100\n");
	for (int64_t wait = 1; wait < 64; wait *= 2) {
		while (ask_wrong(&in, "martin", ELSEWHERE, &martin) == RP_DENIED)
			;
		if (wait % 3 == 1)
			instance_halt(&in);
		else
			instance_kill(&in);
		instance_resume(&in);
		assert_int_equal(wait_of("martin", ELSEWHERE), wait);
		instance_pass_time(&in, wait);
	}
}

/* Failures of martin in the open lane until it is shut, each from another place. Returns how many were
 * judged. */
static unsigned shut_open_lane(void)
{
	char source[32];
	unsigned judged = 0;

	for (unsigned i = 0; i < 150; i++) {
		snprintf(source, sizeof source, "203.0.113.%u", i);
		judged += ask_wrong(&in, "martin", source, &martin) == RP_DENIED;
		instance_pass_time(&in, 30);
	}
	return judged;
}

static void unlock(void)
{
	struct st_store *s;
	struct st_turn *t = st_turn_new();
	struct st_account *a = st_turn_account(t, "martin");

	assert_int_equal(st_open(&s, in.state, false), 0);
	assert_int_equal(st_begin(s, t, 1000), 0);
	a->open = (struct st_throttle){0};
	a->dirty = true;
	assert_int_equal(st_commit(s, t), 0);
	st_turn_free(t);
	st_close(s);
}

#define SHORT_WAITS "account_max_wait = 1\npair_max_wait = 1\nsource_max_wait = 1\n"

static void a_hundred_failures_shut_the_open_lane(void **state)
{
	char recovery[ST_RECOVERY_MAX][RECOVERY_SIZE];

	(void)state;
	start(SHORT_WAITS);
	assert_int_equal(shut_open_lane(), 100);
	assert_int_equal(wait_of("martin", ELSEWHERE), 0);
	instance_pass_time(&in, 30 * 86400);
	assert_int_equal(wait_of("martin", ELSEWHERE), 0);
	instance_halt(&in);
	instance_resume(&in);
	assert_int_equal(wait_of("martin", ELSEWHERE), 0);
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_THROTTLED);
	unlock();
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_OK);

	/* now from elsewhere: HOME has a lane of its own */
	assert_int_equal(shut_open_lane(), 100);
	people_recovery(&in, "martin", recovery);
	assert_int_equal(ask_code(&in, "martin", ELSEWHERE, recovery[3]), RP_OK);
	assert_int_equal(ask_code(&in, "martin", "203.0.113.200", recovery[3]), RP_DENIED);
}

/* Neither are failures of a name that does not exist endless, nor does it look otherwise. */
static void an_unknown_name_is_shut_out_alike(void **state)
{
	char policy[256];
	unsigned judged = 0;

	(void)state;
	snprintf(policy, sizeof policy,
		 "[policy]\nenrolment = required\nself_enrolment = none\n[throttle]\n%s", SHORT_WAITS);
	instance_start(&in, NULL, policy);
	for (unsigned i = 0; i < 150; i++, instance_pass_time(&in, 2))
		judged += ask_code(&in, "no-such-user", ELSEWHERE, "123456") == RP_DENIED;
	assert_int_equal(judged, 100);
	assert_int_equal(wait_of("no-such-user", HOME), 0);
}

static void a_lane_of_ones_own(void **state)
{
	unsigned judged = 0;

	(void)state;
	start(SHORT_WAITS);
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_OK);
	assert_int_equal(shut_open_lane(), 100);
	assert_int_equal(wait_of("martin", ELSEWHERE), 0);
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_OK);
	assert_int_equal(wait_of("martin", ELSEWHERE), 0); /* that did not open it */
	for (unsigned i = 0; i < 150; i++, instance_pass_time(&in, 30))
		judged += ask_wrong(&in, "martin", HOME, &martin) == RP_DENIED;
	assert_int_equal(judged, 100);
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_THROTTLED);
	assert_int_equal(wait_of("martin", HOME), 0); /* as anybody else */
}

static void a_pair_waits(void **state)
{
	struct token durand = {0};

	(void)state;
	start("pair_free = 2\naccount_free = 100\n");
	people_enrol(&in, "durand", &durand);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask_wrong(&in, "martin", ELSEWHERE, &martin), RP_DENIED);
	assert_int_equal(wait_of("martin", ELSEWHERE), 1);
	assert_int_equal(ask_right(&in, "durand", ELSEWHERE, &durand), RP_OK);
	assert_int_equal(ask_right(&in, "martin", HOME, &martin), RP_OK);
	assert_int_equal(people_events(&in, "martin", EN_WAIT_PAIR), 1);
}

/* One source against many names, as with a list of leaked passwords. */
static void a_source_waits(void **state)
{
	char user[32];

	(void)state;
	start("source_free = 5\n");
	for (int i = 0; i < 6; i++) {
		struct token t = {0};

		snprintf(user, sizeof user, "user-%d", i);
		people_enrol(&in, user, &t);
		assert_int_equal(ask_wrong(&in, user, "2001:db8:1::42", &t), RP_DENIED);
	}
	assert_int_equal(wait_of("martin", "2001:db8:1::43"), 1); /* the same subscriber */
	assert_int_equal(ask_right(&in, "martin", "2001:db8:2::42", &martin), RP_OK);
	assert_int_equal(people_events(&in, "martin", EN_WAIT_SOURCE), 1);
}

static void an_answered_failure_is_counted_whatever_comes(void **state)
{
	(void)state;
	start("account_free = 100\npair_free = 100\n");
	for (uint32_t i = 1; i <= 20; i++) {
		assert_int_equal(ask_wrong(&in, "martin", ELSEWHERE, &martin), RP_DENIED);
		instance_kill(&in);
		assert_int_equal(failures(), i);
		instance_resume(&in);
	}
	assert_int_equal(people_events(&in, "martin", EN_WRONG), 20);
}

/* In one turn: the second of two sees what the first did. */
static void attempts_of_one_turn_see_each_other(void **state)
{
	char code[CODE_SIZE];
	struct rp_request req;
	unsigned denied = 0, throttled = 0;
	int fds[40];

	(void)state;
	start("account_free = 3\npair_free = 100\n");
	req = ask_request(RP_AUTH, "martin", ELSEWHERE, token_wrong_code(&martin, in.now, code));
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < 40; i++)
		fds[i] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	for (int i = 0; i < 40; i++) {
		unsigned verdict = ask_verdict(fds[i]);

		denied += verdict == RP_DENIED;
		throttled += verdict == RP_THROTTLED;
	}
	assert_int_equal(denied, 4);
	assert_int_equal(throttled, 36);
}

int main(void)
{
#define THEN_STOP(test) cmocka_unit_test_teardown(test, stop)
	const struct CMUnitTest tests[] = {
		THEN_STOP(waits_grow_and_are_told),
		THEN_STOP(what_is_throttled_is_neither_judged_nor_counted),
		THEN_STOP(waits_survive_a_restart),
		THEN_STOP(a_hundred_failures_shut_the_open_lane),
		THEN_STOP(an_unknown_name_is_shut_out_alike),
		THEN_STOP(a_lane_of_ones_own),
		THEN_STOP(a_pair_waits),
		THEN_STOP(a_source_waits),
		THEN_STOP(an_answered_failure_is_counted_whatever_comes),
		THEN_STOP(attempts_of_one_turn_see_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
