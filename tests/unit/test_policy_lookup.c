/* engine/reset.h through engine/policy.h, where rempart-fetch may know of a mailbox: what is asked, what
 * waits for it, and what comes of it. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/reset.h"
#include "tests/unit/expect.h"

static const struct rp_breach adobe = {RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, 1386201600, 1380844800,
				       "Adobe"};

static int make(void **state)
{
	struct world *w;

	if (world_make_reset(state))
		return -1;
	w = *state;
	w->config.mailbox_lookup = true;
	return 0;
}

/* The lookup is over, and that is what came. */
static void found(struct world *w, const struct rp_breach *b)
{
	w->lookup.over = w->lookup.found = true;
	memset(&w->lookup.mailbox, 0, sizeof w->lookup.mailbox);
	en_mailbox_begin(&w->config, 0, &w->lookup.mailbox);
	if (b)
		en_mailbox_add(&w->config, b, &w->lookup.mailbox);
}

static void waits_to_ask(struct world *w)
{
	char prefix[RP_MAIL_PREFIX + 1];

	memset(&w->lookup, 0, sizeof w->lookup);
	world_ask(w, RP_RESET, "");
	assert_true(w->waits);
	assert_int_equal(w->event.time, 0);
	rp_mail_prefix(w->boxes.address.digest, prefix);
	assert_int_equal(w->lookup.ask.verb, RP_MAIL_RANGE);
	assert_string_equal(w->lookup.ask.argument, prefix);
	assert_memory_equal(w->lookup.digest, w->boxes.address.digest, RP_DIGEST_LEN);
}

static void it_is_looked_up(void **state)
{
	struct world *w = *state;

	waits_to_ask(w);
	assert_false(w->lookup.held);
	found(w, NULL);
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	assert_true(w->boxes.dirty);
	assert_int_equal(w->boxes.box.checked, w->now);
	/* And not again, until it is old. */
	memset(&w->lookup, 0, sizeof w->lookup);
	w->boxes.box.exists = true;
	w->now += w->config.max_age - 1;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	w->now += 2;
	waits_to_ask(w);
	found(w, &adobe);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_non_null(strstr(w->event.text, "Adobe"));
	assert_int_equal(w->boxes.box.checked, w->now);
	/* A flag does not grow old. */
	memset(&w->lookup, 0, sizeof w->lookup);
	w->now += 10 * w->config.max_age;
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	w->account.mail.proved = adobe.added;
	w->boxes.box.checked = w->now;
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
}

/* All that a lookup finds is kept: stealer logs beside breaches, what has no record, and what counted then.
 */
