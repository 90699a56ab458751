/*
 * rempart-fetch against a server that misbehaves, one test for each way: what it says of it, by when, and
 * that the next question to a server that is well again is answered.
 */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "tests/breach/ask.h"

/* What is no hang is told at once. */
#define AT_ONCE_MS 1000

struct deed {
	const char *mode;
	enum rp_range_status status;
	unsigned detail;
	unsigned requests; /* that have to reach the server; 0: it does not matter */
	bool hangs;
};

static const struct deed deeds[] = {
	{"good", RP_RANGE_OK, 0, 1, false},	      {"chunked", RP_RANGE_OK, 0, 1, false},
	{"unframed", RP_RANGE_BODY, 0, 1, false},     {"shuffled", RP_RANGE_OK, 0, 1, false},
	{"lower", RP_RANGE_OK, 0, 1, false},	      {"duplicates", RP_RANGE_OK, 0, 1, false},
	{"close", RP_RANGE_OK, 0, 1, false},	      {"to-path", RP_RANGE_OK, 0, 2, false},
	{"overflow", RP_RANGE_BODY, 0, 1, false},     {"nul", RP_RANGE_BODY, 0, 1, false},
	{"ntlm", RP_RANGE_BODY, 0, 1, false},	      {"empty", RP_RANGE_BODY, 0, 1, false},
	{"html", RP_RANGE_BODY, 0, 1, false},	      {"truncated", RP_RANGE_BODY, 0, 1, false},
	{"chunk-cut", RP_RANGE_BODY, 0, 1, false},    {"unframed-cut", RP_RANGE_BODY, 0, 1, false},
	{"bad-gzip", RP_RANGE_BODY, 0, 1, false},     {"endless", RP_RANGE_SIZE, 0, 1, false},
	{"endless-head", RP_RANGE_SIZE, 0, 1, false}, {"bomb", RP_RANGE_SIZE, 0, 1, false},
	{"206", RP_RANGE_HTTP, 206, 1, false},	      {"304", RP_RANGE_HTTP, 304, 1, false},
	{"400", RP_RANGE_HTTP, 400, 1, false},	      {"403", RP_RANGE_HTTP, 403, 1, false},
	{"404", RP_RANGE_HTTP, 404, 1, false},	      {"500", RP_RANGE_HTTP, 500, 1, false},
	{"503", RP_RANGE_HTTP, 503, 1, false},	      {"503 120", RP_RANGE_HTTP, 503, 1, false},
	{"to-http", RP_RANGE_HTTP, 302, 1, false},    {"to-host", RP_RANGE_HTTP, 301, 1, false},
	{"to-self", RP_RANGE_HTTP, 302, 4, false},    {"garbage", RP_RANGE_CONNECT, 0, 1, false},
	{"drop", RP_RANGE_CONNECT, 0, 0, false},      {"wrong-ca", RP_RANGE_TLS, 0, 0, false},
	{"false-ca", RP_RANGE_TLS, 0, 0, false},      {"expired", RP_RANGE_TLS, 0, 0, false},
	{"other-host", RP_RANGE_TLS, 0, 0, false},    {"old-tls", RP_RANGE_TLS, 0, 0, false},
	{"trickle", RP_RANGE_TIMEOUT, 0, 1, true},    {"silent", RP_RANGE_TIMEOUT, 0, 1, true},
	{"mute", RP_RANGE_TIMEOUT, 0, 0, true},
};

#define DEEDS (sizeof deeds / sizeof *deeds)

static const struct deed *deed;
static struct answer answer;

static int begin(void **state)
{
	deed = *state;
	return ask_fetch(state);
}

static void answers(void **state)
{
	const struct breach *b = *state;
	char prefix[RP_RANGE_PREFIX_MAX + 1], *plain = breach_received(b, "plain");
	unsigned before = breach_requests(b);

	assert_string_equal(plain, "");
	free(plain);
	breach_mode(b, deed->mode);
	ask_prefix_of(LEAKED, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, deed->status);
	assert_int_equal(answer.a.detail, deed->detail);
	assert_in_range(answer.ms, deed->hangs ? RP_FETCH_BUDGET_MS / 2 : 0,
			deed->hangs ? RP_DAEMON_BUDGET_MS : AT_ONCE_MS);
	if (deed->requests)
		assert_int_equal(breach_requests(b), before + deed->requests);
	assert_int_equal(ask_count(&answer, LEAKED), deed->status == RP_RANGE_OK ? LEAKED_COUNT : 0);
	breach_mode(b, "good");
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	plain = breach_received(b, "plain");
	assert_string_equal(plain, "");
	free(plain);
}

int main(void)
{
	struct CMUnitTest tests[DEEDS];

	for (size_t i = 0; i < DEEDS; i++)
		tests[i] = (struct CMUnitTest){deeds[i].mode, answers, begin, ask_fetch_end,
					       (void *)(uintptr_t)&deeds[i]};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
