/* The sample services of config/pam.d, with a Debian-like common-auth below them. Run from the source tree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/mailboxes.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token token; /* of anna */

/* What stands in Debian's common- files, in short. libpam looks for those in /etc alone, so they are put in
 * here. */
static void sample(const char *name)
{
	char store[2 * INSTANCE_PATH + 8];
	const char *const common[][2] = {
		{"@include common-auth", "auth [success=1 default=ignore] pam_pwdfile.so\n"
					 "auth requisite pam_deny.so\n"
					 "auth required pam_permit.so"},
		{"@include common-account", "account required pam_permit.so"},
		{"pam_unix.so", store},
		{"pam_sss.so", store},
		{"@include common-session-noninteractive", "session required pam_permit.so"},
		{"@include common-session", "session required pam_permit.so"},
	};
	char path[64], *text;

	snprintf(store, sizeof store, "%s file=%s", in.store_module, in.stored);
	snprintf(path, sizeof path, "config/pam.d/%s", name);
	text = file_read(path);
	for (unsigned i = 0; i < sizeof common / sizeof *common; i++) {
		char *more = text_replace(text, common[i][0], common[i][1]);

		free(text);
		text = more;
	}
	assert_int_equal(text_count(text, "@include"), 0);
	instance_service(&in, name, text);
	free(text);
}

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	sample("sshd");
	sample("sudo");
	sample("portal");
	sample("common-password");
	sample("portal-reset");
	people_enrol(&in, "anna", &token);
	instance_password_for(&in, "anna");
	instance_password_for(&in, "free");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* Authentication, account, session: PAM_SUCCESS or the first refusal. Portals open no session, and pam_limits
 * in sudo's needs a user of the system. */
static int whole(const char *service, const char *user, const char *first, const char *second)
{
	struct conv conv = {.answers = {first, second}};
	struct login l;
	int ret;

	login_start(&l, &in, service, user, "192.0.2.1", &conv);
	ret = pam_authenticate(l.pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_acct_mgmt(l.pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_setcred(l.pamh, PAM_ESTABLISH_CRED);
	if (ret == PAM_SUCCESS && !strcmp(service, "sshd"))
		ret = pam_open_session(l.pamh, 0);
	login_end(&l);
	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
	return ret;
}

static int one_field(const char *service, const char *user, const char *code)
{
	char field[64];

	snprintf(field, sizeof field, "%s%s", PASSWORD, code);
	return whole(service, user, field, field);
}

static void sshd(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(whole("sshd", "anna", PASSWORD, token_fresh_code(&token, &in, code)), PAM_SUCCESS);
	assert_int_not_equal(whole("sshd", "anna", PASSWORD, code), PAM_SUCCESS);
	assert_int_not_equal(whole("sshd", "anna", PASSWORD, ""), PAM_SUCCESS);
	assert_int_not_equal(whole("sshd", "anna", "wrong", token_fresh_code(&token, &in, code)),
			     PAM_SUCCESS);
	assert_int_equal(one_field("sshd", "anna", token_fresh_code(&token, &in, code)), PAM_SUCCESS);
	assert_int_not_equal(one_field("sshd", "anna", ""), PAM_SUCCESS);
	assert_int_equal(whole("sshd", "free", PASSWORD, ""), PAM_SUCCESS);
	assert_int_not_equal(whole("sshd", "free", "wrong", ""), PAM_SUCCESS);
}

static void sudo(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(whole("sudo", "anna", PASSWORD, token_fresh_code(&token, &in, code)), PAM_SUCCESS);
	assert_int_not_equal(whole("sudo", "anna", PASSWORD, code), PAM_SUCCESS);
	assert_int_not_equal(whole("sudo", "anna", PASSWORD, ""), PAM_SUCCESS);
	assert_int_not_equal(whole("sudo", "anna", "wrong", token_fresh_code(&token, &in, code)),
			     PAM_SUCCESS);
	assert_int_equal(whole("sudo", "free", PASSWORD, ""), PAM_SUCCESS);
}

static void portal(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(one_field("portal", "anna", token_fresh_code(&token, &in, code)), PAM_SUCCESS);
	assert_int_not_equal(one_field("portal", "anna", code), PAM_SUCCESS);
	assert_int_not_equal(one_field("portal", "anna", ""), PAM_SUCCESS);
	assert_int_equal(one_field("portal", "free", ""), PAM_SUCCESS);
	assert_int_not_equal(one_field("portal", "free", token_fresh_code(&token, &in, code)), PAM_SUCCESS);
}

#define NEW "tulip anvil forty"

static int change(const char *service, const char *user, struct conv *conv)
{
	struct login l;
	int ret;

	unlink(in.stored);
	login_start(&l, &in, service, user, NULL, conv);
	ret = pam_chauthtok(l.pamh, 0);
	login_end(&l);
	assert_int_equal(access(in.stored, F_OK) == 0, ret == PAM_SUCCESS);
	conv_clear(conv);
	return ret;
}

static void assert_changes(const char *service)
{
	struct conv conv = {.answers = {NEW, NEW}};
	char *stored;

	assert_int_equal(change(service, "free", &conv), PAM_SUCCESS);
	stored = file_read(in.stored);
	assert_string_equal(stored, NEW);
	free(stored);
}

static void changing_the_password(void **state)
{
	(void)state;
	assert_changes("sshd");
	assert_changes("sudo");
	assert_changes("portal");
	assert_changes("common-password");
}

static void resetting_the_password(void **state)
{
	struct conv clean = {.answers = {NEW, NEW}}, none = {.answers = {""}}, wrong = {.always = NEW};
	struct conv right = {.answers = {NULL, NEW, NEW}};
	char code[CODE_SIZE];

	(void)state;
	mailboxes_register(&in, "anna", "anna@example.org");
	assert_int_equal(change("portal-reset", "anna", &clean), PAM_SUCCESS);
	mailboxes_flag(&in, "anna@example.org", 0);
	assert_int_equal(change("portal-reset", "anna", &none), PAM_PERM_DENIED);
	assert_int_equal(change("portal-reset", "anna", &wrong), PAM_PERM_DENIED);
	right.answers[0] = token_fresh_code(&token, &in, code);
	assert_int_equal(change("portal-reset", "anna", &right), PAM_SUCCESS);
}

/* Whoever fails sees the same, whichever of the two was wrong. */
static void nobody_learns_which_was_wrong(void **state)
{
	char right[CODE_SIZE], wrong[CODE_SIZE];
	int bad_code, bad_password, both;

	(void)state;
	token_fresh_code(&token, &in, right);
	token_wrong_code(&token, in.now, wrong);
	bad_code = whole("sshd", "anna", PASSWORD, wrong);
	both = whole("sshd", "anna", "wrong", wrong);
	bad_password = whole("sshd", "anna", "wrong", right);
	assert_int_equal(bad_code, PAM_AUTH_ERR);
	assert_int_equal(both, PAM_AUTH_ERR);
	assert_int_equal(bad_password, PAM_AUTH_ERR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sshd),
		cmocka_unit_test(sudo),
		cmocka_unit_test(portal),
		cmocka_unit_test(changing_the_password),
		cmocka_unit_test(resetting_the_password),
		cmocka_unit_test(nobody_learns_which_was_wrong),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
