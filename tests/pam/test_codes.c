/* Which codes log somebody in, through libpam and rempartd. */
#include <stdio.h>
#include <string.h>
#include "engine/reason.h"
#include "engine/totp.h"
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[throttle]\naccount_free = 100\npair_free = 100\nsource_free = 1000\n");
	instance_service(&in, "site",
			 "auth required pam_pwdfile.so\n"
			 "auth required pam_rempart.so nodelay\n"
			 "account required pam_rempart.so\n");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static int try(const char *user, const char *code)
{
	return login_answers(&in, "site", user, PASSWORD, code);
}

static void enrol(const char *user, struct token *t)
{
	people_enrol(&in, user, t);
	instance_password_for(&in, user);
}

static void right_code(void **state)
{
	struct conv conv = {.answers = {PASSWORD, NULL}};
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("right", &t);
	conv.answers[1] = token_code(&t, in.now, code);
	assert_int_equal(login_whole(&in, "site", "right", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 2);
	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
}

static void right_code_wrong_password(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("nopw", &t);
	assert_int_not_equal(login_answers(&in, "site", "nopw", "wrong", token_code(&t, in.now, code)),
			     PAM_SUCCESS);
}

static void wrong_code(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("wrong", &t);
	assert_int_equal(try("wrong", token_wrong_code(&t, in.now, code)), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "wrong", EN_WRONG), 1);
}

static void empty_code(void **state)
{
	struct token t = {0};

	(void)state;
	enrol("empty", &t);
	assert_int_equal(try("empty", ""), PAM_AUTH_ERR);
	assert_int_equal(try("empty", "  "), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "empty", EN_EMPTY), 2);
}

/* A password in the code's field is counted as an attempt, and is neither sent nor taken for empty. */
static void password_as_code(void **state)
{
	struct token t = {0};

	(void)state;
	enrol("mixed", &t);
	assert_int_equal(try("mixed", PASSWORD), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "mixed", EN_WRONG), 1);
	assert_int_equal(people_account(&in, "mixed").failures_since, 1);
}

static void old_code(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("old", &t);
	assert_int_equal(try("old", token_code(&t, in.now - 60, code)), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "old", EN_OLD), 1);
	assert_int_equal(try("old", token_code(&t, in.now - 30, code)), PAM_SUCCESS);
}

static void future_code(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("future", &t);
	assert_int_equal(try("future", token_code(&t, in.now + 60, code)), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "future", EN_FUTURE), 1);
	assert_int_equal(try("future", token_code(&t, in.now + 30, code)), PAM_SUCCESS);
}

static void used_code(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("used", &t);
	token_code(&t, in.now, code);
	assert_int_equal(try("used", code), PAM_SUCCESS);
	assert_int_equal(try("used", code), PAM_AUTH_ERR);
	assert_int_equal(people_events(&in, "used", EN_USED), 1);
	/* nor the one before it, which has not been used but is older */
	assert_int_equal(try("used", token_code(&t, in.now - 30, code)), PAM_AUTH_ERR);
	instance_pass_time(&in, 30);
	assert_int_equal(try("used", token_code(&t, in.now, code)), PAM_SUCCESS);
}

static void used_code_after_a_restart(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("restart", &t);
	token_code(&t, in.now, code);
	assert_int_equal(try("restart", code), PAM_SUCCESS);
	instance_halt(&in);
	assert_int_equal(try("restart", code), PAM_AUTHINFO_UNAVAIL);
	instance_resume(&in);
	assert_int_equal(try("restart", code), PAM_AUTH_ERR);
}

static void every_kind_of_token(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 12; n++) {
		struct token t = {EN_SHA1 + n % 3, n / 3 % 2 ? 8 : 6, n / 6 ? 60 : 30, {0}, 0};
		char user[16], code[CODE_SIZE];

		snprintf(user, sizeof user, "kind%u", n);
		enrol(user, &t);
		assert_int_equal(try(user, token_wrong_code(&t, in.now, code)), PAM_AUTH_ERR);
		assert_int_equal(try(user, token_code(&t, in.now, code)), PAM_SUCCESS);
		assert_int_equal(strlen(code), t.digits);
		assert_int_equal(try(user, code), PAM_AUTH_ERR);
	}
}

static void phone_and_spare(void **state)
{
	struct token phone = {0}, spare = {EN_SHA256, 8, 60, {0}, 0};
	char code[CODE_SIZE];

	(void)state;
	enrol("both", &phone);
	people_enrol(&in, "both", &spare);
	assert_int_equal(try("both", token_code(&spare, in.now, code)), PAM_SUCCESS);
	assert_int_equal(try("both", code), PAM_AUTH_ERR);
	assert_int_equal(try("both", token_code(&phone, in.now, code)), PAM_SUCCESS);
	assert_int_equal(try("both", code), PAM_AUTH_ERR);
}

static void another_ones_code(void **state)
{
	struct token mine = {0}, yours = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("mine", &mine);
	enrol("yours", &yours);
	assert_int_equal(try("mine", token_code(&yours, in.now, code)), PAM_AUTH_ERR);
	assert_int_equal(try("yours", code), PAM_SUCCESS);
}

static void recovery_code_once(void **state)
{
	char codes[ST_RECOVERY_MAX][RECOVERY_SIZE], lower[RECOVERY_SIZE];
	struct token t = {0};

	(void)state;
	enrol("lost", &t);
	people_recovery(&in, "lost", codes);
	assert_int_equal(try("lost", codes[3]), PAM_SUCCESS);
	assert_int_equal(try("lost", codes[3]), PAM_AUTH_ERR);
	for (int i = 0; i < RECOVERY_SIZE; i++)
		lower[i] =
			codes[4][i] >= 'A' && codes[4][i] <= 'Z' ? (char)(codes[4][i] | 0x20) : codes[4][i];
	assert_int_equal(try("lost", lower), PAM_SUCCESS);
	assert_int_equal(try("lost", codes[4]), PAM_AUTH_ERR);
	assert_int_equal(people_account(&in, "lost").n_recovery, ST_RECOVERY_MAX - 2);
}

static void codes_with_blanks(void **state)
{
	struct token t = {0};
	char code[CODE_SIZE], spaced[CODE_SIZE + 8];

	(void)state;
	enrol("blanks", &t);
	token_code(&t, in.now, code);
	snprintf(spaced, sizeof spaced, " %.3s %s ", code, code + 3);
	assert_int_equal(try("blanks", spaced), PAM_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_code),
		cmocka_unit_test(right_code_wrong_password),
		cmocka_unit_test(wrong_code),
		cmocka_unit_test(empty_code),
		cmocka_unit_test(password_as_code),
		cmocka_unit_test(old_code),
		cmocka_unit_test(future_code),
		cmocka_unit_test(used_code),
		cmocka_unit_test(used_code_after_a_restart),
		cmocka_unit_test(every_kind_of_token),
		cmocka_unit_test(phone_and_spare),
		cmocka_unit_test(another_ones_code),
		cmocka_unit_test(recovery_code_once),
		cmocka_unit_test(codes_with_blanks),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
