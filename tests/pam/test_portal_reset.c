/* Resets from one end to the other: libpam, the module, rempartd, its store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/leaks.h"
#include "tests/pam/mailboxes.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

#define FINE "tulip anvil forty"
#define HELP "Call 01 23 45 67 89."
#define REFUSED "The password cannot be reset here. " HELP
#define REFUSED_WITH_CODE "With this code the password cannot be reset here. " HELP

static struct instance in;
static struct token token; /* claire's, whose mailbox is flagged */

static void services(void)
{
	char *text;

	assert_true(asprintf(&text,
			     "password requisite pam_rempart.so reset retry=1\npassword required %s "
			     "use_authtok file=%s\n",
			     in.store_module, in.stored) > 0);
	instance_service(&in, "reset", text);
	instance_service(&in, "site",
			 "auth required pam_pwdfile.so\nauth required pam_rempart.so nodelay\n"
			 "account required pam_rempart.so\naccount required pam_permit.so\n"
			 "session required pam_rempart.so\n");
	free(text);
}

static void begin(const char *policy)
{
	instance_start(&in, NULL, policy);
	services();
	people_enrol(&in, "claire", &token);
	mailboxes_register(&in, "claire", "claire@example.org");
	mailboxes_flag(&in, "claire@example.org", 0);
	instance_password_for(&in, "claire");
	mailboxes_register(&in, "paul", "paul@example.org");
	instance_password_for(&in, "paul");
}

static int start(void **state)
{
	(void)state;
	begin("[mailbox]\nhelp_text = " HELP "\n");
	return 0;
}

static int start_with_leaks(void **state)
{
	start(state);
	leaks_known(&in);
	return 0;
}

/* rempart-fetch is asked, and does not answer. */
static int start_with_lookups(void **state)
{
	(void)state;
	begin("fetch = /nonexistent/fetch.sock\n[mailbox]\nlookup = yes\nhelp_text = " HELP "\n");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static int reset(const char *user, struct conv *conv)
{
	struct login l;
	int ret;

	unlink(in.stored);
	login_start(&l, &in, "reset", user, "192.0.2.1", conv);
	ret = pam_chauthtok(l.pamh, 0);
	login_end(&l);
	assert_int_equal(conv->others, 0);
	assert_int_equal(access(in.stored, F_OK) == 0, ret == PAM_SUCCESS);
	return ret;
}

/* Without a code: where none is asked for, what comes first is the new password. */
static int reset_plainly(const char *user)
{
	struct conv conv = {.always = FINE};
	int ret = reset(user, &conv);

	assert_int_equal(conv.asked, ret == PAM_SUCCESS ? 2 : 1);
	conv_clear(&conv);
	return ret;
}

static int reset_with(const char *user, const char *code)
{
	struct conv conv = {.answers = {code, FINE, FINE}};
	int ret = reset(user, &conv);

	assert_int_equal(conv.asked, ret == PAM_SUCCESS ? 3 : 1);
	conv_clear(&conv);
	return ret;
}

static void allowed(void **state)
{
	(void)state;
	assert_int_equal(reset_plainly("paul"), PAM_SUCCESS);
	assert_int_equal(people_events(&in, "paul", EN_MAILBOX_CLEAN), 2);
	assert_int_equal(people_account(&in, "paul").mail.reset, in.now);
}

static void flagged(void **state)
{
	struct conv conv = {.answers = {""}};

	(void)state;
	assert_int_equal(reset("claire", &conv), PAM_PERM_DENIED);
	assert_true(conv_said(&conv, REFUSED));
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_FLAGGED), 1);
	conv_clear(&conv);
	mailboxes_unflag(&in, "claire@example.org");
	assert_int_equal(reset_plainly("claire"), PAM_SUCCESS);
}

/* The code is used up, and so is what it opened. */
static void let_through_once_by_a_code(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	token_fresh_code(&token, &in, code);
	assert_int_equal(reset_with("claire", code), PAM_SUCCESS);
	assert_int_equal(people_events(&in, "claire", EN_TOTP), 1);
	assert_int_equal(people_events(&in, "claire", EN_GATE_OPEN), 1);
	assert_int_equal(people_account(&in, "claire").mail.gate, 0);
	assert_int_equal(reset_with("claire", code), PAM_PERM_DENIED);
	assert_int_equal(reset_with("claire", ""), PAM_PERM_DENIED);
}

static void let_through_once_by_a_recovery_code(void **state)
{
	char codes[ST_RECOVERY_MAX][RECOVERY_SIZE];

	(void)state;
	people_recovery(&in, "claire", codes);
	assert_int_equal(reset_with("claire", codes[3]), PAM_SUCCESS);
	assert_int_equal(people_events(&in, "claire", EN_RECOVERY), 1);
	assert_int_equal(reset_with("claire", codes[3]), PAM_PERM_DENIED);
	assert_int_equal(reset_with("claire", codes[4]), PAM_SUCCESS);
}

static void let_through_once_by_the_help_desk(void **state)
{
	const struct st_mail open = {.gate = INSTANCE_EPOCH + 1800};

	(void)state;
	mailboxes_set(&in, "claire", &open);
	assert_int_equal(reset_plainly("claire"), PAM_SUCCESS);
	assert_int_equal(reset_plainly("claire"), PAM_PERM_DENIED);
}

