/* engine/policy.h: who is asked, what is accepted, what is used up, what is recorded. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "engine/reason.h"
#include "tests/unit/expect.h"

#define NOW_CODE(w) world_code(EN_SHA1, 6, 30, (w)->now)

static void a_code_is_accepted_once(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
	assert_true(w->account.dirty);
	assert_string_equal(w->event.account, "martin");
	assert_string_equal(w->event.source, "192.0.2.7");
	assert_string_equal(w->event.service, "sshd");
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_DENIED, EN_USED);
	/* The step before is older than the one that was used. */
	world_expect(w, RP_AUTH, world_code(EN_SHA1, 6, 30, w->now - 30), RP_DENIED, EN_USED);
	w->now += 30;
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
}

static void wrong_empty_old_and_future(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_expect(w, RP_AUTH, "000000", RP_DENIED, EN_WRONG);
	world_expect(w, RP_AUTH, "", RP_DENIED, EN_EMPTY);
	world_expect(w, RP_AUTH, world_code(EN_SHA1, 6, 30, w->now - 90), RP_DENIED, EN_OLD);
	world_expect(w, RP_AUTH, world_code(EN_SHA1, 6, 30, w->now + 90), RP_DENIED, EN_FUTURE);
	assert_int_equal(w->account.failures_since, 4);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
	assert_int_equal(w->account.failures_since, 0);
	assert_int_equal(w->account.prev_failures, 4);
}

static void every_kind_of_token(void **state)
{
	static const unsigned algorithms[] = {EN_SHA1, EN_SHA256, EN_SHA512}, digits[] = {6, 8},
			      periods[] = {30, 60};
	struct world *w = *state;

	for (int a = 0; a < 3; a++)
		for (int d = 0; d < 2; d++)
			for (int p = 0; p < 2; p++) {
				memset(&w->account, 0, sizeof w->account);
				strcpy(w->account.name, "martin");
				world_enrol(w, algorithms[a], digits[d], periods[p]);
				world_expect(w, RP_AUTH,
					     world_code(algorithms[a], digits[d], periods[p], w->now), RP_OK,
					     EN_TOTP);
			}
}

static void two_tokens_each_with_its_own_counter(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_enrol(w, EN_SHA256, 8, 60);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
	world_expect(w, RP_AUTH, world_code(EN_SHA256, 8, 60, w->now), RP_OK, EN_TOTP);
	world_expect(w, RP_AUTH, world_code(EN_SHA256, 8, 60, w->now), RP_DENIED, EN_USED);
	assert_int_equal(world_ask(w, RP_SHAPE, ""), RP_OK);
	assert_int_equal(w->rep.n1, RP_SHAPE_DIGITS(6) | RP_SHAPE_DIGITS(8));
}

static void one_secret_in_two_tokens_is_one_code(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_enrol(w, EN_SHA1, 6, 30);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_DENIED, EN_USED);
	w->now += 30;
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
}

/* The name may have another spelling: nothing is decided, counted or recorded until it is known. */
static void a_name_without_an_account_as_typed(void **state)
{
	struct world *w = *state, was;

	w->config.required = true;
	w->flags = RP_FLAG_AS_TYPED;
	for (unsigned verb = RP_AUTH; verb <= RP_SESSION; verb++) {
		was = *w;
		assert_int_equal(world_ask(w, verb, "123456"), RP_NO_ACCOUNT);
		assert_int_equal(w->event.time, 0);
		assert_memory_equal(&w->unknown, &was.unknown, sizeof was.unknown);
		assert_memory_equal(&w->pair, &was.pair, sizeof was.pair);
		assert_memory_equal(&w->origin, &was.origin, sizeof was.origin);
		assert_false(w->account.dirty);
	}
	world_enrol(w, EN_SHA1, 6, 30);
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP);
}

