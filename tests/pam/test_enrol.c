/* Self-enrolment in the conversation, as sshd and Cockpit show it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/base32.h"
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;

/* A person with a phone: reads the key off the screen, and types what the app shows. */
struct person {
	struct token phone;
	int mistakes;		      /* wrong codes before the right one */
	bool leaves;		      /* at the first prompt for a code */
	bool leaves_late;	      /* at the prompt after the recovery codes */
	char recovery[RECOVERY_SIZE]; /* the first one that was shown */
};

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL,
		       "[policy]\nenrolment = required\nself_enrolment = sshd sshd-fr\n"
		       "[throttle]\naccount_free = 100\npair_free = 100\n");
	instance_service(&in, "sshd",
			 "auth required pam_rempart.so nodelay\n"
			 "auth required pam_permit.so\n"
			 "account required pam_rempart.so\n");
	instance_service(&in, "sshd-fr",
			 "auth required pam_rempart.so nodelay lang=fr\n"
			 "auth required pam_permit.so\n"
			 "account required pam_rempart.so lang=fr\n");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* The key stands after the line that introduces it, in groups of four. */
static void read_key(const struct conv *c, struct token *t)
{
	const char *key = NULL;
	int n;

	for (unsigned i = 0; i < c->n_said; i++)
		if (strstr(c->said[i], "cannot scan it") || strstr(c->said[i], "pas le scanner"))
			key = strchr(c->said[i], '\n');
	assert_non_null(key);
	assert_int_equal(key[5], ' ');
	n = rp_base32_decode(key + 1, t->secret, sizeof t->secret);
	assert_int_equal(n, 20);
	t->secret_len = (size_t)n;
}

static void read_recovery(const struct conv *c, char out[RECOVERY_SIZE])
{
	const char *text = c->said[c->n_said - 2];

	assert_int_equal(text_count(text, "\n"), ST_RECOVERY_MAX + 1); /* after the heading, and each */
	snprintf(out, RECOVERY_SIZE, "%s", strchr(text, '\n') + 1);
	assert_int_equal(text_count(out, "-"), 5);
}

static char *answer(struct conv *c, const char *prompt)
{
	struct person *p = c->ctx;
	char code[CODE_SIZE];

	if (strstr(prompt, "Verification code") || strstr(prompt, "Code de vérification"))
		return strdup("");
	if (strstr(prompt, "Press Enter") || strstr(prompt, "Appuyez sur Entrée")) {
		read_recovery(c, p->recovery);
		return p->leaves_late ? NULL : strdup("");
	}
	assert_true(strstr(prompt, "Code that the app shows: ") ||
		    strstr(prompt, "Code affiché par l’application"));
	if (p->leaves)
		return NULL;
	read_key(c, &p->phone);
	if (p->mistakes-- > 0)
		return strdup(token_wrong_code(&p->phone, in.now, code));
	return strdup(token_code(&p->phone, in.now, code));
}

static unsigned active_tokens(const char *user)
{
	struct st_account a = people_account(&in, user);
	unsigned n = 0;

	for (int i = 0; i < a.n_tokens; i++)
		n += a.tokens[i].state == ST_TOKEN_ACTIVE;
	return n;
}

static void enrols_and_uses_it(void **state)
{
	struct person p = {0};
	struct conv conv = {.type = answer, .ctx = &p};
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "new", &conv), PAM_SUCCESS);
	assert_int_equal(conv.others, 0);
	assert_true(conv_said(&conv, "Please scan this QR code"));
	assert_true(conv_said(&conv, "\u2588\u2588\u2588\u2588"));
	conv_clear(&conv);
	assert_int_equal(active_tokens("new"), 1);
	assert_int_equal(login_answers(&in, "sshd", "new", "", NULL), PAM_AUTH_ERR);
	/* the code that confirmed it is used */
	assert_int_equal(login_answers(&in, "sshd", "new", token_code(&p.phone, in.now, code), NULL),
			 PAM_AUTH_ERR);
	instance_pass_time(&in, 30);
	assert_int_equal(login_answers(&in, "sshd", "new", token_code(&p.phone, in.now, code), NULL),
			 PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "sshd", "new", p.recovery, NULL), PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "sshd", "new", p.recovery, NULL), PAM_AUTH_ERR);
}

static void two_mistakes_are_forgiven(void **state)
{
	struct person p = {.mistakes = 2};
	struct conv conv = {.type = answer, .ctx = &p};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "clumsy", &conv), PAM_SUCCESS);
	assert_true(conv_said(&conv, "That code does not match."));
	conv_clear(&conv);
	assert_int_equal(active_tokens("clumsy"), 1);
}

