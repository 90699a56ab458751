/* fetch/breaker.h: when a server is left alone, for how long, and when it is asked again. */
#include "tests/unit/cmocka_all.h"

#include "fetch/breaker.h"

#define T0 1000000

static struct fe_breaker b;

static int closed(void **state)
{
	(void)state;
	b = (struct fe_breaker){0};
	return 0;
}

/* Each time for another prefix. */
static bool failed(int64_t now)
{
	static uint32_t prefix;

	return fe_breaker_failed(&b, prefix++, now);
}

/* The failures that open it, at now. */
static void fail_until_open(int64_t now)
{
	for (unsigned i = 1; i < FE_BREAKER_FAILURES; i++)
		assert_false(failed(now));
	assert_true(failed(now));
}

static void opens_after_failures_in_a_row(void **state)
{
	(void)state;

	assert_true(fe_breaker_may(&b, T0));
	for (unsigned i = 1; i < FE_BREAKER_FAILURES; i++) {
		assert_false(failed(T0));
		assert_true(fe_breaker_may(&b, T0));
	}
	assert_true(failed(T0));
	assert_false(fe_breaker_may(&b, T0));
	assert_int_equal(FE_BREAKER_FAILURES, 5);
}

static void one_prefix_is_not_the_server(void **state)
{
	(void)state;

	for (unsigned i = 0; i < 100; i++)
		assert_false(fe_breaker_failed(&b, i % (FE_BREAKER_PREFIXES - 1), T0));
	assert_true(fe_breaker_failed(&b, 7, T0));
}

static void an_answer_in_between_starts_over(void **state)
{
	(void)state;

	for (unsigned i = 1; i < FE_BREAKER_FAILURES; i++)
		assert_false(failed(T0));
	assert_false(fe_breaker_answered(&b));
	fail_until_open(T0);
}

static void one_makes_the_trial(void **state)
{
	(void)state;

	fail_until_open(T0);
	assert_false(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS - 1));
	assert_true(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS));
	assert_int_equal(b.state, FE_TRIAL);
	/* Until its outcome is known nobody else asks, however long that takes. */
	assert_false(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS));
	assert_false(fe_breaker_may(&b, T0 + 100 * FE_BREAKER_PAUSE_MS));
	assert_int_equal(fe_breaker_wait(&b, T0 + FE_BREAKER_PAUSE_MS), 1);
	assert_true(fe_breaker_answered(&b));
	assert_true(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS));
	assert_true(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS));
}

/* 10 s, 20, 40, 80, 160, then 300 for ever; an answer brings it back to 10. */
static void the_pause_doubles_up_to_a_limit(void **state)
{
	static const int64_t pauses[] = {10, 20, 40, 80, 160, 300, 300, 300};
	int64_t now = T0;
	(void)state;

	fail_until_open(now);
	for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
		assert_int_equal(fe_breaker_wait(&b, now), pauses[i]);
		assert_false(fe_breaker_may(&b, now + pauses[i] * 1000 - 1));
		now += pauses[i] * 1000;
		assert_true(fe_breaker_may(&b, now));
		assert_true(failed(now));
	}
	now += 300 * 1000;
	assert_true(fe_breaker_may(&b, now));
	assert_true(fe_breaker_answered(&b));
	fail_until_open(now);
	assert_int_equal(fe_breaker_wait(&b, now), 10);
}

/* Others were on their way when it opened. */
static void what_ends_late_changes_nothing(void **state)
{
	(void)state;

	fail_until_open(T0);
	for (int i = 0; i < 100; i++) {
		assert_false(failed(T0 + 1400));
		assert_false(fe_breaker_answered(&b));
		assert_false(fe_breaker_may(&b, T0 + 1400));
	}
	assert_int_equal(fe_breaker_wait(&b, T0), 10);
	assert_true(fe_breaker_may(&b, T0 + FE_BREAKER_PAUSE_MS));
}

static void the_wait_is_rounded_up(void **state)
{
	(void)state;

	fail_until_open(T0);
	assert_int_equal(fe_breaker_wait(&b, T0 + 1), 10);
	assert_int_equal(fe_breaker_wait(&b, T0 + 1000), 9);
	assert_int_equal(fe_breaker_wait(&b, T0 + 9001), 1);
	assert_int_equal(fe_breaker_wait(&b, T0 + 9999), 1);
	assert_int_equal(fe_breaker_wait(&b, T0 + 10000), 1);
	assert_int_equal(fe_breaker_wait(&b, T0 + 99999), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(opens_after_failures_in_a_row, closed),
		cmocka_unit_test_setup(one_prefix_is_not_the_server, closed),
		cmocka_unit_test_setup(an_answer_in_between_starts_over, closed),
		cmocka_unit_test_setup(one_makes_the_trial, closed),
		cmocka_unit_test_setup(the_pause_doubles_up_to_a_limit, closed),
		cmocka_unit_test_setup(what_ends_late_changes_nothing, closed),
		cmocka_unit_test_setup(the_wait_is_rounded_up, closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
