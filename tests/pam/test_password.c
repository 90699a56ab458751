/* Leaked passwords from one end to the other: libpam, the module, rempartd and a corpus. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/leaks.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

/* Everybody's password, which this corpus has. */
#define LEAKED PASSWORD
#define FINE "tulip anvil forty"

static struct instance in;

static int start(void **state)
{
	char *text;

	(void)state;
	instance_start(&in, NULL, "[breach]\nchange_min = 1\n");
	leaks_known(&in);
	assert_true(asprintf(&text,
			     "auth required pam_rempart.so nodelay mode=auto\nauth required pam_pwdfile.so\n"
			     "account required pam_rempart.so\naccount required pam_permit.so\n"
			     "password requisite pam_rempart.so\npassword required %s use_authtok file=%s\n",
			     in.store_module, in.stored) > 0);
	instance_service(&in, "site", text);
	free(text);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static bool is_marked(const char *user)
{
	return people_account(&in, user).leaked_since != 0;
}

static int by_key(const char *user)
{
	struct conv conv = {0};
	struct login l;
	int ret;

	login_start(&l, &in, "site", user, NULL, &conv);
	ret = pam_acct_mgmt(l.pamh, 0);
	login_end(&l);
	conv_clear(&conv);
	return ret;
}

static int change(const char *user, const char *password)
{
	struct conv conv = {.always = password};
	struct login l;
	int ret;

	unlink(in.stored);
	login_start(&l, &in, "site", user, NULL, &conv);
	ret = pam_chauthtok(l.pamh, 0);
	login_end(&l);
	assert_int_equal(conv_said(&conv, "lists of stolen passwords"), ret != PAM_SUCCESS);
	assert_int_equal(access(in.stored, F_OK) == 0, ret == PAM_SUCCESS);
	conv_clear(&conv);
	return ret;
}

static void when_it_is_chosen(void **state)
{
	(void)state;
	assert_int_equal(change("chooser", LEAKED_TOO), PAM_AUTHTOK_ERR);
	assert_int_equal(change("chooser", FINE), PAM_SUCCESS);
	assert_false(is_marked("chooser"));
}

/* One login: the password is right and leaked, has to be changed, and is. */
static void when_it_is_presented(void **state)
{
	struct conv conv = {.answers = {LEAKED, "", LEAKED_TOO, LEAKED_TOO, FINE, FINE}};
	struct login l;

	(void)state;
	instance_password_for(&in, "claire");
	unlink(in.stored);
	login_start(&l, &in, "site", "claire", "192.0.2.1", &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_NEW_AUTHTOK_REQD);
	assert_true(conv_said(&conv, "Your password is in lists of stolen passwords"));
	assert_true(is_marked("claire"));
	assert_int_equal(pam_chauthtok(l.pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
	login_end(&l);
	assert_int_equal(conv.asked, 6);
	assert_false(is_marked("claire"));
	assert_int_equal(by_key("claire"), PAM_SUCCESS);
	conv_clear(&conv);
}

static void until_it_is_changed_the_account_stays_marked(void **state)
{
	struct conv conv = {.answers = {LEAKED, ""}};

	(void)state;
	instance_password_for(&in, "david");
	assert_int_equal(login_whole(&in, "site", "david", &conv), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(by_key("david"), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(change("david", LEAKED_TOO), PAM_AUTHTOK_ERR);
	assert_int_equal(by_key("david"), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(change("david", FINE), PAM_SUCCESS);
	assert_int_equal(by_key("david"), PAM_SUCCESS);
	conv_clear(&conv);
}

static void a_guess_marks_nobody(void **state)
{
	struct conv conv = {.answers = {LEAKED_TOO, ""}};

	(void)state;
	instance_password_for(&in, "emma");
	assert_int_equal(login_whole(&in, "site", "emma", &conv), PAM_AUTH_ERR);
	assert_false(is_marked("emma"));
	assert_int_equal(by_key("emma"), PAM_SUCCESS);
	conv_clear(&conv);
}

/* The corpus is gone, and policy has refused whom nobody can vouch for: no way in, and none to change. */
static void where_nobody_can_tell(void **state)
{
	struct conv conv = {.answers = {PASSWORD, ""}}, changing = {.always = FINE};
	struct login l;

	(void)state;
	instance_password_for(&in, "frank");
	instance_halt(&in);
	instance_configure(&in, "/corpus\n", "/nowhere\n");
	instance_configure(&in, "change_min = 1\n", "unknown_change = refuse\nunknown_login = refuse\n");
	instance_resume(&in);
	assert_int_equal(login_whole(&in, "site", "frank", &conv), PAM_AUTHINFO_UNAVAIL);
	assert_true(conv_said(&conv, "The password could not be checked just now."));
	assert_false(is_marked("frank"));
	unlink(in.stored);
	login_start(&l, &in, "site", "frank", NULL, &changing);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_AUTHTOK_ERR);
	login_end(&l);
	assert_true(conv_said(&changing, "The password could not be checked just now."));
	assert_int_equal(changing.asked, 2);
	assert_int_not_equal(access(in.stored, F_OK), 0);
	conv_clear(&conv);
	conv_clear(&changing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_it_is_chosen),
		cmocka_unit_test(when_it_is_presented),
		cmocka_unit_test(until_it_is_changed_the_account_stays_marked),
		cmocka_unit_test(a_guess_marks_nobody),
		cmocka_unit_test(where_nobody_can_tell),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
