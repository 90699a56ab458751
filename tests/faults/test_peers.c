/* Who may ask what, seen by processes of several users. Only root can be several. */
#include <stdio.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

#define PORTAL 33333
#define STRANGER 44444
#define NOBODY 65534

static struct instance in;
static struct token self, martin;
static char own_name[RP_USER_MAX + 1];

static int start(void **state)
{
	const struct passwd *pw = getpwuid(NOBODY);
	char portals[32];

	(void)state;
	snprintf(portals, sizeof portals, "%d", PORTAL);
	snprintf(own_name, sizeof own_name, "%s", pw ? pw->pw_name : "nobody");
	instance_start(&in, portals,
		       "[policy]\nenrolment = required\nself_enrolment = sshd\n[throttle]\naccount_free = "
		       "100\nsource_free = 3\n");
	people_enrol(&in, own_name, &self);
	people_enrol(&in, "martin", &martin);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static unsigned as(uid_t uid, enum rp_verb verb, const char *user, const char *code)
{
	struct rp_request req = ask_request(verb, user, NULL, code);

	return ask_as(uid, &in, &req);
}

static unsigned refusals(void)
{
	return people_events(&in, NULL, EN_PEER);
}

static const enum rp_verb verbs[] = {RP_AUTH,	       RP_SHAPE,     RP_ACCOUNT, RP_ENROL_BEGIN,
				     RP_ENROL_CONFIRM, RP_CHAUTHTOK, RP_SESSION};
#define VERBS (sizeof verbs / sizeof *verbs)

static void a_portal_asks_about_anybody(void **state)
{
	unsigned before;
	char code[CODE_SIZE];

	(void)state;
	ask_needs_root("who may ask what");
	before = refusals();
	for (unsigned i = 0; i < VERBS; i++)
		assert_int_not_equal(as(PORTAL, verbs[i], "martin", "000000"), RP_FORBIDDEN);
	assert_int_equal(as(PORTAL, RP_AUTH, "martin", token_code(&martin, in.now, code)), RP_OK);
	assert_int_equal(as(PORTAL, RP_AUTH, own_name, "000000"), RP_DENIED);
	assert_int_equal(refusals(), before);
}

/* Not a word about whether there is such an account, and no attempt on it. */
static void a_stranger_asks_about_nobody(void **state)
{
	static const char *const users[] = {"martin", "no-such-user", "root"};
	uint32_t failures;
	unsigned before;
	char code[CODE_SIZE];

	(void)state;
	ask_needs_root("who may ask what");
	before = refusals();
	failures = people_account(&in, "martin").open.failures;
	instance_pass_time(&in, 30);
	for (unsigned u = 0; u < 3; u++)
		for (unsigned i = 0; i < VERBS; i++) {
			uid_t uid = (uid_t)(STRANGER + 10 * u); /* each has its share of a second */

			assert_int_equal(as(uid, verbs[i], users[u], token_code(&martin, in.now, code)),
					 RP_FORBIDDEN);
		}
	assert_int_equal(refusals() - before, 3 * VERBS);
	assert_int_equal(people_account(&in, "martin").open.failures, failures);
	assert_int_equal(as(PORTAL, RP_AUTH, "martin", token_code(&martin, in.now, code)), RP_OK);
	assert_int_equal(as(STRANGER, RP_PING, "", NULL), RP_OK);
}

static void a_user_asks_about_itself_but_enrols_nothing(void **state)
{
	unsigned before;
	char code[CODE_SIZE];

	(void)state;
	ask_needs_root("who may ask what");
	instance_pass_time(&in, 30);
	before = refusals();
	assert_int_equal(as(NOBODY, RP_AUTH, own_name, token_code(&self, in.now, code)), RP_OK);
	assert_int_equal(as(NOBODY, RP_AUTH, own_name, token_code(&self, in.now, code)), RP_DENIED);
	assert_int_equal(as(NOBODY, RP_ACCOUNT, own_name, NULL), RP_OK);
	assert_int_equal(as(NOBODY, RP_SHAPE, own_name, NULL), RP_OK);
	assert_int_equal(refusals(), before);
	assert_int_equal(as(NOBODY, RP_ENROL_BEGIN, own_name, NULL), RP_FORBIDDEN);
	assert_int_equal(as(NOBODY, RP_ENROL_CONFIRM, own_name, "123456"), RP_FORBIDDEN);
	assert_int_equal(as(NOBODY, RP_SESSION, own_name, NULL), RP_FORBIDDEN);
	assert_int_equal(as(NOBODY, RP_AUTH, "martin", "123456"), RP_FORBIDDEN);
	assert_int_equal(refusals() - before, 4);
	assert_int_equal(people_account(&in, own_name).n_tokens, 1);
}

/* The peer is in the event, whom it asked about is not: that may be a password. */
static void refusals_are_recorded_by_uid(void **state)
{
	(void)state;
	ask_needs_root("who may ask what");
	assert_int_equal(as(STRANGER + 1, RP_AUTH, "hunter2", "123456"), RP_FORBIDDEN);
	assert_int_equal(ask_logged(&in, "auth by=uid-44445 verdict=forbidden reason=peer"), 1);
	assert_int_equal(ask_logged(&in, "hunter2"), 0);
}

static int last_text(const struct st_event *e, void *ctx)
{
	snprintf(ctx, ST_EVENT_TEXT_MAX, "%s", e->source);
	return 0;
}

/* Nobody but root and the user can be believed to sit at the machine, and nobody can say so of another. */
static void a_portal_is_not_local(void **state)
{
	struct rp_request req = ask_request(RP_AUTH, "martin", "local", "000000");
	char source[ST_EVENT_TEXT_MAX];
	struct st_store *s;

	(void)state;
	ask_needs_root("who may ask what");
	assert_int_equal(ask_as(PORTAL, &in, &req), RP_DENIED);
	assert_int_equal(st_open(&s, in.state, false), 0);
	assert_int_equal(st_each_event(s, 0, 1, NULL, last_text, source), 0);
	assert_string_not_equal(source, "local");
	assert_int_equal(as(0, RP_AUTH, "martin", "000000"), RP_DENIED);
	assert_int_equal(st_each_event(s, 0, 1, NULL, last_text, source), 0);
	assert_string_equal(source, "local");
	st_close(s);
}

/* Else any user of the machine could make all who come from a place of his choice wait. */
static void a_source_that_a_user_names_is_no_one_elses_trouble(void **state)
{
	struct rp_request req = ask_request(RP_AUTH, own_name, "192.0.2.7", "?");

	(void)state;
	ask_needs_root("who may ask what");
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask_as(NOBODY, &in, &req), i < 4 ? RP_DENIED : RP_THROTTLED);
	assert_int_equal(ask_right(&in, "martin", "192.0.2.7", &martin), RP_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_portal_asks_about_anybody),
		cmocka_unit_test(a_stranger_asks_about_nobody),
		cmocka_unit_test(a_user_asks_about_itself_but_enrols_nothing),
		cmocka_unit_test(refusals_are_recorded_by_uid),
		cmocka_unit_test(a_portal_is_not_local),
		cmocka_unit_test(a_source_that_a_user_names_is_no_one_elses_trouble),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
