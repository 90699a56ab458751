/* rempart-fetch where a service of the e-mail API misbehaves, one test for each way and service: what it says
 * of it, by when, that passwords are no worse off, and that the next question to a service that is well again
 * is answered. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/breach/mail.h"

/* What is no hang is told at once. */
#define AT_ONCE_MS 1200
/* In seconds: so long the breach records are waited for. */
#define RECORDS_COME 60

static const struct service {
	const char *name; /* as in the file "mode" */
	enum rp_mail_verb verb;
	bool records; /* it is only asked along with a range, and whatever fails there is one status */
	bool slow;    /* what hangs is tried with it too */
} services[] = {
	{"range", RP_MAIL_RANGE, false, true},	      {"breaches", RP_MAIL_RANGE, true, true},
	{"account", RP_MAIL_EXACT, false, false},     {"plan", RP_MAIL_PLAN, false, false},
	{"stealers", RP_MAIL_STEALERS, false, false},
};

#define SERVICES (sizeof services / sizeof *services)

static const struct deed {
	const char *mode;
	enum rp_range_status status;
	unsigned detail;
	bool hangs;
} deeds[] = {
	{"good", RP_RANGE_OK, 0, false},
	{"chunked", RP_RANGE_OK, 0, false},
	{"close", RP_RANGE_OK, 0, false},
	{"to-path", RP_RANGE_OK, 0, false},
	{"401", RP_RANGE_KEY, 401, false},
	{"403", RP_RANGE_PLAN, 403, false},
	{"206", RP_RANGE_HTTP, 206, false},
	{"304", RP_RANGE_HTTP, 304, false},
	{"400", RP_RANGE_HTTP, 400, false},
	{"500", RP_RANGE_HTTP, 500, false},
	{"503", RP_RANGE_HTTP, 503, false},
	{"503 120", RP_RANGE_HTTP, 503, false},
	{"to-http", RP_RANGE_HTTP, 302, false},
	{"to-host", RP_RANGE_HTTP, 301, false},
	{"to-self", RP_RANGE_HTTP, 302, false},
	/* what is no JSON, or not all of it */
	{"html", RP_RANGE_BODY, 0, false},
	{"body", RP_RANGE_BODY, 0, false},
	{"body null", RP_RANGE_BODY, 0, false},
	{"body [", RP_RANGE_BODY, 0, false},
	{"body [NaN]", RP_RANGE_BODY, 0, false},
	{"body [{}]", RP_RANGE_BODY, 0, false},
	{"body \xef\xbb\xbf[]", RP_RANGE_BODY, 0, false},
	{"body [\"\xff@example.org\"]", RP_RANGE_BODY, 0, false},
	{"body {\"statusCode\":404,\"message\":\"Not found.\"}", RP_RANGE_BODY, 0, false},
	{"body {\"a\":1,\"a\":2}", RP_RANGE_BODY, 0, false},
	{"tail x", RP_RANGE_BODY, 0, false},
	{"tail []", RP_RANGE_BODY, 0, false},
	{"half", RP_RANGE_BODY, 0, false},
	{"deep", RP_RANGE_BODY, 0, false},
	{"deep-objects", RP_RANGE_BODY, 0, false},
	{"truncated", RP_RANGE_BODY, 0, false},
	{"chunk-cut", RP_RANGE_BODY, 0, false},
	{"unframed", RP_RANGE_BODY, 0, false},
	{"unframed-cut", RP_RANGE_BODY, 0, false},
	{"bad-gzip", RP_RANGE_BODY, 0, false},
	/* what is too much */
	{"endless", RP_RANGE_SIZE, 0, false},
	{"endless-head", RP_RANGE_SIZE, 0, false},
	{"bomb", RP_RANGE_SIZE, 0, false},
	{"huge", RP_RANGE_SIZE, 0, false},
	{"huge-chunked", RP_RANGE_SIZE, 0, false},
	/* no answer */
	{"garbage", RP_RANGE_CONNECT, 0, false},
	{"drop", RP_RANGE_CONNECT, 0, false},
	{"trickle", RP_RANGE_TIMEOUT, 0, true},
	{"silent", RP_RANGE_TIMEOUT, 0, true},
};

#define DEEDS (sizeof deeds / sizeof *deeds)

struct trial {
	const struct service *service;
	const struct deed *deed;
	char name[96];
};

static const struct trial *trial;
static struct mail mail;

static int begin(void **state)
{
	trial = *state;
	ask_alone(state);
	breach_stolen(*state, "one@example.org\ntwo@example.org\n");
	mail_start(*state, BREACH_KEY, MAIL_EXACT_LINES);
	return 0;
}

