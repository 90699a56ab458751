/* However many ask about addresses, and however the e-mail API hangs: who asks about a password finds room,
 * and a connection. Here both are on one server, which speaks HTTP/1.1. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <unistd.h>
#include "fetch/flights.h"
#include "fetch/serve.h"
#include "tests/breach/mail.h"

static struct mail mail;
static struct answer answer;
static int fds[FE_SEATS_MAX];

static void crowd(const struct breach *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char prefix[16];

		snprintf(prefix, sizeof prefix, "%06x", i);
		fds[i] = ask_open(b);
		mail_send(fds[i], RP_MAIL_RANGE, prefix);
	}
}

/* How many were told that there is no room. */
static unsigned scatter(unsigned n)
{
	unsigned busy = 0;

	for (unsigned i = 0; i < n; i++) {
		mail_receive(fds[i], RP_MAIL_RANGE, &mail);
		assert_int_not_equal(mail.a.status, RP_RANGE_OK);
		busy += mail.a.status == RP_RANGE_BUSY;
		close(fds[i]);
	}
	return busy;
}

static void passwords_have_room(void **state, unsigned n, unsigned least, unsigned most)
{
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	breach_mode(b, "good\nemail silent\n");
	crowd(b, n);
	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_in_range(answer.ms, 0, RP_FETCH_BUDGET_MS / 2);
	assert_in_range(scatter(n), least, most);
}

/* More than there are connections. */
static void a_few(void **state)
{
	passwords_have_room(state, 20, 0, 0);
}

/* More than can be on their way: one of them are the breach records. */
static void as_many_as_it_asks(void **state)
{
	passwords_have_room(state, FE_FLIGHTS_MAX + 6, 7, 7);
}

/* As many as there are seats, all asking for the same. */
static void as_many_as_it_hears(void **state)
{
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	breach_mode(b, "good\nemail silent\n");
	for (unsigned i = 0; i < FE_SEATS_MAX; i++) {
		fds[i] = ask_open(b);
		mail_send(fds[i], RP_MAIL_RANGE, "567159");
	}
	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_int_equal(scatter(FE_SEATS_MAX), FE_SEATS_MAX - FE_EMAIL_SEATS_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, mail_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_few),
		TEST(as_many_as_it_asks),
		TEST(as_many_as_it_hears),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
