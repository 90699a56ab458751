/* engine/reset.h through engine/policy.h: another address is registered, and a session says that the
 * registered one is flagged. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/reset.h"
#include "tests/unit/expect.h"

#define HELP "Call 01 23 45 67 89."
#define OLD "claire@example.org"
#define NEW "claire.dupont@example.net"

static int make(void **state)
{
	struct world *w;

	if (world_make(state))
		return -1;
	w = *state;
	strcpy(w->config.help_text, HELP);
	w->address = NEW;
	world_register(w, OLD);
	return 0;
}

static void expect(struct world *w, const char *with, enum rp_verdict verdict, enum en_reason reason)
{
	world_expect(w, RP_MAILBOX, with, verdict, reason);
	assert_string_equal(w->event.account, "martin");
}

static void registered_is(struct world *w, const char *address)
{
	char is[RP_ADDRESS_MAX + 1] = "";

	assert_true(en_seal_get_email(w->seal, &w->account, is, sizeof is) >= 0);
	assert_string_equal(is, address);
}

static void with_a_clean_one_the_password_is_enough(void **state)
{
	struct world *w = *state;

	w->account.mail.proved = w->account.mail.told = w->account.mail.flagged = w->now - 10;
	expect(w, "", RP_OK, EN_MAILBOX_CLEAN);
	registered_is(w, NEW);
	assert_true(w->account.dirty);
	assert_int_equal(w->account.mail.cooling, 0);
	assert_int_equal(w->account.mail.proved, 0);
	assert_int_equal(w->account.mail.told, 0);
	assert_memory_equal(w->rep.t1, "mailbox-clean", 13);
	assert_string_equal(w->rep.t2, "");
}

static void the_first_one_needs_nothing(void **state)
{
	struct world *w = *state;

	memset(&w->account, 0, sizeof w->account);
	strcpy(w->account.name, "martin");
	w->boxes.registered = false;
	w->boxes.cause = "no-address";
	expect(w, "", RP_OK, EN_MAILBOX_UNKNOWN);
	registered_is(w, NEW);
	assert_true(w->account.exists && w->account.dirty);
	assert_int_equal(w->account.created, w->now);
	assert_int_equal(w->account.mail.cooling, 0);
}

static void with_a_flagged_one_it_takes_more(void **state)
{
	struct world *w = *state;

	world_flag(w);
	expect(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_string_equal(w->rep.t2, HELP);
	assert_memory_equal(w->rep.t1, "mailbox-flagged", 15);
	registered_is(w, OLD);
	expect(w, "123456", RP_DENIED, EN_NOT_ENROLLED);
	world_enrol(w, EN_SHA1, 6, 30);
	expect(w, "000000", RP_DENIED, EN_WRONG);
	assert_int_equal(w->account.failures_since, 2);
	registered_is(w, OLD);
	/* Where codes let no reset through they are still the owner's. */
	w->config.reset_code = false;
	expect(w, world_code_now(w), RP_OK, EN_TOTP);
	registered_is(w, NEW);
	assert_int_equal(w->account.mail.cooling, w->now + w->config.cooling);
	assert_int_equal(w->account.mail.gate, 0);
}

