/* engine/throttle.h and engine/lane.h: what is free, how waits grow, who is held and who is not. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "engine/recovery.h"
#include "engine/reason.h"
#include "engine/throttle.h"
#include "tests/unit/world.h"

static const struct rp_throttle_config three = {.free = 3, .max_wait = 10};

static void waits_double_up_to_the_limit(void **state)
{
	static const int64_t waits[] = {0, 0, 0, 1, 2, 4, 8, 10, 10};
	struct st_throttle t = {0};
	(void)state;

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		en_throttle_fail(&t, &three, 1000);
		assert_int_equal(en_throttle_wait(&t, &three, 1000), waits[i]);
		assert_int_equal(en_throttle_wait(&t, &three, 1000 + waits[i]), 0);
	}
	assert_int_equal(t.failures, 9);
	assert_int_equal(t.last, 1000);
	t.failures = UINT32_MAX;
	en_throttle_fail(&t, &three, 1000);
	assert_int_equal(t.failures, UINT32_MAX);
	assert_int_equal(en_throttle_wait(&t, &three, 1000), 10);
}

static void a_clock_that_goes_back_ends_the_wait_but_not_the_row(void **state)
{
	struct st_throttle t = {.failures = 9, .last = 5000, .until = 5010};
	(void)state;

	assert_int_equal(en_throttle_wait(&t, &three, 5000), 10);
	assert_int_equal(en_throttle_wait(&t, &three, 4999), 0);
	en_throttle_age(&t, 60, 1000);
	assert_int_equal(t.failures, 9);
	en_throttle_fail(&t, &three, 1000);
	assert_int_equal(en_throttle_wait(&t, &three, 1000), 10);
	assert_int_equal(en_throttle_wait(&t, &three, 1010), 0);
}

static void failures_are_forgotten_after_their_time(void **state)
{
	struct st_throttle t = {.failures = 9, .last = 1000, .until = 1010};
	(void)state;

	en_throttle_age(&t, 60, 1060);
	assert_int_equal(t.failures, 9);
	en_throttle_age(&t, 60, 1061);
	assert_int_equal(t.failures, 0);
	assert_int_equal(t.until, 0);
}

/* A wrong code from source, after whatever has to be waited for. */
static enum rp_verdict guess(struct world *w, const char *source)
{
	enum rp_verdict v = world_ask_as(w, RP_AUTH, "sshd", source, "000000");

	if (v == RP_THROTTLED && w->rep.n1) {
		w->now += (int64_t)w->rep.n1;
		v = world_ask_as(w, RP_AUTH, "sshd", source, "000000");
	}
	return v;
}

/* Sources have throttles of their own: a new one each time. */
static void from_elsewhere(struct world *w)
{
	memset(&w->pair, 0, sizeof w->pair);
	memset(&w->origin, 0, sizeof w->origin);
}

static void a_pair_waits_and_says_how_long(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	for (int i = 0; i < w->config.pair.free; i++)
		assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	/* The right code is not judged either, and neither counted nor used up. */
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_THROTTLED);
	assert_int_equal(w->rep.n1, 1);
	assert_int_equal(w->event.reason, EN_WAIT_PAIR);
	assert_int_equal(w->pair.t.failures, w->config.pair.free + 1);
	w->now += 1;
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	assert_false(w->pair.exists);
	assert_true(w->pair.dirty);
}

static void the_open_lane_is_shared_by_all_sources(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	for (int i = 0; i <= w->config.account.free; i++) {
		from_elsewhere(w);
		assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	}
	from_elsewhere(w);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_THROTTLED);
	assert_int_equal(w->event.reason, EN_WAIT_ACCOUNT);
	w->now += (int64_t)w->rep.n1;
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	assert_int_equal(w->account.open.failures, 0);
}

static void an_unknown_name_waits_as_an_account_does(void **state)
{
	struct world *w = *state;

	w->config.required = true;
	strcpy(w->config.self_enrolment, "none");
	for (int i = 0; i <= w->config.account.free; i++) {
		from_elsewhere(w);
		assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	}
	assert_true(w->unknown.exists && w->unknown.dirty);
	from_elsewhere(w);
	assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_THROTTLED);
	assert_int_equal(w->event.reason, EN_WAIT_ACCOUNT);
	assert_false(w->account.dirty);
}

static void a_source_waits_whatever_account_it_tries(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	for (int i = 0; i <= w->config.source.free; i++) {
		memset(&w->pair, 0, sizeof w->pair); /* another account each time */
		w->account.open = (struct st_throttle){0};
		assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	}
	memset(&w->pair, 0, sizeof w->pair);
	w->account.open = (struct st_throttle){0};
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_THROTTLED);
	assert_int_equal(w->event.reason, EN_WAIT_SOURCE);
	w->now += EN_SOURCE_MEMORY + 1;
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
}

static void shut(struct world *w)
{
	int judged = 0;

	for (;;) {
		enum rp_verdict v;

		from_elsewhere(w);
		v = guess(w, "198.51.100.1");
		if (v != RP_DENIED)
			break;
		judged++;
	}
	assert_int_equal(judged, w->config.shut_after);
	assert_int_equal(w->rep.verdict, RP_THROTTLED);
	assert_int_equal(w->rep.n1, 0);
	assert_int_equal(w->event.reason, EN_SHUT);
}

