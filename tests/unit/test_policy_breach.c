/* engine/password.h through engine/policy.h: what is known about a password, and what follows from it. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/password.h"
#include "tests/unit/expect.h"

static void know_nothing(struct world *w)
{
	w->digest = false;
	w->finding = (struct en_finding){0};
}

static void expect(struct world *w, enum rp_verb verb, enum rp_verdict verdict, enum en_reason reason)
{
	world_expect(w, verb, "", verdict, reason);
}

static void a_leaked_password_is_refused_when_chosen(void **state)
{
	struct world *w = *state;

	world_know(w, EN_KNOWN_LEAKED);
	expect(w, RP_CHAUTHTOK, RP_LEAKED, EN_LEAKED);
	assert_int_equal(w->rep.n1, WORLD_SEEN);
	assert_false(w->account.exists || w->account.dirty);
	world_know(w, EN_KNOWN_CLEAN);
	expect(w, RP_CHAUTHTOK, RP_OK, EN_CHECKED);
	assert_false(w->account.exists || w->account.dirty);
}

static void root_is_told_and_the_account_is_marked(void **state)
{
	struct world *w = *state;

	world_know(w, EN_KNOWN_LEAKED);
	w->flags = RP_FLAG_TOLD;
	expect(w, RP_CHAUTHTOK, RP_LEAKED, EN_LEAKED);
	assert_int_equal(w->account.leaked_since, w->now);
	assert_true(w->account.exists && w->account.dirty);
}

static void a_leaked_password_is_changed_at_the_login_that_presents_it(void **state)
{
	struct world *w = *state;

	world_know(w, EN_KNOWN_LEAKED);
	expect(w, RP_ACCOUNT, RP_LEAKED, EN_LEAKED);
	assert_int_equal(w->rep.n1, WORLD_SEEN);
	assert_int_equal(w->account.leaked_since, WORLD_START);
	assert_int_equal(w->account.created, WORLD_START);
	assert_true(w->account.exists && w->account.dirty);

	/* A key instead of a password: still marked, since when it was. */
	know_nothing(w);
	w->now += 100;
	w->account.dirty = false;
	expect(w, RP_ACCOUNT, RP_LEAKED, EN_MARKED);
	assert_int_equal(w->rep.n1, 0);
	assert_int_equal(w->account.leaked_since, WORLD_START);
	assert_false(w->account.dirty);

	world_know(w, EN_KNOWN_CLEAN);
	expect(w, RP_CHAUTHTOK, RP_OK, EN_CHECKED);
	assert_int_equal(w->account.leaked_since, 0);
	assert_true(w->account.dirty);
	know_nothing(w);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
}

/* A shadow that was edited, a directory's own web form: the change does not come through here. */
static void a_clean_login_takes_the_mark_away(void **state)
{
	struct world *w = *state;

	world_mark(w);
	world_know(w, EN_KNOWN_CLEAN);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	assert_int_equal(w->account.leaked_since, 0);
	assert_true(w->account.dirty && w->account.exists);
}

/* What runs as the user may claim any password: it can bring a mark, which harms him alone, but take none. */
static void a_program_of_the_users_own_does_not_take_the_mark_away(void **state)
{
	struct world *w = *state;

	world_mark(w);
	w->self = true;
	world_know(w, EN_KNOWN_CLEAN);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	expect(w, RP_CHAUTHTOK, RP_OK, EN_CHECKED);
	world_know(w, EN_UNKNOWN);
	expect(w, RP_CHAUTHTOK, RP_OK, EN_UNCHECKED);
	world_know(w, EN_NOT_ASKED);
	expect(w, RP_CHAUTHTOK, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	assert_int_equal(w->account.leaked_since, WORLD_LONG_AGO);
	assert_false(w->account.dirty);
}

static void seen_too_seldom_it_is_clean(void **state)
{
	struct world *w = *state;

	world_mark(w);
	world_know(w, EN_KNOWN_LEAKED);
	w->config.change_min = w->config.login_min = WORLD_SEEN + 1;
	expect(w, RP_CHAUTHTOK, RP_OK, EN_CHECKED);
	assert_int_equal(w->account.leaked_since, 0);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	/* One does not stand for the other. */
	w->config.change_min = WORLD_SEEN;
	expect(w, RP_CHAUTHTOK, RP_LEAKED, EN_LEAKED);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	w->config.login_min = WORLD_SEEN;
	expect(w, RP_ACCOUNT, RP_LEAKED, EN_LEAKED);
}

static void unknown_has_its_cause(void **state)
{
	struct world *w = *state;

	world_know(w, EN_UNKNOWN);
	expect(w, RP_ACCOUNT, RP_NOT_CONCERNED, EN_UNCHECKED);
	assert_string_equal(w->event.text, "breaker-open");
	expect(w, RP_CHAUTHTOK, RP_OK, EN_UNCHECKED);
	assert_string_equal(w->event.text, "breaker-open");
	w->config.unknown_login = w->config.unknown_change = RP_UNKNOWN_REFUSE;
	expect(w, RP_ACCOUNT, RP_UNKNOWN, EN_UNCHECKED);
	assert_string_equal(w->rep.t1, "breaker-open");
	expect(w, RP_CHAUTHTOK, RP_UNKNOWN, EN_UNCHECKED);
	assert_string_equal(w->rep.t1, "breaker-open");
	assert_false(w->account.exists || w->account.dirty);
	/* What was found once is not forgotten because nobody can say now. */
	world_mark(w);
	expect(w, RP_ACCOUNT, RP_LEAKED, EN_MARKED);
	assert_string_equal(w->event.text, "breaker-open");
	assert_string_equal(w->rep.t1, "");
	/* Refused, the password was not changed; let pass, it is another one. */
	expect(w, RP_CHAUTHTOK, RP_UNKNOWN, EN_UNCHECKED);
	assert_int_equal(w->account.leaked_since, WORLD_LONG_AGO);
	w->config.unknown_change = RP_UNKNOWN_ALLOW;
	expect(w, RP_CHAUTHTOK, RP_OK, EN_UNCHECKED);
	assert_int_equal(w->account.leaked_since, 0);
}

static void nothing_is_weighed_before_it_is_known(void **state)
{
	struct world *w = *state, was;

	world_mark(w);
	world_know(w, EN_KNOWN_LEAKED);
	w->flags = RP_FLAG_PRELIM;
	expect(w, RP_CHAUTHTOK, RP_NOT_CONCERNED, EN_NOT_ENROLLED);
	assert_int_equal(w->account.leaked_since, WORLD_LONG_AGO);
	w->flags = 0;
	world_know(w, EN_ASK_FETCH);
	was = *w;
	world_ask(w, RP_ACCOUNT, "");
	assert_true(w->waits);
	world_ask(w, RP_CHAUTHTOK, "");
	assert_true(w->waits);
	assert_int_equal(w->event.time, 0);
	assert_memory_equal(&w->account, &was.account, sizeof was.account);
}

/* Nobody is asked about a password that changes nothing. */
static void it_waits_only_where_it_matters(void **state)
{
	struct world *w = *state;

	w->config.required = true;
	world_know(w, EN_ASK_FETCH);
	strcpy(w->config.self_enrolment, "none");
	expect(w, RP_ACCOUNT, RP_UNENROLLED, EN_PAST_DEADLINE);
	w->account.exists = w->account.locked = true;
	expect(w, RP_ACCOUNT, RP_LOCKED, EN_ACCOUNT_LOCKED);
	expect(w, RP_CHAUTHTOK, RP_LOCKED, EN_ACCOUNT_LOCKED);
	w->flags = RP_FLAG_AS_TYPED;
	w->account.exists = false;
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_NO_ACCOUNT);
	assert_false(w->waits);
}

