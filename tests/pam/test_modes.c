/* The module's four modes, with callers that answer each prompt and callers that have one answer for all. */
#include <stdio.h>
#include <string.h>
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token token; /* of "anna", who has recovery codes too */
static char recovery[ST_RECOVERY_MAX][RECOVERY_SIZE];

static void stack(const char *name, const char *mode)
{
	char text[256];

	snprintf(text, sizeof text,
		 "auth required pam_rempart.so %s nodelay\n"
		 "auth required pam_pwdfile.so\n"
		 "account required pam_rempart.so\n"
		 "account required pam_permit.so\n",
		 mode);
	instance_service(&in, name, text);
}

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[throttle]\naccount_free = 100\npair_free = 100\nsource_free = 1000\n");
	stack("prompt", "mode=prompt");
	stack("combined", "mode=combined");
	stack("auto", "mode=auto");
	stack("password", "mode=password");
	instance_service(&in, "handed-on",
			 "auth optional pam_rempart.so mode=combined nodelay\n"
			 "auth required pam_pwdfile.so\n"
			 "account required pam_permit.so\n");
	instance_service(&in, "alone", "auth required pam_rempart.so mode=password nodelay\n");
	people_enrol(&in, "anna", &token);
	people_recovery(&in, "anna", recovery);
	instance_password_for(&in, "anna");
	instance_password_for(&in, "free"); /* has no token, and needs none */
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* A caller with one field, which gets it in answer to every prompt. */
static int one_field(const char *service, const char *user, const char *before, const char *after)
{
	char field[128];
	struct conv conv = {.always = field};
	int ret;

	snprintf(field, sizeof field, "%s%s", before, after);
	ret = login_whole(&in, service, user, &conv);
	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
	return ret;
}

static void prompt_before_the_password(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	token_fresh_code(&token, &in, code);
	assert_int_equal(login_answers(&in, "prompt", "anna", code, "wrong"), PAM_AUTH_ERR);
	token_fresh_code(&token, &in, code);
	assert_int_equal(login_answers(&in, "prompt", "anna", code, PASSWORD), PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "prompt", "anna", code, PASSWORD), PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "prompt", "anna", "", PASSWORD), PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "prompt", "free", "", PASSWORD), PAM_SUCCESS);
}

static void prompt_takes_a_recovery_code_once(void **state)
{
	(void)state;
	assert_int_equal(login_answers(&in, "prompt", "anna", recovery[0], PASSWORD), PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "prompt", "anna", recovery[0], PASSWORD), PAM_AUTH_ERR);
}

/* A caller with one answer can never pass a prompt for the code alone. */
static void prompt_with_one_field(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(one_field("prompt", "anna", PASSWORD, token_fresh_code(&token, &in, code)),
			 PAM_AUTH_ERR);
	assert_int_equal(one_field("prompt", "free", PASSWORD, ""), PAM_SUCCESS);
}

static void check_one_field(const char *service)
{
	char code[CODE_SIZE];

	assert_int_equal(one_field(service, "anna", PASSWORD, token_fresh_code(&token, &in, code)),
			 PAM_SUCCESS);
	assert_int_equal(one_field(service, "anna", PASSWORD, code), PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", PASSWORD, token_wrong_code(&token, in.now, code)),
			 PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", "wrong", token_fresh_code(&token, &in, code)),
			 PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", PASSWORD, ""), PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", "", token_fresh_code(&token, &in, code)), PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", "", ""), PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "anna", token_fresh_code(&token, &in, code), PASSWORD),
			 PAM_AUTH_ERR);
	assert_int_equal(one_field(service, "free", PASSWORD, ""), PAM_SUCCESS);
	assert_int_equal(one_field(service, "free", PASSWORD, "123456"), PAM_AUTH_ERR);
}

static void combined(void **state)
{
	struct conv conv = {.always = ""};

	(void)state;
	check_one_field("combined");
	login_auth(&in, "combined", "anna", &conv);
	assert_int_equal(conv.asked, 1); /* the password, for both modules */
	conv_clear(&conv);
}

static void automatic_with_one_field(void **state)
{
	(void)state;
	check_one_field("auto");
}