/* What somebody sees who types that: every prompt and message, one a line. Returns the PAM code. */
static int seen(const char *user, const char *code, char *out, size_t size)
{
	struct conv conv = {.answers = {code}};
	int ret = reset(user, &conv);
	size_t at = 0;

	for (unsigned i = 0; i < conv.n_said; i++)
		at += (size_t)snprintf(out + at, size - at, "%s\n", conv.said[i]);
	conv_clear(&conv);
	return ret;
}

/* A flagged mailbox, a locked account, one without an address, and a name that nobody has, all alike; with
 * each further wrong code too. */
static void nobody_learns_who_there_is(void **state)
{
	static const char *const others[] = {"locked", "no-address", "nobody-at-all"};
	char code[CODE_SIZE], claire[2048], other[2048];
	struct token t = {0};

	(void)state;
	people_lock(&in, "locked", true);
	people_enrol(&in, "no-address", &t);
	token_wrong_code(&token, in.now, code);
	for (unsigned i = 0; i < 8; i++) {
		const char *typed = i ? code : "";
		int ret = seen("claire", typed, claire, sizeof claire);

		assert_int_equal(ret, PAM_PERM_DENIED);
		assert_non_null(strstr(claire, i == 0  ? REFUSED
					       : i < 7 ? REFUSED_WITH_CODE
						       : "Too many attempts. Try again in"));
		for (unsigned n = 0; n < 3; n++) {
			assert_int_equal(seen(others[n], typed, other, sizeof other), ret);
			assert_string_equal(other, claire);
		}
	}
}

/* The code opened the gate, and a password that is refused does not shut it. */
static void a_leaked_new_password(void **state)
{
	char code[CODE_SIZE];
	struct conv conv = {.answers = {token_fresh_code(&token, &in, code), LEAKED_TOO, LEAKED_TOO}};

	(void)state;
	assert_int_equal(reset("claire", &conv), PAM_AUTHTOK_ERR);
	assert_true(conv_said(&conv, "This password is in lists of stolen passwords"));
	conv_clear(&conv);
	assert_int_equal(reset_plainly("claire"), PAM_SUCCESS);
	assert_int_equal(reset_plainly("claire"), PAM_PERM_DENIED);
}

static int log_in(const char *user, const char *code, struct conv *conv)
{
	struct login l;
	int ret;

	*conv = (struct conv){.answers = {PASSWORD, code}};
	login_start(&l, &in, "site", user, "192.0.2.1", conv);
	ret = pam_authenticate(l.pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_acct_mgmt(l.pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_open_session(l.pamh, 0);
	login_end(&l);
	return ret;
}

/* Nobody has to have a code here, but for whom a reset has just been let through. */
static void the_login_after_a_reset(void **state)
{
	char code[CODE_SIZE];
	struct conv conv;
	struct token t;

	(void)state;
	assert_int_equal(log_in("paul", "", &conv), PAM_SUCCESS);
	conv_clear(&conv);
	assert_int_equal(reset_plainly("paul"), PAM_SUCCESS);
	assert_int_not_equal(log_in("paul", "", &conv), PAM_SUCCESS);
	conv_clear(&conv);
	t = (struct token){0};
	people_enrol(&in, "paul", &t);
	assert_int_not_equal(log_in("paul", "", &conv), PAM_SUCCESS);
	conv_clear(&conv);
	assert_int_equal(log_in("paul", token_fresh_code(&t, &in, code), &conv), PAM_SUCCESS);
	conv_clear(&conv);
	assert_int_equal(people_account(&in, "paul").mail.reset, 0);
}

static void a_flagged_mailbox_is_told_once(void **state)
{
	const char *told = "nobody can reset your password through it. Please change the password of that "
			   "mailbox. " HELP;
	char code[CODE_SIZE];
	struct conv conv;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(log_in("claire", token_fresh_code(&token, &in, code), &conv), PAM_SUCCESS);
		assert_int_equal(conv_said(&conv, told), i == 0);
		conv_clear(&conv);
	}
	assert_int_equal(log_in("paul", "", &conv), PAM_SUCCESS);
	assert_false(conv_said(&conv, told));
	conv_clear(&conv);
	assert_int_equal(people_events(&in, NULL, EN_MAILBOX_TOLD), 1);
}

/* Answers are kept back for as long as a lookup may take, twice here, and both are in time. */
static void while_answers_are_kept_back(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	mailboxes_unflag(&in, "claire@example.org");
	assert_int_equal(reset_with("claire", token_fresh_code(&token, &in, code)), PAM_SUCCESS);
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_UNKNOWN), 1);
	assert_int_equal(people_events(&in, "claire", EN_GATE_OPEN), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(allowed, start, stop),
		cmocka_unit_test_setup_teardown(flagged, start, stop),
		cmocka_unit_test_setup_teardown(let_through_once_by_a_code, start, stop),
		cmocka_unit_test_setup_teardown(let_through_once_by_a_recovery_code, start, stop),
		cmocka_unit_test_setup_teardown(let_through_once_by_the_help_desk, start, stop),
		cmocka_unit_test_setup_teardown(nobody_learns_who_there_is, start, stop),
		cmocka_unit_test_setup_teardown(a_leaked_new_password, start_with_leaks, stop),
		cmocka_unit_test_setup_teardown(the_login_after_a_reset, start, stop),
		cmocka_unit_test_setup_teardown(a_flagged_mailbox_is_told_once, start, stop),
		cmocka_unit_test_setup_teardown(while_answers_are_kept_back, start_with_lookups, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
