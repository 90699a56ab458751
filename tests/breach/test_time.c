/* What rempart-fetch remembers, and for how long: ranges, failures, a server's wish for silence. Its own code
 * with the real server, in this process, and the time moved. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "common/ticks.h"
#include "fetch/breaker.h"
#include "fetch/cache.h"
#include "fetch/flights.h"
#include "fetch/upstream.h"
#include "fetch/wire.h"
#include "tests/breach/ask.h"
#include "tests/pam/files.h"

static struct breach *server;
static struct fe_flights *flights;
static struct rp_config config;
static int64_t shift; /* of the time, in milliseconds */
static int quiet;     /* a descriptor on which nothing comes */
static int standard_error;

static bool landed;
static struct answer got;

static void keep(void *ctx, const struct fe_flight *flight, const struct fe_answer *a)
{
	int n = fe_wire_write(FE_PASSWORDS, a, got.packet, sizeof got.packet);

	(void)ctx;
	(void)flight;
	assert_true(n > 0);
	assert_int_equal(rp_range_answer_decode(&got.a, got.packet, (size_t)n), 0);
	landed = true;
}

static int64_t now(void)
{
	return rp_now_ms() + shift;
}

static const struct fe_flight *depart(const char *password)
{
	struct fe_question q = {.kind = FE_PASSWORDS};
	const struct fe_flight *flight;
	struct fe_answer a;

	ask_prefix_of(password, q.argument);
	landed = false;
	flight = fe_flights_ask(flights, &q, now(), &a);
	if (!flight)
		keep(NULL, NULL, &a);
	return flight;
}

static void arrive(void)
{
	while (!landed) {
		assert_int_equal(fe_flights_wait(flights, quiet, 100, now()), 0);
		fe_flights_land(flights, now());
	}
}

/* Asks, and says whether the server was asked for it. */
static bool asks(const char *password)
{
	unsigned before = breach_requests(server);

	depart(password);
	arrive();
	return breach_requests(server) > before;
}

static void outcome(enum rp_range_status status, unsigned detail)
{
	assert_int_equal(got.a.status, status);
	assert_int_equal(got.a.detail, detail);
}

static unsigned said(const char *what)
{
	char *log = breach_received(server, "log");
	unsigned n = text_count(log, what);

	free(log);
	return n;
}

static int begin(void **state)
{
	char path[BREACH_PATH + 16], why[256];
	int log;

	ask_alone(state);
	server = *state;
	shift = 0;
	rp_config_defaults(&config);
	strcpy(config.passwords_url, server->url);
	snprintf(config.ca_file, sizeof config.ca_file, "%s/ca.pem", server->dir);
	snprintf(path, sizeof path, "%s/log", server->dir);
	standard_error = dup(STDERR_FILENO);
	log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(log >= 0);
	assert_int_equal(dup2(log, STDERR_FILENO), STDERR_FILENO);
	close(log);
	quiet = eventfd(0, EFD_CLOEXEC);
	return fe_flights_open(&flights, &config, keep, NULL, why, sizeof why);
}

static int end(void **state)
{
	(void)state;
	fe_flights_close(flights);
	close(quiet);
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	return 0;
}

static void a_range_is_kept_for_a_while(void **state)
{
	(void)state;
	assert_true(asks(LEAKED));
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
	shift = FE_CACHE_FRESH_MS / 2;
	assert_false(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
	assert_true(asks(CLEAN));
	assert_int_equal(ask_count(&got, CLEAN), 0);
}

static unsigned conditional(void)
{
	char *all = breach_received(server, "requests");
	unsigned n = text_count(all, "\r\nIf-None-Match: W/\"0x");

	free(all);
	return n;
}

/* Then the server is asked whether it changed. 304: it is the range that is kept already. */
static void then_the_server_has_to_stand_by_it(void **state)
{
	unsigned before = conditional(), unchanged = breach_answers(server, 304);
	(void)state;

	asks(LEAKED);
	assert_int_equal(conditional(), before);
	shift = FE_CACHE_FRESH_MS;
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
	assert_int_equal(conditional(), before + 1);
	assert_int_equal(breach_answers(server, 304), unchanged + 1);
	assert_false(asks(LEAKED)); /* it is fresh again */
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
}

static void a_range_that_changed(void **state)
{
	(void)state;
	asks(LEAKED);
	shift = FE_CACHE_FRESH_MS;
	breach_mode(server, "grown");
	assert_true(asks(LEAKED));
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT + 1);
}

/* An old range is not passed for the present one, and is not lost either. */
static void a_server_that_fails_to_stand_by_it(void **state)
{
	unsigned unchanged = breach_answers(server, 304);
	(void)state;

	asks(LEAKED);
	shift = FE_CACHE_FRESH_MS;
	breach_mode(server, "503");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_HTTP, 503);
	breach_mode(server, "good");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
	assert_int_equal(breach_answers(server, 304), unchanged + 1);
}

static void keeps_on(const char *mode, enum rp_range_status status, unsigned detail)
{
	char password[16];

	breach_mode(server, mode);
	for (int i = 0; i < FE_BREAKER_FAILURES; i++) {
		snprintf(password, sizeof password, "another %d", i);
		depart(password);
		arrive();
		outcome(status, detail);
	}
}