static void a_pending_token_opens_nothing(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	world_enrol(w, EN_SHA256, 6, 30);
	w->account.tokens[1].state = ST_TOKEN_PENDING;
	world_expect(w, RP_AUTH, world_code(EN_SHA256, 6, 30, w->now), RP_DENIED, EN_WRONG);
	w->account.tokens[0].state = ST_TOKEN_PENDING;
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_NOT_CONCERNED, EN_NOT_ENROLLED);
}

static void a_sealed_secret_that_does_not_open_is_not_a_wrong_code(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	w->account.tokens[0].secret.bytes[20] ^= 1;
	assert_int_equal(world_ask(w, RP_AUTH, NOW_CODE(w)), RP_UNAVAILABLE);
	/* Another account's secret does not open here either. */
	w->account.tokens[0].secret.bytes[20] ^= 1;
	strcpy(w->account.name, "durand");
	assert_int_equal(world_ask(w, RP_AUTH, NOW_CODE(w)), RP_UNAVAILABLE);
	/* It is counted all the same: a broken token must not give free guesses at the other one. */
	assert_int_equal(w->account.failures_since, 2);
}

static void unenrolled_and_unknown_are_alike(void **state)
{
	struct world *w = *state;
	enum rp_verdict verdicts[2][3];

	for (int exists = 0; exists < 2; exists++) {
		w->account.exists = exists;
		w->config.required = false;
		verdicts[exists][0] = world_ask(w, RP_AUTH, "123456");
		w->config.required = true;
		verdicts[exists][1] = world_ask(w, RP_AUTH, "123456");
		verdicts[exists][2] = world_ask_as(w, RP_AUTH, "portal", "192.0.2.7", "123456");
	}
	assert_memory_equal(verdicts[0], verdicts[1], sizeof verdicts[0]);
	assert_int_equal(verdicts[0][0], RP_NOT_CONCERNED);
	assert_int_equal(verdicts[0][1], RP_NOT_CONCERNED); /* may enrol once the stack has let him in */
	assert_int_equal(verdicts[0][2], RP_DENIED);
}

static void an_unknown_name_is_not_recorded(void **state)
{
	struct world *w = *state;

	strcpy(w->account.name, "my-password");
	world_ask(w, RP_AUTH, "");
	assert_memory_equal(w->event.account, "unknown:", 8);
	assert_null(strstr(w->event.account, "my-password"));
	/* After the stack has let him in it is a name. */
	world_ask(w, RP_ACCOUNT, "");
	assert_string_equal(w->event.account, "my-password");
}

