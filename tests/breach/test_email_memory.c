/* However much a server sends, and to however many questions at a time, rempart-fetch holds a bounded part of
 * it. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/breach/mail.h"

/* In kilobytes; sanitizers keep what was given back. */
#ifdef __SANITIZE_ADDRESS__
#define BOUND 1500000L
#else
#define BOUND 200000L
#endif

#define RANGES 12 /* 40 MB each are far more than that */

static struct mail mail;

static long peak(const struct breach *b)
{
	char path[64], line[128];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)b->fetch);
	f = fopen(path, "re");
	assert_non_null(f);
	while (!kb && fgets(line, sizeof line, f))
		if (!strncmp(line, "VmHWM:", strlen("VmHWM:")))
			kb = strtol(line + strlen("VmHWM:"), NULL, 10);
	fclose(f);
	return kb;
}

static void ask_many(const struct breach *b, unsigned round)
{
	char prefix[16];
	int fds[RANGES], exact = ask_open(b), stealers = ask_open(b), plan = ask_open(b);

	mail_send(exact, RP_MAIL_EXACT, MAIL_KNOWN);
	mail_send(stealers, RP_MAIL_STEALERS, "0");
	mail_send(plan, RP_MAIL_PLAN, "");
	for (unsigned i = 0; i < RANGES; i++) {
		snprintf(prefix, sizeof prefix, "%02x%04x", round, i);
		fds[i] = ask_open(b);
		mail_send(fds[i], RP_MAIL_RANGE, prefix);
	}
	for (unsigned i = 0; i < RANGES; i++) {
		mail_receive(fds[i], RP_MAIL_RANGE, &mail);
		assert_int_not_equal(mail.a.status, RP_RANGE_OK);
		close(fds[i]);
	}
	mail_receive(exact, RP_MAIL_EXACT, &mail);
	assert_int_not_equal(mail.a.status, RP_RANGE_OK);
	mail_receive(stealers, RP_MAIL_STEALERS, &mail);
	assert_int_not_equal(mail.a.status, RP_RANGE_OK);
	mail_receive(plan, RP_MAIL_PLAN, &mail);
	assert_int_not_equal(mail.a.status, RP_RANGE_OK);
	close(exact);
	close(stealers);
	close(plan);
}

static void is_bounded(void **state)
{
	static const char *const modes[] = {
		"huge", "huge-chunked", "bomb",		 "endless",
		"deep", "dense 60000",	"dense 1000000", "dense 15000000",
	};
	struct breach *b = *state;
	char mode[64];

	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
		mail_start(b, BREACH_KEY, MAIL_EXACT_LINES);
		snprintf(mode, sizeof mode, "good\nemail %s\n", modes[i]);
		breach_mode(b, mode);
		ask_many(b, i);
		if (peak(b) > BOUND)
			print_error("%s: %ld kB\n", modes[i], peak(b));
		assert_in_range(peak(b), 1, BOUND);
		assert_int_equal(ask_password(b, LEAKED, RP_RANGE_OK), LEAKED_COUNT);
	}
}

/* Nor does what is remembered grow without end: a sweep asks for every range there is. */
static void a_sweep(void **state)
{
	struct breach *b = *state;
	char prefix[16];
	long before = 0;

	mail_start(b, BREACH_KEY, "");
	for (unsigned i = 0; i < 1200; i++) {
		snprintf(prefix, sizeof prefix, "%06x", i);
		mail_ask(b, RP_MAIL_RANGE, prefix, &mail);
		assert_int_equal(mail.a.status, RP_RANGE_OK);
		if (i == 400)
			before = peak(b);
	}
	assert_in_range(peak(b), before, before + before / 8);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ask_alone, ask_fetch_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_bounded),
		TEST(a_sweep),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