static void the_breaker_opens(void **state)
{
	(void)state;
	keeps_on("500", RP_RANGE_HTTP, 500);
	breach_mode(server, "good");
	assert_false(asks(LEAKED));
	outcome(RP_RANGE_BREAKER, FE_BREAKER_PAUSE_MS / 1000);
	assert_int_equal(said("(http-500); it is left alone for 10 s"), 1);
	shift = FE_BREAKER_PAUSE_MS - 2000;
	assert_false(asks(LEAKED));
	assert_in_range(got.a.detail, 1, 2);
	assert_int_equal(got.a.status, RP_RANGE_BREAKER);
}

static void one_tries_and_the_breaker_closes(void **state)
{
	(void)state;
	keeps_on("500", RP_RANGE_HTTP, 500);
	shift = FE_BREAKER_PAUSE_MS;
	breach_mode(server, "hold");
	assert_non_null(depart(LEAKED));
	assert_null(depart(CLEAN)); /* while that one is on its way */
	assert_int_equal(got.a.status, RP_RANGE_BREAKER);
	breach_mode(server, "good");
	landed = false;
	arrive();
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(ask_count(&got, LEAKED), LEAKED_COUNT);
	assert_true(asks(CLEAN));
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(said("the range server is tried again"), 1);
	assert_int_equal(said("the range server answers again"), 1);
}

static void one_tries_and_fails(void **state)
{
	(void)state;
	keeps_on("500", RP_RANGE_HTTP, 500);
	shift = FE_BREAKER_PAUSE_MS;
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_HTTP, 500);
	breach_mode(server, "good");
	assert_false(asks(LEAKED));
	outcome(RP_RANGE_BREAKER, 2 * FE_BREAKER_PAUSE_MS / 1000);
	shift += 2 * FE_BREAKER_PAUSE_MS;
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
}

static void whatever_the_failure(void **state)
{
	static const struct {
		const char *mode;
		enum rp_range_status status;
	} failures[] = {{"html", RP_RANGE_BODY}, {"expired", RP_RANGE_TLS}, {"bomb", RP_RANGE_SIZE}};
	char why[256];
	(void)state;

	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		keeps_on(failures[i].mode, failures[i].status, 0);
		assert_false(asks(LEAKED));
		assert_int_equal(got.a.status, RP_RANGE_BREAKER);
		/* Another configuration, another server: nothing is held against it. */
		assert_int_equal(fe_flights_configure(flights, &config, why, sizeof why), 0);
	}
	breach_mode(server, "good");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
}

/* It is there and answers: its refusal of one prefix says nothing about the next. */
static void a_refusal_is_no_failure(void **state)
{
	(void)state;
	keeps_on("404", RP_RANGE_HTTP, 404);
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_HTTP, 404);
}

static void silence_as_long_as_it_is_wanted(void **state)
{
	(void)state;
	asks(CLEAN);
	breach_mode(server, "429 50");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_RATE, 50);
	breach_mode(server, "good");
	assert_false(asks(LEAKED));
	outcome(RP_RANGE_RATE, 50);
	assert_false(asks(CLEAN)); /* it is known, and nobody has to be asked */
	outcome(RP_RANGE_OK, 0);
	shift = 48000;
	assert_false(asks(LEAKED));
	assert_int_equal(got.a.status, RP_RANGE_RATE);
	assert_in_range(got.a.detail, 1, 2);
	shift = 50000;
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_OK, 0);
	assert_int_equal(said("50 s of silence"), 1);
}

/* Neither for ever, nor not at all. */
static void silence_that_is_not_said_or_too_long(void **state)
{
	(void)state;
	breach_mode(server, "429");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_RATE, FE_RATE_WAIT);
	shift = FE_RATE_WAIT * 1000;
	breach_mode(server, "429 99999999");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_RATE, FE_RATE_WAIT_MAX);
	shift += FE_RATE_WAIT_MAX * 1000ll;
	breach_mode(server, "429 -5");
	assert_true(asks(LEAKED));
	outcome(RP_RANGE_RATE, FE_RATE_WAIT);
}

static void silence_until_a_date(void **state)
{
	time_t then = time(NULL) + 100;
	char mode[64];
	struct tm tm;
	(void)state;

	gmtime_r(&then, &tm);
	strftime(mode, sizeof mode, "429 %a, %d %b %Y %H:%M:%S GMT", &tm);
	breach_mode(server, mode);
	assert_true(asks(LEAKED));
	assert_int_equal(got.a.status, RP_RANGE_RATE);
	assert_in_range(got.a.detail, 90, 100);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_range_is_kept_for_a_while),
		TEST(then_the_server_has_to_stand_by_it),
		TEST(a_range_that_changed),
		TEST(a_server_that_fails_to_stand_by_it),
		TEST(the_breaker_opens),
		TEST(one_tries_and_the_breaker_closes),
		TEST(one_tries_and_fails),
		TEST(whatever_the_failure),
		TEST(a_refusal_is_no_failure),
		TEST(silence_as_long_as_it_is_wanted),
		TEST(silence_that_is_not_said_or_too_long),
		TEST(silence_until_a_date),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
