/* engine/reset.h through engine/policy.h: the table of what opens a reset and what shuts it, line by line. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/reset.h"
#include "tests/unit/expect.h"

/* As expect, without and with an explanation. */
static void expect_both(struct world *w, enum rp_verdict plain, enum rp_verdict explained,
			enum en_reason reason)
{
	w->flags &= ~(unsigned)RP_FLAG_EXPLAIN;
	world_expect_reset(w, "", plain, reason);
	assert_string_equal(w->rep.t1, "");
	assert_int_equal(w->rep.n1, 0);
	assert_string_equal(w->rep.t2, plain == RP_REFUSED ? WORLD_HELP : "");
	w->flags |= RP_FLAG_EXPLAIN;
	world_expect_reset(w, "", explained, reason);
	assert_memory_equal(w->rep.t1, en_reason_name(reason), strlen(en_reason_name(reason)));
	assert_string_equal(w->rep.t2, explained == RP_OK ? "" : WORLD_HELP);
}

static void a_clean_mailbox_lets_it_through(void **state)
{
	struct world *w = *state;

	expect_both(w, RP_OK, RP_OK, EN_MAILBOX_CLEAN);
	assert_false(w->account.dirty || w->boxes.dirty);
	assert_string_equal(w->event.account, "martin");
}

static void a_flagged_one_does_not(void **state)
{
	struct world *w = *state;

	world_flag(w);
	expect_both(w, RP_REFUSED, RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_non_null(strstr(w->event.text, "CERT-FR"));
	assert_non_null(strstr(w->rep.t1, "CERT-FR"));
	assert_int_equal(w->rep.n1, 0);
	w->boxes.box.until = w->now + 10;
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_int_equal(w->rep.n1, w->now + 10);
	w->now += 10;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_false(w->account.dirty);
}

/* The list may have it as it is written, and not as the provider folds it. */
static void one_that_is_flagged_in_another_spelling(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->boxes.spellings[0] = w->boxes.box;
	memset(&w->boxes.box, 0, sizeof w->boxes.box);
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	w->boxes.n_spellings = 1;
	expect_both(w, RP_REFUSED, RP_REFUSED, EN_MAILBOX_FLAGGED);
}

static void a_locked_account(void **state)
{
	struct world *w = *state;

	w->account.locked = true;
	w->account.mail.gate = w->now + 100;
	expect_both(w, RP_REFUSED, RP_LOCKED, EN_ACCOUNT_LOCKED);
	w->config.mailbox_audit = true;
	expect_both(w, RP_REFUSED, RP_LOCKED, EN_ACCOUNT_LOCKED);
}

static void a_time_to_cool_down(void **state)
{
	struct world *w = *state;

	w->account.mail.cooling = w->now + 1;
	expect_both(w, RP_REFUSED, RP_REFUSED, EN_COOLING);
	assert_int_equal(w->rep.n1, w->now + 1);
	assert_string_equal(w->rep.t1, "address-changed");
	w->now++;
	expect_both(w, RP_OK, RP_OK, EN_MAILBOX_CLEAN);
}

static void an_open_gate(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->boxes.other = true;
	w->account.mail.cooling = w->now + 1000;
	w->account.mail.gate = w->now + 1;
	expect_both(w, RP_OK, RP_OK, EN_GATE_OPEN);
	assert_int_equal(w->rep.n1, w->now + 1);
	w->now++;
	expect_both(w, RP_REFUSED, RP_REFUSED, EN_COOLING);
	w->account.mail.gate = w->now + EN_GATE_MOST + 1; /* left by a clock that went back */
	world_expect_reset(w, "", RP_REFUSED, EN_COOLING);
	w->now++;
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
}

static void another_address(void **state)
{
	struct world *w = *state;

	w->boxes.other = true;
	expect_both(w, RP_REFUSED, RP_REFUSED, EN_OTHER_ADDRESS);
	assert_string_equal(w->event.text, "");
}

static void nobody_knows(void **state)
{
	static const char *const causes[] = {"no-address", "not-an-address", "unreadable"};
	struct world *w = *state;

	for (unsigned i = 0; i < sizeof causes / sizeof *causes; i++) {
		char t1[64];

		w->boxes.cause = causes[i];
		expect_both(w, RP_REFUSED, RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
		snprintf(t1, sizeof t1, "mailbox-unknown unknown %s", causes[i]);
		assert_string_equal(w->rep.t1, t1);
		assert_string_equal(w->event.text, t1 + strlen("mailbox-unknown "));
	}
	w->config.unknown_reset = RP_UNKNOWN_ALLOW;
	expect_both(w, RP_OK, RP_OK, EN_MAILBOX_UNKNOWN);
}

/* A name that a stranger typed is not in events; neither is a name without an account created by asking. */
static void a_user_who_does_not_exist(void **state)
{
	struct world *w = *state;

	memset(&w->account, 0, sizeof w->account);
	strcpy(w->account.name, "hunter2");
	w->boxes.registered = false;
	w->boxes.cause = "no-address";
	expect_both(w, RP_REFUSED, RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_memory_equal(w->event.account, "unknown:", 8);
	assert_false(w->account.exists || w->account.dirty);
	world_expect_reset(w, "123456", RP_DENIED, EN_NOT_ENROLLED);
	assert_int_equal(w->unknown.t.failures, 1);
}

static void nothing_is_refused_in_audit_mode(void **state)
{
	struct world *w = *state;

	w->config.mailbox_audit = true;
	world_flag(w);
	expect_both(w, RP_OK, RP_OK, EN_MAILBOX_FLAGGED);
	assert_non_null(strstr(w->event.text, "CERT-FR"));
	w->boxes.other = true;
	expect_both(w, RP_OK, RP_OK, EN_OTHER_ADDRESS);
	w->account.mail.cooling = w->now + 1;
	expect_both(w, RP_OK, RP_OK, EN_COOLING);
	w->account.mail.cooling = 0;
	w->boxes.other = false;
	w->boxes.cause = "unreadable";
	expect_both(w, RP_OK, RP_OK, EN_MAILBOX_UNKNOWN);
}

/* The bytes that leave say nothing of which it was. */
static void every_refusal_is_the_same(void **state)
{
	enum { FLAGGED, UNKNOWN, LOCKED, COOLING, OTHER, NOBODY, CASES };
	struct world *w = *state;
	uint8_t bytes[CASES][RP_PACKET_MAX];
	int n[CASES];

	w->flags = 0;
	for (unsigned i = 0; i < CASES; i++) {
		memset(&w->account, 0, sizeof w->account);
		strcpy(w->account.name, "martin");
		world_register(w, WORLD_ADDRESS);
		w->account.locked = i == LOCKED;
		w->account.mail.cooling = i == COOLING ? w->now + 1000 : 0;
		w->account.exists = i != NOBODY;
		w->boxes.other = i == OTHER;
		w->boxes.cause = i == NOBODY ? "no-address" : i == UNKNOWN ? "unreadable" : NULL;
		world_flag(w);
		world_ask(w, RP_RESET, "");
		n[i] = rp_reply_encode(&w->rep, bytes[i], sizeof bytes[i]);
		assert_true(n[i] > 0);
		assert_int_equal(n[i], n[0]);
		assert_memory_equal(bytes[i], bytes[0], (size_t)n[0]);
	}
}

static void refused_it_is_not_done(void **state)
{
	struct world *w = *state;

	w->flags = RP_FLAG_DONE;
	world_flag(w);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_null(strstr(w->event.text, "done"));
	assert_int_equal(w->account.mail.reset, 0);
	memset(&w->boxes.box, 0, sizeof w->boxes.box);
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_memory_equal(w->event.text, "done", 4);
	assert_int_equal(w->account.mail.reset, w->now);
	w->account.mail.reset = 0;
	w->config.code_after_reset = false;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_int_equal(w->account.mail.reset, 0);
	w->config.code_after_reset = w->config.mailbox_audit = true;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_int_equal(w->account.mail.reset, 0);
}

static void after_a_reset_a_code_is_asked(void **state)
{
	struct world *w = *state;

	w->account.mail.reset = w->now;
	strcpy(w->config.self_enrolment, "sshd");
	assert_int_equal(world_ask(w, RP_AUTH, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_AFTER_RESET);
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_UNENROLLED);
	assert_int_equal(w->event.reason, EN_AFTER_RESET);
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_NOT_HERE);
	w->config.required = true;
	w->config.deadline = w->now + 1000;
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_UNENROLLED);
	w->exempt_group = true;
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_NOT_CONCERNED);
	w->exempt_group = false;
	w->config.code_after_reset = false;
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_GRACE);
	w->config.code_after_reset = w->config.mailbox_audit = true;
	assert_int_equal(world_ask(w, RP_ACCOUNT, ""), RP_GRACE);
	w->config.mailbox_audit = false;
	world_enrol(w, EN_SHA1, 6, 30);
	w->now += 3600;
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	assert_int_equal(w->account.mail.reset, 0);
}