/* An outsider gets the same answers about an account that exists for its mark as about one that does not. */
static void a_mark_is_not_seen_from_outside(void **state)
{
	struct world *w = *state;
	struct rp_reply seen[2][40];

	w->config.required = true;
	strcpy(w->config.self_enrolment, "none");
	for (int marked = 0; marked < 2; marked++) {
		memset(&w->account, 0, sizeof w->account);
		strcpy(w->account.name, "martin");
		memset(&w->unknown, 0, sizeof w->unknown);
		memset(&w->pair, 0, sizeof w->pair);
		memset(&w->origin, 0, sizeof w->origin);
		w->now = WORLD_START;
		for (int i = 0; i < 40; i++) {
			if (i == 20 && marked)
				world_mark(w);
			w->now += i % 3;
			memset(&w->pair, 0, sizeof w->pair); /* from somewhere else each time */
			world_ask(w, i % 10 ? RP_AUTH : RP_SHAPE, "123456");
			seen[marked][i] = w->rep;
		}
	}
	assert_int_equal(seen[0][39].verdict, RP_THROTTLED);
	assert_memory_equal(seen[0], seen[1], sizeof seen[0]);
}

static void asked_about_no_account(void **state)
{
	struct en_finding f = {.known = EN_NOT_ASKED};
	struct rp_reply rep = {0};

	(void)state;
	en_password_asked(&f, &rep);
	assert_int_equal(rep.verdict, RP_UNKNOWN);
	assert_string_equal(rep.t1, "not-configured");
	f = (struct en_finding){EN_KNOWN_LEAKED, WORLD_SEEN, ""};
	en_password_asked(&f, &rep);
	assert_int_equal(rep.verdict, RP_LEAKED);
	assert_int_equal(rep.n1, WORLD_SEEN);
	f = (struct en_finding){EN_KNOWN_CLEAN, 0, ""};
	en_password_asked(&f, &rep);
	assert_int_equal(rep.verdict, RP_OK);
	assert_int_equal(rep.n1, 0);
	f = (struct en_finding){EN_UNKNOWN, 0, "timeout"};
	en_password_asked(&f, &rep);
	assert_int_equal(rep.verdict, RP_UNKNOWN);
	assert_string_equal(rep.t1, "timeout");
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_leaked_password_is_refused_when_chosen),
		IN_A_WORLD(root_is_told_and_the_account_is_marked),
		IN_A_WORLD(a_leaked_password_is_changed_at_the_login_that_presents_it),
		IN_A_WORLD(a_clean_login_takes_the_mark_away),
		IN_A_WORLD(a_program_of_the_users_own_does_not_take_the_mark_away),
		IN_A_WORLD(seen_too_seldom_it_is_clean),
		IN_A_WORLD(unknown_has_its_cause),
		IN_A_WORLD(nothing_is_weighed_before_it_is_known),
		IN_A_WORLD(it_waits_only_where_it_matters),
		IN_A_WORLD(a_mark_is_not_seen_from_outside),
		cmocka_unit_test(asked_about_no_account),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
