/* The table, every verdict in every phase, and its sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <security/_pam_types.h>
#include "pam_module/verdict.h"

/* Written down a second time, by hand: a change of the table has to be meant. */
static const int expected[RP_VERDICT_END][PM_PHASE_END] = {
	/* auth, account, chauthtok, reset, session */
	/* UNAVAILABLE */
	{PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* OK */
	{PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS},
	/* NOT_CONCERNED */
	{PAM_IGNORE, PAM_IGNORE, PAM_IGNORE, PAM_AUTHTOK_ERR, PAM_IGNORE},
	/* DENIED */
	{PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
	/* THROTTLED */
	{PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
	/* LOCKED */
	{PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
	/* ENROL */
	{PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
	/* GRACE */
	{PAM_AUTHINFO_UNAVAIL, PAM_SUCCESS, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* UNENROLLED */
	{PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
	/* FORBIDDEN */
	{PAM_CRED_INSUFFICIENT, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED},
	/* BAD_REQUEST */
	{PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* LEAKED */
	{PAM_AUTHINFO_UNAVAIL, PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* UNKNOWN */
	{PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* NO_ACCOUNT */
	{PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_SESSION_ERR},
	/* REFUSED */
	{PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR},
};

static void every_verdict_in_every_phase(void **state)
{
	(void)state;
	for (unsigned v = 0; v < RP_VERDICT_END; v++) {
		for (unsigned p = 0; p < PM_PHASE_END; p++)
			assert_int_equal(pm_verdict_code(v, (enum pm_phase)p), expected[v][p]);
	}
}

static void what_is_in_no_row_decides_nothing(void **state)
{
	(void)state;
	for (unsigned v = RP_VERDICT_END; v < 1000; v++)
		assert_int_equal(pm_verdict_code(v, PM_AUTH), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(pm_verdict_code(RP_OK, PM_PHASE_END), PAM_AUTHINFO_UNAVAIL);
}

static void check_sentence(const struct rp_reply *rep, enum pm_phase phase, const char *en, const char *fr)
{
	char out[512];

	pm_verdict_sentence(rep, phase, RP_EN, out, sizeof out);
	assert_string_equal(out, en);
	pm_verdict_sentence(rep, phase, RP_FR, out, sizeof out);
	assert_string_equal(out, fr);
}

static void throttled(void **state)
{
	struct rp_reply rep = {.verdict = RP_THROTTLED, .n1 = 8};

	(void)state;
	check_sentence(&rep, PM_AUTH, "Too many attempts. Try again in 8 s.",
		       "Trop de tentatives. Réessayez dans 8 s.");
	rep.n1 = 0;
	check_sentence(&rep, PM_AUTH, "Too many attempts. Please ask your help desk to unlock your account.",
		       "Trop de tentatives. Demandez à votre assistance de débloquer votre compte.");
}

static void grace_tells_the_day(void **state)
{
	const struct rp_reply rep = {.verdict = RP_GRACE, .n1 = 1772323200};

	(void)state;
	check_sentence(
		&rep, PM_ACCOUNT,
		"From 2026-03-01 on you need a verification code to log in. Please ask your help desk to "
		"set it up with you before that day.",
		"À partir du 01/03/2026, il vous faudra un code de vérification pour vous connecter. "
		"Demandez à votre assistance de l’installer avec vous d’ici là.");
}

/* Nobody learns in auth what the account is like: the stack has not authenticated him yet. */
static void auth_says_nothing_about_the_account(void **state)
{
	static const uint8_t quiet[] = {RP_OK,	  RP_NOT_CONCERNED, RP_DENIED,	  RP_LOCKED, RP_ENROL,
					RP_GRACE, RP_UNENROLLED,    RP_FORBIDDEN, RP_LEAKED, RP_UNKNOWN};

	(void)state;
	for (unsigned i = 0; i < sizeof quiet; i++) {
		struct rp_reply rep = {.verdict = quiet[i], .n1 = 1};

		check_sentence(&rep, PM_AUTH, "", "");
	}
}

/* Every refusal after authentication says what to do next, in French too. */
static void account_says_what_to_do(void **state)
{
	static const uint8_t told[] = {RP_UNAVAILABLE, RP_THROTTLED, RP_LOCKED, RP_UNENROLLED,
				       RP_BAD_REQUEST, RP_LEAKED,    RP_UNKNOWN};
	char en[512], fr[512];

	(void)state;
	for (unsigned i = 0; i < sizeof told; i++) {
		struct rp_reply rep = {.verdict = told[i]};

		pm_verdict_sentence(&rep, PM_ACCOUNT, RP_EN, en, sizeof en);
		pm_verdict_sentence(&rep, PM_ACCOUNT, RP_FR, fr, sizeof fr);
		assert_non_null(strstr(en, "lease"));
		assert_string_not_equal(en, fr);
	}
}

/* Nobody has been authenticated here either. What to do comes from the configuration, in its own language. */
static void a_reset_says_nothing_about_the_account(void **state)
{
	static const uint8_t quiet[] = {RP_OK,	    RP_NOT_CONCERNED, RP_LOCKED,    RP_ENROL,
					RP_GRACE,   RP_UNENROLLED,    RP_FORBIDDEN, RP_LEAKED,
					RP_UNKNOWN, RP_NO_ACCOUNT};
	struct rp_reply rep = {.t2 = "Tel. 01 23."};

	(void)state;
	for (unsigned i = 0; i < sizeof quiet; i++) {
		rep.verdict = quiet[i];
		check_sentence(&rep, PM_RESET, "", "");
	}
	rep.verdict = RP_REFUSED;
	check_sentence(&rep, PM_RESET, "The password cannot be reset here. Tel. 01 23.",
		       "Le mot de passe ne peut pas être réinitialisé ici. Tel. 01 23.");
	check_sentence(&rep, PM_CHAUTHTOK, "", "");
	rep.verdict = RP_DENIED;
	rep.t2[0] = '\0';
	check_sentence(&rep, PM_RESET, "With this code the password cannot be reset here.",
		       "Avec ce code, le mot de passe ne peut pas être réinitialisé ici.");
}

/* The longest text that fits into an answer is shown whole. */
static void a_long_text_of_the_administrator(void **state)
{
	struct rp_reply rep = {.verdict = RP_REFUSED};
	char out[PM_SENTENCE_SIZE];

	(void)state;
	memset(rep.t2, 'x', RP_T2_MAX);
	pm_verdict_sentence(&rep, PM_RESET, RP_FR, out, sizeof out);
	assert_non_null(strstr(out, rep.t2));
}

static void times_that_are_none(void **state)
{
	char out[48];

	(void)state;
	pm_date_time(1772374500, RP_EN, out, sizeof out);
	assert_string_equal(out, "2026-03-01 14:15 UTC");
	pm_date_time(1772374500, RP_FR, out, sizeof out);
	assert_string_equal(out, "01/03/2026 à 14:15 UTC");
	pm_date_time(UINT64_MAX, RP_EN, out, sizeof out);
	assert_string_equal(out, "?");
	pm_date((uint64_t)INT64_MAX, RP_EN, out, sizeof out);
	assert_string_equal(out, "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_in_every_phase),
		cmocka_unit_test(what_is_in_no_row_decides_nothing),
		cmocka_unit_test(throttled),
		cmocka_unit_test(grace_tells_the_day),
		cmocka_unit_test(auth_says_nothing_about_the_account),
		cmocka_unit_test(account_says_what_to_do),
		cmocka_unit_test(a_reset_says_nothing_about_the_account),
		cmocka_unit_test(a_long_text_of_the_administrator),
		cmocka_unit_test(times_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