static void standing_by_policy(void **state)
{
	struct world *w = *state;
	int64_t deadline = w->now + 86400;

	world_expect(w, RP_ACCOUNT, "", RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	w->config.required = true;
	world_expect(w, RP_ACCOUNT, "", RP_ENROL, EN_MAY_ENROL);
	assert_int_equal(world_ask_as(w, RP_ACCOUNT, "portal", NULL, ""), RP_UNENROLLED);
	w->config.deadline = deadline;
	world_expect(w, RP_AUTH, "", RP_NOT_CONCERNED, EN_BEFORE_DEADLINE);
	world_expect(w, RP_ACCOUNT, "", RP_GRACE, EN_BEFORE_DEADLINE);
	assert_int_equal(w->rep.n1, deadline);
	w->now = deadline;
	world_expect(w, RP_ACCOUNT, "", RP_ENROL, EN_MAY_ENROL);
	strcpy(w->config.exempt_services, "cron sshd");
	world_expect(w, RP_ACCOUNT, "", RP_NOT_CONCERNED, EN_EXEMPT_SERVICE);
}

static void a_deadline_of_ones_own_goes_before(void **state)
{
	struct world *w = *state;

	w->account.exists = true;
	w->account.deadline = w->now + 10;
	world_expect(w, RP_ACCOUNT, "", RP_GRACE, EN_BEFORE_DEADLINE); /* though enrolment is optional */
	w->now += 10;
	world_expect(w, RP_ACCOUNT, "", RP_ENROL, EN_MAY_ENROL);
	w->config.required = true;
	w->config.deadline = w->now - 1000;
	w->account.deadline = w->now + 10;
	world_expect(w, RP_ACCOUNT, "", RP_GRACE, EN_BEFORE_DEADLINE);
}

static void an_exempt_service_asks_nothing_of_the_enrolled(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	strcpy(w->config.exempt_services, "cron");
	assert_int_equal(world_ask_as(w, RP_AUTH, "cron", NULL, ""), RP_NOT_CONCERNED);
	assert_int_equal(world_ask_as(w, RP_AUTH, "sshd", NULL, ""), RP_DENIED);
}

static void a_locked_account_is_told_only_after_authentication(void **state)
{
	struct world *w = *state;

	world_enrol(w, EN_SHA1, 6, 30);
	w->account.locked = true;
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_DENIED, EN_ACCOUNT_LOCKED);
	world_expect(w, RP_ACCOUNT, "", RP_LOCKED, EN_ACCOUNT_LOCKED);
	world_expect(w, RP_CHAUTHTOK, "", RP_LOCKED, EN_ACCOUNT_LOCKED);
	w->account.locked = false;
	world_expect(w, RP_AUTH, NOW_CODE(w), RP_OK, EN_TOTP); /* the refused code was not used up */
	world_expect(w, RP_ACCOUNT, "", RP_OK, EN_ENROLLED);
	world_expect(w, RP_CHAUTHTOK, "", RP_NOT_CONCERNED, EN_ENROLLED);
}

static void session_tells_the_login_before_this_one(void **state)
{
	struct world *w = *state;
	int64_t first = w->now;

	world_expect(w, RP_SESSION, "", RP_NOT_CONCERNED, EN_OPENED);
	world_enrol(w, EN_SHA1, 6, 30);
	world_ask(w, RP_AUTH, NOW_CODE(w));
	world_expect(w, RP_SESSION, "", RP_OK, EN_OPENED);
	assert_int_equal(w->rep.n1, 0);
	w->now += 86400;
	world_ask(w, RP_AUTH, "000000");
	world_ask_as(w, RP_AUTH, "sshd", "2001:db8::1", NOW_CODE(w));
	world_expect(w, RP_SESSION, "", RP_OK, EN_OPENED);
	assert_int_equal(w->rep.n1, first);
	assert_int_equal(w->rep.n2, 1);
	assert_string_equal(w->rep.t1, "192.0.2.7");
	/* A session that opens much later was not opened by that code. */
	w->now += 3600;
	world_expect(w, RP_SESSION, "", RP_OK, EN_OPENED);
	assert_int_equal(w->rep.n1, first + 86400);
	assert_string_equal(w->rep.t1, "2001:db8::/64");
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_code_is_accepted_once),
		IN_A_WORLD(wrong_empty_old_and_future),
		IN_A_WORLD(every_kind_of_token),
		IN_A_WORLD(two_tokens_each_with_its_own_counter),
		IN_A_WORLD(one_secret_in_two_tokens_is_one_code),
		IN_A_WORLD(a_name_without_an_account_as_typed),
		IN_A_WORLD(a_pending_token_opens_nothing),
		IN_A_WORLD(a_sealed_secret_that_does_not_open_is_not_a_wrong_code),
		IN_A_WORLD(unenrolled_and_unknown_are_alike),
		IN_A_WORLD(an_unknown_name_is_not_recorded),
		IN_A_WORLD(standing_by_policy),
		IN_A_WORLD(a_deadline_of_ones_own_goes_before),
		IN_A_WORLD(an_exempt_service_asks_nothing_of_the_enrolled),
		IN_A_WORLD(a_locked_account_is_told_only_after_authentication),
		IN_A_WORLD(session_tells_the_login_before_this_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