static void or_the_gate_which_is_spent(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->account.mail.gate = w->now;
	expect(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	w->account.mail.gate = w->now + 1;
	expect(w, "", RP_OK, EN_GATE_OPEN);
	registered_is(w, NEW);
	assert_int_equal(w->account.mail.gate, 0);
	assert_int_equal(w->account.mail.cooling, w->now + w->config.cooling);
	/* The way of an attacker who has the new one: no reset for a while. */
	world_register(w, NEW);
	w->address = NULL;
	w->flags = RP_FLAG_EXPLAIN;
	assert_int_equal(world_ask(w, RP_RESET, ""), RP_REFUSED);
	assert_int_equal(w->event.reason, EN_COOLING);
	/* A clean one is changed again, and the time is not over by that. */
	w->address = "claire@example.com";
	expect(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_int_equal(w->account.mail.cooling, w->now + w->config.cooling);
}

static void what_nobody_knows_counts_as_flagged(void **state)
{
	struct world *w = *state;

	w->boxes.cause = "unreadable";
	expect(w, "", RP_REFUSED, EN_MAILBOX_UNKNOWN);
	registered_is(w, OLD);
	w->config.unknown_reset = RP_UNKNOWN_ALLOW;
	expect(w, "", RP_OK, EN_MAILBOX_UNKNOWN);
	registered_is(w, NEW);
	assert_int_equal(w->account.mail.cooling, 0);
}

static void it_is_looked_up_first(void **state)
{
	struct world *w = *state;

	w->config.mailbox_lookup = true;
	world_enrol(w, EN_SHA1, 6, 30);
	world_ask(w, RP_MAILBOX, world_code_now(w));
	assert_true(w->waits);
	assert_false(w->lookup.held);
	assert_int_equal(w->lookup.ask.verb, RP_MAIL_RANGE);
	registered_is(w, OLD);
	w->lookup.over = true;
	strcpy(w->lookup.cause, "timeout");
	expect(w, "", RP_REFUSED, EN_MAILBOX_UNKNOWN);
	assert_string_equal(w->rep.t1, "mailbox-unknown unknown timeout");
	w->lookup.found = true;
	w->lookup.cause[0] = '\0';
	en_mailbox_begin(&w->config, 0, &w->lookup.mailbox);
	/* The code is not needed, and so not spent. */
	expect(w, world_code_now(w), RP_OK, EN_MAILBOX_CLEAN);
	assert_true(w->boxes.dirty);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
}

static void one_that_is_registered_already(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->account.mail.told = w->now;
	w->address = " Claire@EXAMPLE.org";
	expect(w, "", RP_OK, EN_SAME_ADDRESS);
	registered_is(w, OLD);
	assert_int_equal(w->account.mail.told, w->now);
	assert_int_equal(w->account.mail.cooling, 0);
}

static void what_is_no_address(void **state)
{
	struct world *w = *state;

	w->address = "claire";
	expect(w, "", RP_BAD_REQUEST, EN_NOT_AN_ADDRESS);
	registered_is(w, OLD);
	assert_false(w->account.dirty);
}

static void a_locked_account(void **state)
{
	struct world *w = *state;

	w->account.locked = true;
	expect(w, "", RP_LOCKED, EN_ACCOUNT_LOCKED);
	registered_is(w, OLD);
}

static void nothing_is_refused_in_audit_mode(void **state)
{
	struct world *w = *state;

	w->config.mailbox_audit = true;
	world_flag(w);
	expect(w, "", RP_OK, EN_MAILBOX_FLAGGED);
	registered_is(w, NEW);
	assert_int_equal(w->account.mail.cooling, 0);
}

static void open_session(struct world *w, enum en_reason reason, const char *said)
{
	assert_int_equal(world_ask(w, RP_SESSION, ""), RP_OK);
	assert_string_equal(en_reason_name(w->event.reason), en_reason_name(reason));
	assert_string_equal(w->rep.t2, said);
}

static void it_is_said_once(void **state)
{
	struct world *w = *state;

	open_session(w, EN_OPENED, "");
	assert_false(w->account.dirty);
	world_flag(w);
	w->flags = RP_FLAG_CLOSE;
	open_session(w, EN_CLOSED, "");
	w->flags = 0;
	open_session(w, EN_MAILBOX_TOLD, HELP);
	assert_non_null(strstr(w->event.text, "CERT-FR"));
	assert_int_equal(w->account.mail.told, w->now);
	assert_int_equal(w->account.mail.flagged, w->now);
	assert_true(w->account.dirty);
	w->account.dirty = false;
	w->now += 100;
	open_session(w, EN_OPENED, "");
	assert_false(w->account.dirty);
	/* What the sweep found stays the time since when it is. */
	w->account.mail.told = 0;
	open_session(w, EN_MAILBOX_TOLD, HELP);
	assert_int_equal(w->account.mail.flagged, w->now - 100);
}

/* A session asks nobody: it waits for nothing, and "unknown" is no reason to frighten people. */
static void a_session_waits_for_nothing(void **state)
{
	struct world *w = *state;

	w->config.mailbox_lookup = true;
	open_session(w, EN_OPENED, "");
	assert_int_equal(w->lookup.ask.verb, 0);
	assert_false(w->account.dirty);
}

/* Who cannot be told, or is not to be, is not marked as told. */
static void it_is_recorded_where_it_is_not_said(void **state)
{
	struct world *w = *state;

	world_flag(w);
	w->version = 1;
	open_session(w, EN_MAILBOX_FLAGGED, "");
	assert_int_equal(w->account.mail.flagged, w->now);
	assert_int_equal(w->account.mail.told, 0);
	open_session(w, EN_OPENED, "");
	w->version = RP_VERSION;
	w->config.mailbox_audit = true;
	open_session(w, EN_OPENED, "");
	w->config.mailbox_audit = false;
	open_session(w, EN_MAILBOX_TOLD, HELP);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(with_a_clean_one_the_password_is_enough),
		IN_A_WORLD(the_first_one_needs_nothing),
		IN_A_WORLD(with_a_flagged_one_it_takes_more),
		IN_A_WORLD(or_the_gate_which_is_spent),
		IN_A_WORLD(what_nobody_knows_counts_as_flagged),
		IN_A_WORLD(it_is_looked_up_first),
		IN_A_WORLD(one_that_is_registered_already),
		IN_A_WORLD(what_is_no_address),
		IN_A_WORLD(a_locked_account),
		IN_A_WORLD(nothing_is_refused_in_audit_mode),
		IN_A_WORLD(it_is_said_once),
		IN_A_WORLD(a_session_waits_for_nothing),
		IN_A_WORLD(it_is_recorded_where_it_is_not_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