static void the_open_lane_shuts_and_time_does_not_open_it(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	shut(w);
	w->now += 400 * 86400;
	from_elsewhere(w);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_THROTTLED);
	w->account.open = (struct st_throttle){0}; /* an administrator's unlock */
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
}

static void the_owners_lane_stays_open_and_gives_the_attacker_nothing(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", "203.0.113.5", world_code_now(w)), RP_OK);
	shut(w);
	w->now += 30;
	from_elsewhere(w);
	assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", "203.0.113.5", world_code_now(w)), RP_OK);
	assert_int_equal(w->account.open.failures, w->config.shut_after);
	from_elsewhere(w);
	assert_int_equal(guess(w, "198.51.100.1"), RP_THROTTLED);
	/* A lane that was not used for long is none. */
	w->now += (w->config.lane_days + 1) * 86400;
	assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", "203.0.113.5", world_code_now(w)), RP_THROTTLED);
}

static void a_lane_that_is_guessed_at_is_lost(void **state)
{
	struct world *w = *state;
	int judged = 0;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	while (judged < w->config.shut_after) {
		assert_int_equal(guess(w, "192.0.2.7"), RP_DENIED);
		judged++;
	}
	assert_int_equal(w->account.open.failures, 0);
	assert_int_equal(w->account.lanes[0].last, 0);
	assert_int_equal(guess(w, "192.0.2.7"), RP_DENIED);
	assert_int_equal(w->account.open.failures, 1);
}

static void slow_guesses_close_a_lane_too(void **state)
{
	struct world *w = *state;
	int judged = 0;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	/* The pair forgets within a day; the lane counts on. */
	for (; judged < w->config.shut_after; judged++, w->now += EN_PAIR_MEMORY / 4) {
		assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
		if (judged % 10 == 9)
			memset(&w->pair, 0, sizeof w->pair); /* as tidying prunes it */
	}
	assert_int_equal(w->account.lanes[0].last, 0);
	assert_int_equal(w->account.open.failures, 0);
}

static void a_login_clears_its_lane(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	assert_int_equal(world_ask(w, RP_AUTH, "000000"), RP_DENIED);
	assert_int_equal(w->account.lanes[0].failures, 1);
	w->now += 30;
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	assert_int_equal(w->account.lanes[0].failures, 0);
}

static void the_oldest_lane_makes_room(void **state)
{
	static const char *const sources[] = {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4",
					      "192.0.2.5"};
	struct world *w = *state;
	int64_t first = w->now;

	world_enrol(w, EN_SHA1, 6, 30);
	for (int i = 0; i < 5; i++, w->now += 30)
		assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", sources[i], world_code_now(w)), RP_OK);
	for (int i = 0; i < ST_LANES_MAX; i++)
		assert_true(w->account.lanes[i].last > first);
	assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", sources[4], world_code_now(w)), RP_OK);
	assert_int_equal(w->account.lanes[0].last, w->now);
}

static void without_a_source_there_is_no_lane(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(world_ask_as(w, RP_AUTH, "portal", NULL, world_code_now(w)), RP_OK);
	for (int i = 0; i < ST_LANES_MAX; i++)
		assert_int_equal(w->account.lanes[i].last, 0);
	assert_int_equal(world_ask_as(w, RP_AUTH, "portal", NULL, "000000"), RP_DENIED);
	assert_int_equal(w->account.open.failures, 1);
}

static void a_recovery_code_passes_a_shut_lane(void **state)
{
	struct world *w = *state;
	char codes[512];

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(en_recovery_make(w->seal, &w->account, codes, sizeof codes), 0);
	shut(w);
	from_elsewhere(w);
	codes[EN_RECOVERY_TEXT] = '\0';
	assert_int_equal(world_ask(w, RP_AUTH, codes), RP_OK);
	assert_int_equal(w->event.reason, EN_RECOVERY);
	assert_int_equal(w->account.open.failures, 0);
	assert_int_equal(w->account.n_recovery, ST_RECOVERY_MAX - 1);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_up_to_the_limit),
		cmocka_unit_test(a_clock_that_goes_back_ends_the_wait_but_not_the_row),
		cmocka_unit_test(failures_are_forgotten_after_their_time),
		IN_A_WORLD(a_pair_waits_and_says_how_long),
		IN_A_WORLD(the_open_lane_is_shared_by_all_sources),
		IN_A_WORLD(an_unknown_name_waits_as_an_account_does),
		IN_A_WORLD(a_source_waits_whatever_account_it_tries),
		IN_A_WORLD(the_open_lane_shuts_and_time_does_not_open_it),
		IN_A_WORLD(the_owners_lane_stays_open_and_gives_the_attacker_nothing),
		IN_A_WORLD(a_lane_that_is_guessed_at_is_lost),
		IN_A_WORLD(slow_guesses_close_a_lane_too),
		IN_A_WORLD(a_login_clears_its_lane),
		IN_A_WORLD(the_oldest_lane_makes_room),
		IN_A_WORLD(without_a_source_there_is_no_lane),
		IN_A_WORLD(a_recovery_code_passes_a_shut_lane),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