static void one_field_takes_a_recovery_code_once(void **state)
{
	(void)state;
	assert_int_equal(one_field("combined", "anna", PASSWORD, recovery[1]), PAM_SUCCESS);
	assert_int_equal(one_field("combined", "anna", PASSWORD, recovery[1]), PAM_AUTH_ERR);
	assert_int_equal(one_field("auto", "anna", PASSWORD, recovery[2]), PAM_SUCCESS);
	assert_int_equal(one_field("auto", "anna", PASSWORD, recovery[2]), PAM_AUTH_ERR);
}

/* The modules below get the password whatever became of the code. */
static void the_rest_is_handed_on(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(one_field("handed-on", "anna", PASSWORD, token_fresh_code(&token, &in, code)),
			 PAM_SUCCESS);
	assert_int_equal(one_field("handed-on", "anna", PASSWORD, code), PAM_SUCCESS);
	assert_int_equal(one_field("handed-on", "anna", PASSWORD, ""), PAM_SUCCESS);
	assert_int_not_equal(one_field("handed-on", "anna", "wrong", code), PAM_SUCCESS);
}

static void two_lengths_in_one_field(void **state)
{
	struct token six = {0}, eight = {.digits = 8};
	char code[CODE_SIZE];

	(void)state;
	people_enrol(&in, "two", &six);
	people_enrol(&in, "two", &eight);
	instance_password_for(&in, "two");
	assert_int_equal(one_field("combined", "two", PASSWORD, token_code(&six, in.now, code)), PAM_SUCCESS);
	assert_int_equal(one_field("combined", "two", PASSWORD, token_code(&eight, in.now, code)),
			 PAM_SUCCESS);
	assert_int_equal(one_field("combined", "two", PASSWORD, code), PAM_AUTH_ERR);
}

static void automatic_with_two_prompts(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(login_answers(&in, "auto", "anna", PASSWORD, token_fresh_code(&token, &in, code)),
			 PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "auto", "anna", PASSWORD, code), PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "auto", "anna", "wrong", token_fresh_code(&token, &in, code)),
			 PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "auto", "anna", PASSWORD, ""), PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "auto", "anna", PASSWORD, recovery[3]), PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "auto", "anna", PASSWORD, recovery[3]), PAM_AUTH_ERR);
	assert_int_equal(login_answers(&in, "auto", "free", PASSWORD, ""), PAM_SUCCESS);
}

/* The code that belongs to the first field only counts when both answers are the same. */
static void automatic_with_a_code_in_the_first_field(void **state)
{
	char code[CODE_SIZE], field[64];

	(void)state;
	snprintf(field, sizeof field, "%s%s", PASSWORD, token_fresh_code(&token, &in, code));
	assert_int_equal(login_answers(&in, "auto", "anna", field, ""), PAM_AUTH_ERR);
	assert_int_equal(one_field("auto", "anna", PASSWORD, code), PAM_SUCCESS);
}

static void password_mode_asks_and_records_nothing(void **state)
{
	struct conv conv = {.answers = {PASSWORD}}, none = {0};

	(void)state;
	assert_int_equal(login_whole(&in, "password", "free", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 1); /* by pam_pwdfile */
	conv_clear(&conv);
	assert_int_equal(people_account(&in, "free").exists, false);
	/* libpam makes a refusal of a stack in which everybody stepped aside */
	assert_int_equal(login_auth(&in, "alone", "anna", &none), PAM_PERM_DENIED);
	assert_int_equal(none.n_said, 0);
	assert_int_equal(people_account(&in, "anna").open.failures, 0);
}

static void password_mode_does_not_step_aside_without_rempartd(void **state)
{
	(void)state;
	instance_halt(&in);
	assert_int_equal(login_answers(&in, "password", "free", PASSWORD, NULL), PAM_AUTHINFO_UNAVAIL);
	instance_resume(&in);
	assert_int_equal(login_answers(&in, "password", "free", PASSWORD, NULL), PAM_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prompt_before_the_password),
		cmocka_unit_test(prompt_takes_a_recovery_code_once),
		cmocka_unit_test(prompt_with_one_field),
		cmocka_unit_test(combined),
		cmocka_unit_test(automatic_with_one_field),
		cmocka_unit_test(one_field_takes_a_recovery_code_once),
		cmocka_unit_test(the_rest_is_handed_on),
		cmocka_unit_test(two_lengths_in_one_field),
		cmocka_unit_test(automatic_with_two_prompts),
		cmocka_unit_test(automatic_with_a_code_in_the_first_field),
		cmocka_unit_test(password_mode_asks_and_records_nothing),
		cmocka_unit_test(password_mode_does_not_step_aside_without_rempartd),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