static void three_mistakes_are_not(void **state)
{
	struct person p = {.mistakes = 3};
	struct conv conv = {.type = answer, .ctx = &p};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "stranger", &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.asked, 4); /* the login's own, and three */
	assert_true(conv_said(&conv, "nothing was set up"));
	assert_false(conv_said(&conv, "recovery"));
	conv_clear(&conv);
	assert_int_equal(active_tokens("stranger"), 0);
}

static void who_leaves_is_not_enrolled(void **state)
{
	struct person p = {.leaves = true};
	struct conv conv = {.type = answer, .ctx = &p};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "gone", &conv), PAM_PERM_DENIED);
	conv_clear(&conv);
	assert_int_equal(active_tokens("gone"), 0);
}

static void who_leaves_before_enter_is_enrolled_but_not_in(void **state)
{
	struct person p = {.leaves_late = true};
	struct conv conv = {.type = answer, .ctx = &p};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "hurried", &conv), PAM_PERM_DENIED);
	conv_clear(&conv);
	assert_int_equal(active_tokens("hurried"), 1);
}

/* Nothing is made for a caller that cannot show it. */
static void caller_without_messages(void **state)
{
	struct person p = {0};
	struct conv conv = {.type = answer, .ctx = &p, .refuse_messages = true};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "blind", &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.asked, 1);
	conv_clear(&conv);
	assert_false(people_account(&in, "blind").exists);
}

/* Wherever the messages stop, no code is asked for after that and none counts. */
static void caller_whose_messages_fail_on_the_way(void **state)
{
	(void)state;
	for (int shown = 1; shown <= 2; shown++) {
		struct person p = {0};
		struct conv conv = {.type = answer, .ctx = &p, .refuse_after = shown};

		assert_int_equal(login_whole(&in, "sshd", "halfway", &conv), PAM_PERM_DENIED);
		assert_int_equal(conv.asked, 1);
		conv_clear(&conv);
		assert_int_equal(active_tokens("halfway"), 0);
	}
}

static void recovery_codes_that_cannot_be_shown(void **state)
{
	struct person p = {0};
	struct conv conv = {.type = answer, .ctx = &p, .refuse_after = 3};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "half-done", &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.asked, 2);
	conv_clear(&conv);
	assert_int_equal(active_tokens("half-done"), 1);
}

static void silent_caller(void **state)
{
	struct person p = {0};
	struct conv conv = {.type = answer, .ctx = &p};
	struct login l;

	(void)state;
	login_start(&l, &in, "sshd", "quiet", "192.0.2.1", &conv);
	assert_int_equal(pam_authenticate(l.pamh, PAM_SILENT), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, PAM_SILENT), PAM_PERM_DENIED);
	assert_int_equal(conv.told, 0);
	assert_int_equal(conv.asked, 1);
	login_end(&l);
	conv_clear(&conv);
	assert_false(people_account(&in, "quiet").exists);
}

/* A caller that drops messages and gives its one answer to everything binds nothing. */
static void caller_with_one_answer(void **state)
{
	struct conv conv = {.always = PASSWORD};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd", "portal-user", &conv), PAM_PERM_DENIED);
	conv_clear(&conv);
	assert_int_equal(active_tokens("portal-user"), 0);
}

static void speaks_french(void **state)
{
	struct person p = {.mistakes = 1};
	struct conv conv = {.type = answer, .ctx = &p};

	(void)state;
	assert_int_equal(login_whole(&in, "sshd-fr", "marie", &conv), PAM_SUCCESS);
	assert_true(conv_said(&conv, "Scannez ce code QR"));
	assert_true(conv_said(&conv, "Ce code ne convient pas."));
	assert_true(conv_said(&conv, "vos codes de secours"));
	conv_clear(&conv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enrols_and_uses_it),
		cmocka_unit_test(two_mistakes_are_forgiven),
		cmocka_unit_test(three_mistakes_are_not),
		cmocka_unit_test(who_leaves_is_not_enrolled),
		cmocka_unit_test(who_leaves_before_enter_is_enrolled_but_not_in),
		cmocka_unit_test(caller_without_messages),
		cmocka_unit_test(caller_whose_messages_fail_on_the_way),
		cmocka_unit_test(recovery_codes_that_cannot_be_shown),
		cmocka_unit_test(silent_caller),
		cmocka_unit_test(caller_with_one_answer),
		cmocka_unit_test(speaks_french),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
