/* One code from eight processes at the same instant is let in exactly once. RACE_ROUNDS changes how often. */
#include <signal.h>
#include <stdlib.h>
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/faults/crowd.h"
#include "tests/unit/cmocka_all.h"

#define ROUNDS 200

static struct instance in;
static struct token martin;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[throttle]\naccount_free = 100\npair_free = 100\nsource_free = 100000\n");
	people_enrol(&in, "martin", &martin);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static void one_code_eight_times(void **state)
{
	const char *asked = getenv("RACE_ROUNDS");
	unsigned rounds = asked ? (unsigned)atoi(asked) : ROUNDS;
	struct crowd_result r;

	(void)state;
	assert_true(rounds > 0);
	r = crowd_race(&in, "martin", &martin, rounds);
	print_message(
		"%u rounds of %d: %u let in exactly one; %u let in, %u refused, %u otherwise; %lld ms\n",
		r.rounds, CROWD, r.exactly_once, r.let_in, r.denied, r.otherwise, (long long)r.ms);
	assert_int_equal(r.exactly_once, rounds);
	assert_int_equal(r.let_in, rounds);
	assert_int_equal(r.denied, rounds * (CROWD - 1));
	assert_int_equal(people_events(&in, "martin", EN_TOTP), rounds);
	assert_int_equal(people_events(&in, "martin", EN_USED), rounds * (CROWD - 1));
}

/* The eight in one turn, where they share a record that is loaded once. */
static void one_code_eight_times_in_one_turn(void **state)
{
	struct rp_request req;
	char code[CODE_SIZE];
	unsigned let_in = 0;
	int fds[CROWD];

	(void)state;
	instance_pass_time(&in, 30);
	req = ask_request(RP_AUTH, "martin", "192.0.2.7", token_code(&martin, in.now, code));
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < CROWD; i++)
		fds[i] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	for (int i = 0; i < CROWD; i++)
		let_in += ask_verdict(fds[i]) == RP_OK;
	assert_int_equal(let_in, 1);
}

static void one_recovery_code_eight_times_in_one_turn(void **state)
{
	char recovery[ST_RECOVERY_MAX][RECOVERY_SIZE];
	struct rp_request req;
	unsigned let_in = 0;
	int fds[CROWD];

	(void)state;
	people_recovery(&in, "martin", recovery);
	req = ask_request(RP_AUTH, "martin", "192.0.2.7", recovery[5]);
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < CROWD; i++)
		fds[i] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	for (int i = 0; i < CROWD; i++)
		let_in += ask_verdict(fds[i]) == RP_OK;
	assert_int_equal(let_in, 1);
	assert_int_equal(people_account(&in, "martin").n_recovery, ST_RECOVERY_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_code_eight_times),
		cmocka_unit_test(one_code_eight_times_in_one_turn),
		cmocka_unit_test(one_recovery_code_eight_times_in_one_turn),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
