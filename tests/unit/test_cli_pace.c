#include "cli/pace.h"
#include "tests/unit/cmocka_all.h"

/* Asks whenever it may, looking at the clock every step milliseconds; how many went out before end. */
static unsigned long ask_until(struct cli_pace *p, int64_t *now, int64_t end, int64_t step)
{
	unsigned long n = 0;

	for (; *now < end; *now += step)
		while (!cli_pace_wait(p, *now)) {
			cli_pace_sent(p, *now);
			n++;
		}
	return n;
}

static void keeps_the_rate(void **state)
{
	const unsigned long rates[] = {1, 10, 50, 450, 1000, 12000, 999999, 1000000};
	(void)state;

	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct cli_pace p;
		int64_t now = 123456789, start = now;
		unsigned long n;

		cli_pace_start(&p, rates[i], now);
		n = ask_until(&p, &now, start + 60000, 1);
		assert_in_range(n, rates[i] - rates[i] / 1000, rates[i] + 1 + rates[i] / 1000);
	}
}

static void the_first_goes_out_at_once_and_the_next_waits(void **state)
{
	struct cli_pace p;
	(void)state;

	cli_pace_start(&p, 60, 5000);
	assert_int_equal(cli_pace_wait(&p, 5000), 0);
	cli_pace_sent(&p, 5000);
	assert_int_equal(cli_pace_wait(&p, 5000), 1000);
	assert_int_equal(cli_pace_wait(&p, 5999), 1);
	assert_int_equal(cli_pace_wait(&p, 6000), 0);
}

static void what_was_missed_is_no_credit(void **state)
{
	struct cli_pace p;
	int64_t now = 0;
	(void)state;

	cli_pace_start(&p, 6000, now); /* one in 10 ms */
	now = 3600000;
	assert_in_range(ask_until(&p, &now, 3600001, 1), 1, 11);
}

static void holds_as_long_as_it_is_told(void **state)
{
	struct cli_pace p;
	(void)state;

	cli_pace_start(&p, 60, 0);
	cli_pace_hold(&p, 30, 0);
	assert_int_equal(cli_pace_wait(&p, 0), 30000);
	assert_int_equal(cli_pace_wait(&p, 29999), 1);
	assert_int_equal(cli_pace_wait(&p, 30000), 0);
	/* A shorter one does not end it. */
	cli_pace_hold(&p, 60, 30000);
	cli_pace_hold(&p, 1, 30000);
	assert_int_equal(cli_pace_wait(&p, 30000), 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_rate),
		cmocka_unit_test(the_first_goes_out_at_once_and_the_next_waits),
		cmocka_unit_test(what_was_missed_is_no_credit),
		cmocka_unit_test(holds_as_long_as_it_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
