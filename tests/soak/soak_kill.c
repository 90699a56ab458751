/*
 * rempartd killed at random moments under load, 100 times or for 60 seconds, whichever comes first;
 * SOAK_SECONDS or SOAK_KILLS make it longer. No code accepted twice, no acceptance lost, nobody refused who
 * came after the restart. SOAK_SEED repeats a run's moments.
 */
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "tests/faults/activated.h"
#include "tests/faults/ask.h"
#include "tests/faults/load.h"
#include "tests/unit/cmocka_all.h"

#define LIFE_MAX_MS 700

static struct instance in;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, LOAD_POLICY);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static long setting(const char *name, long fallback)
{
	const char *value = getenv(name);

	return value ? atol(value) : fallback;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Goes on until that moment, to the microsecond: kills shall not all fall on the same place of a turn. */
static void go_on_until(struct load *l, int64_t when)
{
	for (int64_t left; (left = when - now_us()) > 0;) {
		load_tick(l);
		nanosleep(&(struct timespec){0, (left < 500 ? left : 500) * 1000}, NULL);
	}
}

static void killed_at_random_moments(void **state)
{
	long seed = setting("SOAK_SEED", time(NULL)), n = 0;
	long kills = setting("SOAK_KILLS", getenv("SOAK_SECONDS") ? LONG_MAX : 100);
	unsigned short random[3] = {(unsigned short)seed, (unsigned short)(seed >> 16), 0};
	int64_t since = now_us(),
		end = since + setting("SOAK_SECONDS", getenv("SOAK_KILLS") ? 3600 : 60) * 1000000;
	struct load_result r;
	struct load *l;
	int listener;

	(void)state;
	print_message("SOAK_SEED=%ld\n", seed);
	instance_halt(&in);
	listener = activated_listen(&in);
	activated_launch(&in, listener);
	l = load_start(&in);
	for (; n < kills && now_us() < end; n++) {
		go_on_until(l, now_us() + nrand48(random) % (LIFE_MAX_MS * 1000));
		instance_kill(&in);
		activated_launch(&in, listener);
	}
	load_end(l);
	r = load_check(l);
	print_message(
		"%ld kills in %.1f s: %u logins let in, each once, over %u time steps; %u replays refused; "
		"%u answers lost to a kill, of which %u had been recorded; nobody refused wrongly\n",
		n, (double)(now_us() - since) / 1e6, r.let_in, r.steps, r.replays, r.lost, r.used_by_lost);
	assert_true(n > 0);
	assert_true(r.let_in > (unsigned)n);
	assert_int_equal(r.gone, 0);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
	instance_halt(&in);
	close(listener);
	instance_resume(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_random_moments),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
