/* What policy does to a login: required, optional, grace, exempt, locked, throttled, and what may be seen. */
#include <stdio.h>
#include <string.h>
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;

static void start(const char *policy)
{
	instance_start(&in, NULL, policy);
	instance_service(&in, "site",
			 "auth required pam_rempart.so nodelay\n"
			 "auth required pam_permit.so\n"
			 "account required pam_rempart.so\n"
			 "account required pam_permit.so\n");
	instance_service(&in, "site-fr",
			 "auth required pam_rempart.so nodelay lang=fr\n"
			 "account required pam_rempart.so lang=fr\n");
	/* the portal asks for the code; the account phase still counts */
	instance_service(&in, "portal",
			 "auth required pam_rempart.so mode=password nodelay\n"
			 "auth required pam_permit.so\n"
			 "account required pam_rempart.so\n"
			 "account required pam_permit.so\n");
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* One login; what was said stays in conv for the test to look at. */
static int enter(const char *service, const char *user, const char *code, struct conv *conv)
{
	*conv = (struct conv){.answers = {code}};
	return login_whole(&in, service, user, conv);
}

static int enter_quietly(const char *service, const char *user, const char *code)
{
	struct conv conv;
	int ret = enter(service, user, code, &conv);

	conv_clear(&conv);
	return ret;
}

/* Everything that a stranger sees of three logins is the same. */
static void assert_same(const struct conv *a, const struct conv *b)
{
	assert_int_equal(a->asked, b->asked);
	assert_int_equal(a->n_said, b->n_said);
	for (unsigned i = 0; i < a->n_said; i++)
		assert_string_equal(a->said[i], b->said[i]);
}

static void check_strangers_see_nothing(const char *code, int expected)
{
	struct conv unknown, unenrolled, locked, enrolled;

	assert_int_equal(enter("site", "unknown", code, &unknown), expected);
	assert_int_equal(enter("site", "unenrolled", code, &unenrolled), expected);
	assert_int_equal(enter("site", "locked", code, &locked), expected);
	assert_int_equal(enter("site", "enrolled", code, &enrolled), expected);
	assert_same(&unknown, &unenrolled);
	assert_same(&unknown, &locked);
	assert_same(&unknown, &enrolled);
	assert_int_equal(unknown.asked, 1);
	conv_clear(&unknown);
	conv_clear(&unenrolled);
	conv_clear(&locked);
	conv_clear(&enrolled);
}

static void required_tells_strangers_nothing(void **state)
{
	struct token t = {0}, other = {0};
	char code[CODE_SIZE];

	(void)state;
	start("[policy]\nenrolment = required\nself_enrolment = none\n");
	people_enrol(&in, "enrolled", &t);
	people_enrol(&in, "locked", &other);
	people_lock(&in, "locked", true);
	people_lock(&in, "unenrolled", false); /* an account without a token */
	check_strangers_see_nothing(token_wrong_code(&t, in.now, code), PAM_AUTH_ERR);
	check_strangers_see_nothing("", PAM_AUTH_ERR);
	check_strangers_see_nothing("hunter2", PAM_AUTH_ERR);
	assert_int_equal(enter_quietly("site", "enrolled", token_code(&t, in.now, code)), PAM_SUCCESS);
}

static void required_says_after_the_password_what_to_do(void **state)
{
	struct conv conv;

	(void)state;
	start("[policy]\nenrolment = required\nself_enrolment = none\n");
	assert_int_equal(enter("portal", "nobody-yet", "", &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.n_said, 1);
	assert_true(conv_said(&conv, "ask your help desk to set it up"));
	conv_clear(&conv);
}

static void optional_lets_in_who_has_no_token(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	start("[policy]\nenrolment = optional\n");
	people_enrol(&in, "enrolled", &t);
	assert_int_equal(enter_quietly("site", "unenrolled", ""), PAM_SUCCESS);
	assert_int_equal(enter_quietly("site", "unenrolled", "123456"), PAM_SUCCESS);
	assert_int_equal(enter_quietly("site", "enrolled", ""), PAM_AUTH_ERR);
	assert_int_equal(enter_quietly("site", "enrolled", token_code(&t, in.now, code)), PAM_SUCCESS);
}

static void grace_ends_on_its_day(void **state)
{
	struct conv conv;

	(void)state;
	start("[policy]\nenrolment = required\ndeadline = 2026-03-02\nself_enrolment = none\n");
	instance_set_time(&in, INSTANCE_EPOCH + 86399);
	assert_int_equal(enter("site", "late", "", &conv), PAM_SUCCESS);
	assert_true(conv_said(&conv, "From 2026-03-02 on you need a verification code"));
	conv_clear(&conv);
	instance_set_time(&in, INSTANCE_EPOCH + 86400);
	assert_int_equal(enter("site", "late", "", &conv), PAM_AUTH_ERR);
	assert_false(conv_said(&conv, "2026"));
	conv_clear(&conv);
	assert_int_equal(enter_quietly("portal", "late", ""), PAM_PERM_DENIED);
}

static void a_deadline_of_ones_own(void **state)
{
	struct conv conv;

	(void)state;
	start("[policy]\nenrolment = optional\nself_enrolment = none\n");
	people_deadline(&in, "wave1", INSTANCE_EPOCH + 86400);
	assert_int_equal(enter("site", "wave1", "", &conv), PAM_SUCCESS);
	assert_true(conv_said(&conv, "2026-03-02"));
	conv_clear(&conv);
	instance_set_time(&in, INSTANCE_EPOCH + 86400);
	assert_int_equal(enter_quietly("site", "wave1", ""), PAM_AUTH_ERR);
	assert_int_equal(enter_quietly("site", "wave2", ""), PAM_SUCCESS);
}

/* root and its group are on every machine. */
static void exempt_groups_and_services(void **state)
{
	(void)state;
	start("[policy]\nenrolment = required\nself_enrolment = none\nexempt_groups = root\n"
	      "exempt_services = portal\n");
	assert_int_equal(enter_quietly("site", "root", ""), PAM_SUCCESS);
	assert_int_equal(enter_quietly("site", "martin", ""), PAM_AUTH_ERR);
	assert_int_equal(enter_quietly("portal", "martin", ""), PAM_SUCCESS);
}

static void locked_is_said_after_the_password(void **state)
{
	struct conv conv;

	(void)state;
	start("");
	people_lock(&in, "locked", true);
	assert_int_equal(enter("portal", "locked", "", &conv), PAM_PERM_DENIED);
	assert_true(conv_said(&conv, "Your account is locked."));
	conv_clear(&conv);
	people_lock(&in, "locked", false);
	assert_int_equal(enter_quietly("portal", "locked", ""), PAM_SUCCESS);
}

static void throttled_says_how_long(void **state)
{
	struct token t = {0};
	char wrong[CODE_SIZE], right[CODE_SIZE];
	struct conv conv;

	(void)state;
	start("[throttle]\npair_free = 2\n");
	people_enrol(&in, "hasty", &t);
	token_wrong_code(&t, in.now, wrong);
	for (int n = 0; n < 3; n++) {
		assert_int_equal(enter("site", "hasty", wrong, &conv), PAM_AUTH_ERR);
		assert_false(conv_said(&conv, "Too many"));
		conv_clear(&conv);
	}
	/* even the right code is not judged now, and is still good afterwards */
	token_code(&t, in.now, right);
	assert_int_equal(enter("site", "hasty", right, &conv), PAM_AUTH_ERR);
	assert_true(conv_said(&conv, "Too many attempts. Try again in 1 s."));
	conv_clear(&conv);
	assert_int_equal(enter("site-fr", "hasty", right, &conv), PAM_AUTH_ERR);
	assert_true(conv_said(&conv, "Trop de tentatives. Réessayez dans 1 s."));
	conv_clear(&conv);
	instance_pass_time(&in, 1);
	assert_int_equal(enter_quietly("site", "hasty", right), PAM_SUCCESS);
}

/* A name that has no account is throttled like one that has. */
static void throttled_tells_strangers_nothing(void **state)
{
	struct token t = {0};
	char wrong[CODE_SIZE];
	struct conv known, unknown;

	(void)state;
	start("[policy]\nenrolment = required\nself_enrolment = none\n[throttle]\npair_free = 2\n");
	people_enrol(&in, "known", &t);
	token_wrong_code(&t, in.now, wrong);
	for (int n = 0; n < 5; n++) {
		assert_int_equal(enter("site", "known", wrong, &known), PAM_AUTH_ERR);
		assert_int_equal(enter("site", "unknown", wrong, &unknown), PAM_AUTH_ERR);
		assert_same(&known, &unknown);
		assert_int_equal(conv_said(&known, "Too many"), n >= 3);
		conv_clear(&known);
		conv_clear(&unknown);
	}
}

static void shut_until_the_help_desk_helps(void **state)
{
	char wrong[CODE_SIZE], right[CODE_SIZE], codes[ST_RECOVERY_MAX][RECOVERY_SIZE];
	struct token t = {0};
	struct conv conv;

	(void)state;
	start("[throttle]\nshut_after = 3\npair_free = 100\naccount_free = 100\n");
	people_enrol(&in, "shut", &t);
	people_recovery(&in, "shut", codes);
	token_wrong_code(&t, in.now, wrong);
	for (int n = 0; n < 3; n++)
		assert_int_equal(enter_quietly("site", "shut", wrong), PAM_AUTH_ERR);
	assert_int_equal(enter("site", "shut", token_code(&t, in.now, right), &conv), PAM_AUTH_ERR);
	assert_true(conv_said(&conv, "Please ask your help desk to unlock your account."));
	conv_clear(&conv);
	/* 120 bits cannot be guessed: a recovery code opens what is shut */
	assert_int_equal(enter_quietly("site", "shut", codes[0]), PAM_SUCCESS);
	assert_int_equal(enter_quietly("site", "shut", right), PAM_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(required_tells_strangers_nothing, stop),
		cmocka_unit_test_teardown(required_says_after_the_password_what_to_do, stop),
		cmocka_unit_test_teardown(optional_lets_in_who_has_no_token, stop),
		cmocka_unit_test_teardown(grace_ends_on_its_day, stop),
		cmocka_unit_test_teardown(a_deadline_of_ones_own, stop),
		cmocka_unit_test_teardown(exempt_groups_and_services, stop),
		cmocka_unit_test_teardown(locked_is_said_after_the_password, stop),
		cmocka_unit_test_teardown(throttled_says_how_long, stop),
		cmocka_unit_test_teardown(throttled_tells_strangers_nothing, stop),
		cmocka_unit_test_teardown(shut_until_the_help_desk_helps, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