static void ask_service(const struct breach *b)
{
	char prefix[RP_MAIL_PREFIX + 1];

	mail_prefix_of(MAIL_KNOWN, prefix);
	switch (trial->service->verb) {
	case RP_MAIL_RANGE:
		mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
		break;
	case RP_MAIL_EXACT:
		mail_ask(b, RP_MAIL_EXACT, MAIL_KNOWN, &mail);
		break;
	case RP_MAIL_STEALERS:
		mail_ask(b, RP_MAIL_STEALERS, "0", &mail);
		break;
	default:
		mail_ask(b, RP_MAIL_PLAN, "", &mail);
	}
}

static void count(const struct rp_breach *b, void *ctx)
{
	assert_string_equal(b->name, MAIL_KNOWN_IN);
	assert_int_equal(b->classes, RP_BREACH_VERIFIED | RP_BREACH_PASSWORDS);
	++*(unsigned *)ctx;
}

/* mail has what the service says where nothing is wrong. */
static void is_well(void)
{
	static const char stolen[] = "one@example.org\ntwo@example.org\n", plan[] = "Pro 1\n1000\n1\n1\n";
	uint8_t digest[RP_DIGEST_LEN];
	unsigned n = 0;

	assert_int_equal(mail.a.status, RP_RANGE_OK);
	if (trial->service->verb == RP_MAIL_STEALERS) {
		assert_int_equal(mail.a.detail, 2);
		assert_int_equal(mail.a.first_len, strlen(stolen));
		assert_memory_equal(mail.a.first, stolen, strlen(stolen));
	} else if (trial->service->verb == RP_MAIL_PLAN) {
		assert_int_equal(mail.a.first_len, strlen(plan));
		assert_memory_equal(mail.a.first, plan, strlen(plan));
	} else {
		mail_digest(MAIL_KNOWN, digest);
		assert_int_equal(rp_mail_each(&mail.a, trial->service->verb, digest, count, &n), 1);
		assert_int_equal(n, 1);
	}
}

/* Of the same failure with this service. */
static enum rp_range_status expected(const struct deed *d)
{
	if (d->status == RP_RANGE_OK)
		return RP_RANGE_OK;
	if (trial->service->records)
		return RP_RANGE_RECORDS;
	/* Some 200 KB, of which a plan has a fraction. */
	if (trial->service->verb == RP_MAIL_PLAN && !strncmp(d->mode, "deep", 4))
		return RP_RANGE_SIZE;
	return d->status;
}

/* Time goes by until the service is asked again. */
static void be_patient(const struct breach *b)
{
	if (!trial->service->records)
		return;
	mail_later(b, RECORDS_COME);
	ask_password(b, LEAKED, RP_RANGE_OK); /* so that it notices */
	mail_later(b, MAIL_RECORDS_LATER);
}

static void answers(void **state)
{
	const struct breach *b = *state;
	const struct deed *d = trial->deed;
	char mode[256], *plain;

	snprintf(mode, sizeof mode, "good\n%s %s\n", trial->service->name, d->mode);
	breach_mode(b, mode);
	ask_service(b);
	assert_int_equal(mail.a.status, expected(d));
	if (d->status == RP_RANGE_OK)
		is_well();
	else if (!trial->service->records)
		assert_int_equal(mail.a.detail, d->detail);
	assert_in_range(mail.ms, d->hangs ? RP_FETCH_BUDGET_MS / 2 : 0,
			d->hangs ? RP_DAEMON_BUDGET_MS : AT_ONCE_MS);
	assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	breach_mode(b, "good");
	be_patient(b);
	ask_service(b);
	is_well();
	plain = breach_received(b, "plain");
	assert_string_equal(plain, "");
	free(plain);
}

int main(void)
{
	static struct CMUnitTest tests[SERVICES * DEEDS];
	static struct trial trials[SERVICES * DEEDS];
	size_t n = 0;

	for (size_t i = 0; i < SERVICES; i++)
		for (size_t j = 0; j < DEEDS; j++) {
			struct trial *t = &trials[n];

			if (deeds[j].hangs && !services[i].slow)
				continue;
			t->service = &services[i];
			t->deed = &deeds[j];
			snprintf(t->name, sizeof t->name, "%s: %s", services[i].name, deeds[j].mode);
			tests[n++] = (struct CMUnitTest){t->name, answers, begin, ask_fetch_end, t};
		}
	return _cmocka_run_group_tests("email_answers", tests, n, ask_setup, ask_teardown);
}
