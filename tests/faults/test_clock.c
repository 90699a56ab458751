/* The clock jumps, or cannot be read: it is noticed and said, and no used code goes in again. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define SOURCE "192.0.2.7"
#define HOUR 3600

static struct instance in;
static struct token martin, durand;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[throttle]\naccount_free = 3\npair_free = 100\n");
	people_enrol(&in, "martin", &martin);
	people_enrol(&in, "durand", &durand);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static void assert_noticed(unsigned back, unsigned forward)
{
	assert_int_equal(people_events(&in, NULL, EN_CLOCK_BACK), back);
	assert_int_equal(people_events(&in, NULL, EN_CLOCK_FORWARD), forward);
	assert_int_equal(ask_logged(&in, "reason=clock-back"), back);
	assert_int_equal(ask_logged(&in, "reason=clock-forward"), forward);
}

/* Every code that was used near that time, whatever the clock says now. */
static void assert_used(int64_t when)
{
	char code[CODE_SIZE];

	for (int step = -1; step <= 0; step++) {
		token_code(&martin, when + 30 * step, code);
		assert_int_equal(ask_code(&in, "martin", SOURCE, code), RP_DENIED);
	}
}

static void back_and_forward_by_an_hour(void **state)
{
	int64_t noon = in.now;

	(void)state;
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_noticed(0, 0);
	instance_set_time(&in, noon - HOUR);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_DENIED); /* earlier than the last */
	assert_noticed(1, 0);
	assert_int_equal(ask_right(&in, "durand", SOURCE, &durand), RP_OK);
	instance_set_time(&in, noon);
	assert_used(noon);
	assert_noticed(1, 1);
	instance_set_time(&in, noon + HOUR);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_noticed(1, 2);
	instance_set_time(&in, noon + 30);
	assert_used(noon);
	assert_used(noon + HOUR);
	assert_noticed(2, 2);
	instance_set_time(&in, noon + HOUR);
	assert_used(noon + HOUR);
	instance_pass_time(&in, 30);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_noticed(2, 3);
}

/* What it says is the jump's size and direction, for whoever reads the log. The size is against the clock
 * that only goes forward, which went on a little meanwhile. */
static void it_is_said(void **state)
{
	(void)state;
	assert_true(ask_logged(&in, "by=by-3600-s verdict=ok reason=clock-back") ||
		    ask_logged(&in, "by=by-3601-s verdict=ok reason=clock-back") ||
		    ask_logged(&in, "by=by-3602-s verdict=ok reason=clock-back"));
}

static void small_steps_are_no_jump(void **state)
{
	unsigned back = people_events(&in, NULL, EN_CLOCK_BACK);
	unsigned forward = people_events(&in, NULL, EN_CLOCK_FORWARD);

	(void)state;
	for (int i = 0; i < 10; i++) {
		instance_pass_time(&in, 45);
		assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
	}
	instance_pass_time(&in, -45);
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
	assert_noticed(back, forward);
}

static void back_while_it_did_not_run(void **state)
{
	unsigned back = people_events(&in, NULL, EN_CLOCK_BACK);
	unsigned forward = people_events(&in, NULL, EN_CLOCK_FORWARD);
	int64_t noon;

	(void)state;
	instance_pass_time(&in, 60);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	forward++;
	noon = in.now;
	instance_halt(&in);
	instance_set_time(&in, noon - HOUR);
	instance_resume(&in);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_DENIED);
	assert_noticed(back + 1, forward);
	assert_used(noon);
	instance_kill(&in);
	instance_set_time(&in, noon + 60);
	instance_resume(&in);
	assert_used(noon);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_noticed(back + 1, forward);
}

/* Otherwise it would last as long as the jump. One attempt is judged, whose failure begins the next wait. */
static void a_clock_that_goes_back_ends_the_wait(void **state)
{
	unsigned n = 0;

	(void)state;
	while (ask_wrong(&in, "durand", "203.0.113.9", &durand) == RP_DENIED)
		n++;
	assert_true(n >= 3 && n < 10);
	instance_pass_time(&in, -HOUR);
	assert_int_equal(ask_wrong(&in, "durand", "203.0.113.9", &durand), RP_DENIED);
	assert_int_equal(ask_wrong(&in, "durand", "203.0.113.9", &durand), RP_THROTTLED);
}

static void a_clock_that_cannot_be_read(void **state)
{
	static const char *const texts[] = {"", "noon", "0", "-5"};

	(void)state;
	instance_pass_time(&in, 2 * HOUR);
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
		int64_t used = in.now;

		assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
		file_write(in.clock, texts[i], 0600);
		assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_UNAVAILABLE);
		assert_int_equal(ask_verb(&in, RP_PING, ""), RP_UNAVAILABLE);
		assert_int_equal(ask_logged(&in, "the clock cannot be read"), i + 1);
		instance_pass_time(&in, 30);
		assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
		assert_used(used);
		assert_int_equal(ask_logged(&in, "logins are decided again"), i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(back_and_forward_by_an_hour),
		cmocka_unit_test(it_is_said),
		cmocka_unit_test(small_steps_are_no_jump),
		cmocka_unit_test(back_while_it_did_not_run),
		cmocka_unit_test(a_clock_that_goes_back_ends_the_wait),
		cmocka_unit_test(a_clock_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
