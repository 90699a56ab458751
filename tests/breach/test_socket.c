/* rempart-fetch at its socket: who asks what, together, too much, or at the wrong moment. */
#include "tests/unit/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/ticks.h"
#include "common/protocol.h"
#include "fetch/flights.h"
#include "fetch/serve.h"
#include "tests/breach/ask.h"

#define TOGETHER 12
#define BETWEEN_MS 700

static struct answer answer;
static char leaked[RP_RANGE_PREFIX_MAX + 1];

static void status_on(int fd, enum rp_range_status status)
{
	ask_receive(fd, &answer);
	assert_int_equal(answer.a.status, status);
	close(fd);
}

static void what_is_no_request(void **state)
{
	static const uint8_t good[] = {1, 1, 0, 0, 0, 1, 1, 0, 5, '3', 'b', '0', '0', '4'};
	static const struct {
		size_t at;
		uint8_t value;
	} bad[] = {{0, 0}, {0, 2}, {1, 0},   {1, 99},	{5, 2}, {6, 0},
		   {6, 9}, {8, 4}, {9, 'B'}, {10, '/'}, {13, 0}};
	static const size_t lengths[] = {1, 4, 7, 13, 15, 64, 65, RP_PACKET_MAX};
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	uint8_t packet[RP_PACKET_MAX] = {0};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = ask_open(b);

		memcpy(packet, good, sizeof good);
		packet[bad[i].at] = bad[i].value;
		assert_int_equal(send(fd, packet, sizeof good, MSG_NOSIGNAL), sizeof good);
		status_on(fd, RP_RANGE_REFUSED);
	}
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		int fd = ask_open(b);

		memcpy(packet, good, sizeof good);
		assert_int_equal(send(fd, packet, lengths[i], MSG_NOSIGNAL), lengths[i]);
		status_on(fd, RP_RANGE_REFUSED);
	}
	assert_int_equal(breach_requests(b), before);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void askers_of_one_prefix_share(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	int fds[TOGETHER];

	breach_mode(b, "hold");
	for (int i = 0; i < TOGETHER; i++) {
		fds[i] = ask_open(b);
		ask_send(fds[i], leaked);
		ask_await_requests(b, before + 1);
	}
	breach_mode(b, "good");
	for (int i = 0; i < TOGETHER; i++) {
		status_on(fds[i], RP_RANGE_OK);
		assert_int_equal(ask_count(&answer, LEAKED), LEAKED_COUNT);
	}
	assert_int_equal(breach_requests(b), before + 1);
}

/* Each gets the range that he asked for, in whatever order they come. */
static void many_prefixes_at_once(void **state)
{
	struct breach *b = *state;
	int fds[TOGETHER];
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	for (unsigned i = 0; i < TOGETHER; i++) {
		snprintf(prefix, sizeof prefix, "%05x", i);
		fds[i] = ask_open(b);
		ask_send(fds[i], i == 7 ? leaked : prefix);
	}
	for (unsigned i = 0; i < TOGETHER; i++) {
		status_on(fds[i], RP_RANGE_OK);
		assert_true(answer.a.n_rows[0] > 1000);
		assert_int_equal(ask_count(&answer, LEAKED), i == 7 ? LEAKED_COUNT : 0);
	}
}

static void more_prefixes_than_it_takes(void **state)
{
	struct breach *b = *state;
	int fds[FE_FLIGHTS_MAX], beside;
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	breach_mode(b, "silent");
	for (unsigned i = 0; i < FE_FLIGHTS_MAX; i++) {
		snprintf(prefix, sizeof prefix, "%05x", i);
		fds[i] = ask_open(b);
		ask_send(fds[i], prefix);
	}
	beside = ask_open(b);
	ask_send(beside, leaked);
	status_on(beside, RP_RANGE_BUSY);
	for (unsigned i = 0; i < FE_FLIGHTS_MAX; i++)
		status_on(fds[i], RP_RANGE_TIMEOUT);
}

/* They connect and say nothing: until they are dropped nobody else has a seat, and is told so. */
static void more_askers_than_seats(void **state)
{
	struct breach *b = *state;
	int fds[FE_SEATS_MAX], beside;
	char byte;

	for (unsigned i = 0; i < FE_SEATS_MAX; i++)
		fds[i] = ask_open(b);
	/* Who is turned away before he has asked finds a closed door; this one has asked by then. */
	assert_int_equal(kill(b->fetch, SIGSTOP), 0);
	beside = ask_open(b);
	ask_send(beside, leaked);
	assert_int_equal(kill(b->fetch, SIGCONT), 0);
	status_on(beside, RP_RANGE_BUSY);
	for (unsigned i = 0; i < FE_SEATS_MAX; i++) {
		assert_int_equal(recv(fds[i], &byte, 1, 0), 0);
		close(fds[i]);
	}
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

static void an_asker_that_goes_away(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	int gone, stays;

	breach_mode(b, "hold");
	gone = ask_open(b);
	ask_send(gone, leaked);
	ask_await_requests(b, before + 1);
	stays = ask_open(b);
	ask_send(stays, leaked);
	close(gone);
	breach_mode(b, "good");
	status_on(stays, RP_RANGE_OK);
	assert_int_equal(ask_count(&answer, LEAKED), LEAKED_COUNT);
}

static void killed_and_started_again(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	char byte;
	int fd;

	breach_mode(b, "hold");
	fd = ask_open(b);
	ask_send(fd, leaked);
	ask_await_requests(b, before + 1);
	breach_fetch_kill(b);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	breach_mode(b, "good");
	breach_fetch_start(b, "", NULL);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
}

/* SIGTERM while questions wait: each is answered, with what came or that nothing did, before it ends. */
static void stopped_while_somebody_waits(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	int silent = ask_open(b), good = ask_open(b);

	breach_mode(b, "silent");
	ask_send(silent, "00000");
	ask_await_requests(b, before + 1);
	breach_mode(b, "hold");
	ask_send(good, leaked);
	ask_await_requests(b, before + 2);
	assert_int_equal(kill(b->fetch, SIGTERM), 0);
	breach_mode(b, "good");
	status_on(good, RP_RANGE_OK);
	assert_int_equal(ask_count(&answer, LEAKED), LEAKED_COUNT);
	status_on(silent, RP_RANGE_TIMEOUT);
	breach_fetch_halt(b);
}

/* A hang holds up nobody who asks for something else meanwhile. */
static void a_hang_beside_others(void **state)
{
	struct breach *b = *state;
	unsigned before = breach_requests(b);
	int fd = ask_open(b);
	int64_t start;

	breach_mode(b, "silent");
	ask_send(fd, "00000");
	ask_await_requests(b, before + 1);
	breach_mode(b, "good");
	start = rp_now_ms();
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	assert_true(rp_now_ms() - start < BETWEEN_MS);
	status_on(fd, RP_RANGE_TIMEOUT);
}

static int setup(void **state)
{
	ask_prefix_of(LEAKED, leaked);
	return ask_setup(state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_fetch, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_request),	TEST(askers_of_one_prefix_share),
		TEST(many_prefixes_at_once),	TEST(more_prefixes_than_it_takes),
		TEST(more_askers_than_seats),	TEST(an_asker_that_goes_away),
		TEST(killed_and_started_again), TEST(stopped_while_somebody_waits),
		TEST(a_hang_beside_others),
	};
	return cmocka_run_group_tests(tests, setup, ask_teardown);
}