/* One who is in the directory alone gets a record for it. */
static void a_reset_of_a_user_without_a_record(void **state)
{
	struct world *w = *state;

	w->account.exists = false;
	w->boxes.registered = false;
	w->address = WORLD_ADDRESS;
	w->flags = RP_FLAG_DONE;
	w->config.code_after_reset = false;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_false(w->account.exists || w->account.dirty);
	w->config.code_after_reset = true;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_true(w->account.exists && w->account.dirty);
	assert_int_equal(w->account.created, w->now);
	assert_int_equal(w->account.mail.reset, w->now);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make_reset, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_clean_mailbox_lets_it_through),
		IN_A_WORLD(a_flagged_one_does_not),
		IN_A_WORLD(one_that_is_flagged_in_another_spelling),
		IN_A_WORLD(a_locked_account),
		IN_A_WORLD(a_time_to_cool_down),
		IN_A_WORLD(an_open_gate),
		IN_A_WORLD(another_address),
		IN_A_WORLD(nobody_knows),
		IN_A_WORLD(a_user_who_does_not_exist),
		IN_A_WORLD(nothing_is_refused_in_audit_mode),
		IN_A_WORLD(every_refusal_is_the_same),
		IN_A_WORLD(refused_it_is_not_done),
		IN_A_WORLD(after_a_reset_a_code_is_asked),
		IN_A_WORLD(a_reset_of_a_user_without_a_record),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
