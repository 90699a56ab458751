/* engine/reset.h through engine/policy.h: the gate, which a code opens for one reset, or the help desk. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/reset.h"
#include "tests/unit/expect.h"

static void a_right_code_opens_the_gate(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_flag(w);
	w->account.mail.cooling = w->now + 100000;
	w->flags = 0;
	world_expect_reset(w, "", RP_REFUSED, EN_COOLING);
	world_expect_reset(w, world_code_now(w), RP_OK, EN_TOTP);
	assert_int_equal(w->account.mail.gate, w->now + EN_GATE_LASTS);
	assert_int_equal(w->account.last_ok, 0);
	assert_true(w->account.dirty);
	/* The code is spent, the gate is open: without a code. */
	world_expect_reset(w, world_code_now(w), RP_DENIED, EN_USED);
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
	w->now += EN_GATE_LASTS;
	world_expect_reset(w, "", RP_REFUSED, EN_COOLING);
	/* The help desk's, open for longer, is not shut by it. */
	w->account.mail.gate = w->now + 2 * EN_GATE_LASTS;
	world_expect_reset(w, world_code_now(w), RP_OK, EN_TOTP);
	assert_int_equal(w->account.mail.gate, w->now + 2 * EN_GATE_LASTS);
}

/* Whoever has the mailbox asks again and again, and must not come in while the owner types. */
static void a_code_opens_the_gate_for_where_it_came_from(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_flag(w);
	world_expect_reset(w, world_code_now(w), RP_OK, EN_TOTP);
	assert_int_equal(world_ask_as(w, RP_RESET, "sshd", "203.0.113.66", ""), RP_REFUSED);
	assert_int_equal(world_ask_as(w, RP_RESET, "sshd", NULL, ""), RP_REFUSED);
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
	w->flags = RP_FLAG_DONE;
	assert_int_equal(world_ask_as(w, RP_RESET, "sshd", "203.0.113.66", ""), RP_REFUSED);
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
	assert_true(!w->account.mail.gate && !w->account.mail.gate_of);
	/* Where it is not known where it came from, anybody's. */
	w->flags = 0;
	w->now += 60;
	assert_int_equal(world_ask_as(w, RP_RESET, "sshd", NULL, world_code_now(w)), RP_OK);
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
}

static void a_wrong_code_is_counted(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	for (int i = 0; i <= w->config.pair.free; i++)
		world_expect_reset(w, "000000", RP_DENIED, EN_WRONG);
	assert_int_equal(w->account.failures_since, w->config.pair.free + 1);
	assert_int_equal(world_ask(w, RP_RESET, world_code_now(w)), RP_THROTTLED);
	assert_true(w->rep.n1 > 0);
	assert_string_equal(w->rep.t1, "");
	assert_string_equal(w->rep.t2, "");
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_THROTTLED);
	assert_int_equal(w->account.mail.gate, 0);
}

/* Locked or without a token, it is as at a login: a code is no way to tell. */
static void a_code_where_none_can_be_right(void **state)
{
	struct world *w = *state;

	w->flags = 0;
	world_expect_reset(w, "123456", RP_DENIED, EN_NOT_ENROLLED);
	w->account.locked = true;
	world_expect_reset(w, "123456", RP_DENIED, EN_NOT_ENROLLED);
	w->flags = RP_FLAG_EXPLAIN;
	world_expect_reset(w, "123456", RP_LOCKED, EN_ACCOUNT_LOCKED);
	world_enrol(w, EN_SHA1, 6, 30);
	w->flags = 0;
	world_expect_reset(w, world_code_now(w), RP_DENIED, EN_ACCOUNT_LOCKED);
	assert_int_equal(w->account.mail.gate, 0);
}

static void where_codes_do_not_count(void **state)
{
	struct world *w = *state;

	w->config.reset_code = false;
	world_enrol(w, EN_SHA1, 6, 30);
	w->account.dirty = false;
	world_flag(w);
	world_expect_reset(w, world_code_now(w), RP_REFUSED, EN_MAILBOX_FLAGGED);
	world_expect_reset(w, "000000", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_false(w->account.dirty);
}

static void a_gate_is_for_one_reset(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->account.mail.gate = w->now + 1800;
	w->flags = RP_FLAG_DONE;
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
	assert_string_equal(w->event.text, "done");
	assert_int_equal(w->account.mail.gate, 0);
	assert_int_equal(w->account.mail.reset, w->now);
	assert_true(w->account.dirty);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	world_enrol(w, EN_SHA1, 6, 30);
	world_expect_reset(w, world_code_now(w), RP_OK, EN_TOTP);
	assert_string_equal(w->event.text, "done");
	assert_int_equal(w->account.mail.gate, 0);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make_reset, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_right_code_opens_the_gate),
		IN_A_WORLD(a_code_opens_the_gate_for_where_it_came_from),
		IN_A_WORLD(a_wrong_code_is_counted),
		IN_A_WORLD(a_code_where_none_can_be_right),
		IN_A_WORLD(where_codes_do_not_count),
		IN_A_WORLD(a_gate_is_for_one_reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
