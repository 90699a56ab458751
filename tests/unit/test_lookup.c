/* engine/lookup.h: the question about a mailbox, and what is made of what comes back. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "engine/lookup.h"
#include "engine/mailbox.h"

#define NOW 1000

static const struct rp_breach adobe = {RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, 1386201600, 1380844800,
				       "Adobe"};

static struct rp_config config;
static struct en_address address;
static struct en_link *link_to_fetch;
static struct en_lookup lookup;
static int ends[2];
static uint8_t breaches[100], addresses[100];
static struct rp_mail_writer b, a; /* what is written there: one breach, which the address is in */

static int start(void **state)
{
	(void)state;
	rp_config_defaults(&config);
	memset(&lookup, 0, sizeof lookup);
	link_to_fetch = en_link_new();
	if (!link_to_fetch || en_address_read("claire@example.org", false, &address) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		return -1;
	b = (struct rp_mail_writer){breaches, sizeof breaches, 0, 0};
	a = (struct rp_mail_writer){addresses, sizeof addresses, 0, 0};
	rp_mail_put_breach(&b, &adobe);
	rp_mail_put_address(&a, address.digest + 3, &(uint16_t){0}, 1);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	en_link_free(link_to_fetch);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static bool hear(void)
{
	return en_lookup_hear(&lookup, &config, link_to_fetch, ends[0], NOW);
}

/* An answer with these fields comes. */
static void comes(unsigned status, const uint8_t *first, size_t first_len, const uint8_t *second,
		  size_t second_len)
{
	const struct rp_mail_answer answer = {.status = (uint8_t)status,
					      .detail = 503,
					      .first = first,
					      .second = second,
					      .first_len = first_len,
					      .second_len = second_len};
	uint8_t packet[1000];
	int n = rp_mail_answer_encode(&answer, lookup.ask.verb, packet, sizeof packet);

	assert_true(n > 0);
	assert_int_equal(send(ends[1], packet, (size_t)n, 0), n);
	assert_true(hear());
}

static void six_digits_are_asked_about(void **state)
{
	char prefix[RP_MAIL_PREFIX + 1];

	(void)state;
	en_lookup_want(&lookup, &config, &address);
	rp_mail_prefix(address.digest, prefix);
	assert_int_equal(lookup.ask.verb, RP_MAIL_RANGE);
	assert_string_equal(lookup.ask.argument, prefix);
	assert_memory_equal(lookup.digest, address.digest, sizeof lookup.digest);
	config.email_exact = true;
	en_lookup_want(&lookup, &config, &address);
	assert_int_equal(lookup.ask.verb, RP_MAIL_EXACT);
	assert_string_equal(lookup.ask.argument, "claire@example.org");
}

static void what_came_is_found(void **state)
{
	(void)state;
	en_lookup_want(&lookup, &config, &address);
	assert_false(hear());
	comes(RP_RANGE_OK, breaches, b.at, addresses, a.at);
	assert_true(lookup.found);
	assert_string_equal(lookup.mailbox.breach.name, "Adobe");
	assert_string_equal(lookup.cause, "");
	assert_int_equal(lookup.mailbox.checked, 0);
}

/* In no breach is an answer too. */
static void nothing_came_and_that_is_found(void **state)
{
	(void)state;
	en_lookup_want(&lookup, &config, &address);
	comes(RP_RANGE_OK, NULL, 0, NULL, 0);
	assert_true(lookup.found);
	assert_int_equal(lookup.mailbox.breach.added, 0);
}

static void all_of_an_exact_answer_is_its(void **state)
{
	(void)state;
	config.email_exact = true;
	en_lookup_want(&lookup, &config, &address);
	comes(RP_RANGE_OK, breaches, b.at, NULL, 0);
	assert_true(lookup.found);
	assert_string_equal(lookup.mailbox.breach.name, "Adobe");
}

/* Framed well, and its fields cut: nothing was found out, whatever was read before the end. */
static void fields_that_are_cut_are_no_answer(void **state)
{
	(void)state;
	en_lookup_want(&lookup, &config, &address);
	for (size_t cut = 1; cut < b.at; cut++) {
		comes(RP_RANGE_OK, breaches, b.at - cut, addresses, a.at);
		assert_false(lookup.found);
		assert_string_equal(lookup.cause, "bad-answer");
	}
	comes(RP_RANGE_OK, breaches, b.at, addresses, a.at - 1);
	assert_false(lookup.found);
	assert_string_equal(lookup.cause, "bad-answer");
}

static void every_other_status_is_a_cause(void **state)
{
	char cause[EN_CAUSE_MAX + 1];

	(void)state;
	en_lookup_want(&lookup, &config, &address);
	for (unsigned s = RP_RANGE_OK + 1; s < RP_RANGE_STATUS_END; s++) {
		comes(s, NULL, 0, NULL, 0);
		assert_false(lookup.found);
		assert_string_equal(lookup.cause, rp_range_cause(s, 503, cause, sizeof cause));
	}
}

static void who_hangs_up_or_says_nonsense(void **state)
{
	(void)state;
	en_lookup_want(&lookup, &config, &address);
	assert_int_equal(send(ends[1], "nonsense", 8, 0), 8);
	assert_true(hear());
	assert_string_equal(lookup.cause, "bad-answer");
	shutdown(ends[1], SHUT_RDWR);
	assert_true(hear());
	assert_string_equal(lookup.cause, "fetch-gone");
	assert_false(lookup.found);
}

static void who_cannot_be_asked(void **state)
{
	(void)state;
	en_lookup_want(&lookup, &config, &address);
	config.fetch[0] = '\0';
	assert_int_equal(en_lookup_ask(&lookup, &config, link_to_fetch, NOW), -1);
	assert_string_equal(lookup.cause, "not-configured");
	strcpy(config.fetch, "/nonexistent/fetch.sock");
	assert_int_equal(en_lookup_ask(&lookup, &config, link_to_fetch, NOW), -1);
	assert_string_equal(lookup.cause, "fetch-gone");
	en_lookup_give_up(&lookup, link_to_fetch, true, NOW);
	assert_string_equal(lookup.cause, "timeout");
	en_lookup_give_up(&lookup, link_to_fetch, false, NOW);
	assert_string_equal(lookup.cause, "busy");
	assert_false(lookup.found);
}

int main(void)
{
#define WITH_A_LINK(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		WITH_A_LINK(six_digits_are_asked_about),	WITH_A_LINK(what_came_is_found),
		WITH_A_LINK(nothing_came_and_that_is_found),	WITH_A_LINK(all_of_an_exact_answer_is_its),
		WITH_A_LINK(fields_that_are_cut_are_no_answer), WITH_A_LINK(every_other_status_is_a_cause),
		WITH_A_LINK(who_hangs_up_or_says_nonsense),	WITH_A_LINK(who_cannot_be_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