static void everything_that_came_is_kept(void **state)
{
	static const struct rp_breach stealer = {RP_BREACH_STEALER_LOG, 1700000000, 0, "Logs"};
	static const struct rp_breach odd = {RP_BREACH_NO_RECORD, 0, 0, "Odd"};
	struct world *w = *state;

	w->config.unverified = true;
	waits_to_ask(w);
	found(w, &stealer);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_non_null(strstr(w->event.text, "stealer-log"));
	/* An entry of the list that is over has nothing to say, nor when that ends. */
	world_flag(w);
	w->boxes.box.until = w->now - 1;
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_int_equal(w->rep.n1, 0);
	w->boxes.box.listed = ST_LISTED_NOT;
	found(w, &odd);
	world_expect_reset(w, "", RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_string_equal(w->event.text, "unknown no-breach-record");
	found(w, NULL);
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	memset(&w->lookup, 0, sizeof w->lookup);
	world_expect_reset(w, "", RP_OK, EN_MAILBOX_CLEAN);
	w->config.unverified = false;
	waits_to_ask(w);
}

static void what_is_not_the_accounts_is_not_kept(void **state)
{
	struct world *w = *state;

	w->boxes.registered = false;
	w->address = WORLD_ADDRESS;
	waits_to_ask(w);
	found(w, &adobe);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_false(w->boxes.dirty);
	/* Nor is a proof about it. */
	w->account.mail.proved = adobe.added + 1;
	w->boxes.box.exists = true;
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	assert_true(w->boxes.dirty);
}

static void the_whole_address_only_where_that_is_wanted(void **state)
{
	struct world *w = *state;

	w->config.email_exact = true;
	world_ask(w, RP_RESET, "");
	assert_true(w->waits);
	assert_int_equal(w->lookup.ask.verb, RP_MAIL_EXACT);
	assert_string_equal(w->lookup.ask.argument, WORLD_ADDRESS);
}

static void a_lookup_that_fails(void **state)
{
	struct world *w = *state;

	waits_to_ask(w);
	w->lookup.over = true;
	strcpy(w->lookup.cause, "http-503");
	world_expect_reset(w, "", RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_string_equal(w->event.text, "unknown http-503");
	assert_string_equal(w->rep.t1, "mailbox-unknown unknown http-503");
	assert_false(w->boxes.dirty);
	/* Clean once, and too old: the cause is why it is not known now. */
	w->boxes.box.exists = true;
	en_mailbox_begin(&w->config, w->now - w->config.max_age - 1, &w->boxes.box);
	world_expect_reset(w, "", RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_string_equal(w->event.text, "unknown http-503");
}

/* Asked about one mailbox, the answer says nothing of another. */
static void an_address_that_changed_meanwhile(void **state)
{
	struct world *w = *state;

	waits_to_ask(w);
	found(w, NULL);
	world_register(w, "claire@example.net");
	world_expect_reset(w, "", RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_string_equal(w->event.text, "unknown changed-meanwhile");
	assert_int_equal(w->boxes.box.checked, 0);
	assert_false(w->boxes.dirty);
}

static void it_is_not_asked_in_vain(void **state)
{
	struct world *w = *state;

	w->account.mail.cooling = w->now + 1;
	world_expect_reset(w, "", RP_REFUSED, EN_COOLING);
	w->account.mail.gate = w->now + 1;
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
	w->account.locked = true;
	world_expect_reset(w, "", RP_LOCKED, EN_ACCOUNT_LOCKED);
	w->account.locked = false;
	memset(&w->account.mail, 0, sizeof w->account.mail);
	w->boxes.other = true;
	world_expect_reset(w, "", RP_REFUSED, EN_OTHER_ADDRESS);
	w->boxes.other = false;
	world_flag(w);
	world_expect_reset(w, "", RP_REFUSED, EN_MAILBOX_FLAGGED);
	w->boxes.cause = "no-address";
	world_expect_reset(w, "", RP_UNKNOWN, EN_MAILBOX_UNKNOWN);
	assert_int_equal(w->lookup.ask.verb, 0);
}

/* Who asks for somebody else hears everything at the same time. */
static void all_are_held_where_one_may_be_looked_up(void **state)
{
	struct world *w = *state;

	w->flags = 0;
	world_enrol(w, EN_SHA1, 6, 30);
	waits_to_ask(w);
	assert_true(w->lookup.held);
	for (int i = 0; i < 4; i++) {
		memset(&w->lookup, 0, sizeof w->lookup);
		w->account.locked = i == 1;
		w->account.mail.gate = i == 2 ? w->now + 10 : 0;
		w->boxes.cause = i == 3 ? "no-address" : NULL;
		if (!i)
			world_flag(w);
		world_ask(w, RP_RESET, "");
		assert_true(w->waits && w->lookup.held);
		assert_int_equal(w->event.time, 0);
		assert_int_equal(w->lookup.ask.verb, 0);
		w->lookup.over = true;
		world_ask(w, RP_RESET, "");
		assert_false(w->waits);
		assert_int_equal(w->event.verdict, i == 2 ? RP_OK : RP_REFUSED);
	}
	/* A code has its own answer, which says nothing of the mailbox. */
	memset(&w->lookup, 0, sizeof w->lookup);
	world_expect_reset(w, "000000", RP_DENIED, EN_WRONG);
	w->config.reset_code = false;
	world_ask(w, RP_RESET, "000000");
	assert_true(w->waits && w->lookup.held);
}

/* Held, it was decided when it came what to ask; what happened since counts when it is decided. */
static void a_gate_that_opens_meanwhile(void **state)
{
	struct world *w = *state;

	w->flags = 0;
	waits_to_ask(w);
	found(w, &adobe);
	w->account.mail.gate = w->now + 10;
	world_expect_reset(w, "", RP_OK, EN_GATE_OPEN);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(it_is_looked_up),
		IN_A_WORLD(everything_that_came_is_kept),
		IN_A_WORLD(what_is_not_the_accounts_is_not_kept),
		IN_A_WORLD(the_whole_address_only_where_that_is_wanted),
		IN_A_WORLD(a_lookup_that_fails),
		IN_A_WORLD(an_address_that_changed_meanwhile),
		IN_A_WORLD(it_is_not_asked_in_vain),
		IN_A_WORLD(all_are_held_where_one_may_be_looked_up),
		IN_A_WORLD(a_gate_that_opens_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
