/* Callers as they are: unprivileged, without environment, silent; sessions, failure delays, languages. */
#include <grp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

#define PORTAL 65534 /* as who a portal of root's tests runs */
#define STRANGER 65533

static struct instance in;

static void stacks(void)
{
	instance_service(&in, "site",
			 "auth required pam_pwdfile.so\n"
			 "auth required pam_rempart.so nodelay\n"
			 "account required pam_rempart.so\n"
			 "password required pam_rempart.so\n"
			 "password required pam_permit.so\n"
			 "session required pam_rempart.so\n");
	instance_service(&in, "site-fr",
			 "auth required pam_rempart.so nodelay lang=fr\n"
			 "session required pam_rempart.so lang=fr\n");
	instance_service(&in, "slow", "auth required pam_rempart.so\n");
}

static int start(void **state)
{
	char portals[32];

	(void)state;
	snprintf(portals, sizeof portals, "%u %u", PORTAL, (unsigned)getuid());
	instance_start(&in, portals, "");
	stacks();
	return 0;
}

/* Nobody is listed: who is not root may only ask about himself. */
static int start_without_portals(void **state)
{
	(void)state;
	instance_start(&in, "", "");
	stacks();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

struct attempt {
	const char *user;
	char code[CODE_SIZE];
};

static int attempt(const struct attempt *a)
{
	struct conv conv = {.answers = {PASSWORD, a->code}};

	return login_whole(&in, "site", a->user, &conv);
}

/* The same from a worker as nginx and LemonLDAP::NG have them: that user (where this test may change it), no
 * supplementary groups, no environment, umask 0. */
static int attempt_as(uid_t uid, const struct attempt *a)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		if (!geteuid() && (setgroups(0, NULL) || setgid(uid) || setuid(uid)))
			_exit(255);
		umask(0);
		clearenv();
		_exit(attempt(a));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void enrol(const char *user, struct token *t)
{
	people_enrol(&in, user, t);
	instance_password_for(&in, user);
}

static void a_portal_without_privileges(void **state)
{
	struct attempt a = {.user = "doctor"};
	struct token t = {0};

	(void)state;
	enrol(a.user, &t);
	token_wrong_code(&t, in.now, a.code);
	assert_int_equal(attempt_as(PORTAL, &a), PAM_AUTH_ERR);
	token_code(&t, in.now, a.code);
	assert_int_equal(attempt_as(PORTAL, &a), PAM_SUCCESS);
	assert_int_equal(attempt_as(PORTAL, &a), PAM_AUTH_ERR);
}

/* Whoever is not listed may not try codes of others, and does not even learn whether they have one. */
static void a_stranger(void **state)
{
	struct attempt a = {.user = "doctor"}, b = {.user = "unknown", .code = "123456"};
	struct token t = {0};

	(void)state;
	enrol(a.user, &t);
	instance_password_for(&in, b.user);
	token_code(&t, in.now, a.code);
	assert_int_equal(attempt_as(STRANGER, &a), PAM_CRED_INSUFFICIENT);
	assert_int_equal(attempt_as(STRANGER, &b), PAM_CRED_INSUFFICIENT);
	assert_int_equal(people_account(&in, "doctor").failures_since, 0);
	assert_int_equal(people_events(&in, NULL, EN_PEER), 2);
}

static int log_in(struct login *l, const char *user, const char *source, const struct token *t,
		  struct conv *conv)
{
	static char code[CODE_SIZE];

	*conv = (struct conv){.answers = {PASSWORD, token_code(t, in.now, code)}};
	login_start(l, &in, "site", user, source, conv);
	return pam_authenticate(l->pamh, 0);
}

static void log_in_and_out(const char *user, const char *source, const struct token *t, struct conv *conv)
{
	struct login l;

	assert_int_equal(log_in(&l, user, source, t, conv), PAM_SUCCESS);
	assert_int_equal(pam_open_session(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_close_session(l.pamh, 0), PAM_SUCCESS);
	login_end(&l);
}

static void last_login_is_told(void **state)
{
	struct token t = {0};
	struct conv conv;
	char wrong[CODE_SIZE];

	(void)state;
	enrol("eve", &t);
	log_in_and_out("eve", "192.0.2.7", &t, &conv);
	assert_false(conv_said(&conv, "Last login"));
	conv_clear(&conv);

	instance_pass_time(&in, 3600);
	log_in_and_out("eve", "192.0.2.8", &t, &conv);
	assert_true(conv_said(&conv, "Last login: 2026-03-01 00:00 UTC from 192.0.2.7."));
	assert_false(conv_said(&conv, "since"));
	conv_clear(&conv);

	instance_pass_time(&in, 3600);
	assert_int_equal(login_answers(&in, "site", "eve", PASSWORD, token_wrong_code(&t, in.now, wrong)),
			 PAM_AUTH_ERR);
	log_in_and_out("eve", "192.0.2.7", &t, &conv);
	assert_true(
		conv_said(&conv, "Last login: 2026-03-01 01:00 UTC from 192.0.2.8. 1 failed attempt since."));
	conv_clear(&conv);
	assert_int_equal(people_events(&in, "eve", EN_OPENED), 3);
	assert_int_equal(people_events(&in, "eve", EN_CLOSED), 3);
}

static void last_login_in_french(void **state)
{
	struct conv conv = {0};
	struct token t = {0};
	struct login l;

	(void)state;
	enrol("odile", &t);
	log_in_and_out("odile", "192.0.2.7", &t, &conv);
	conv_clear(&conv);
	instance_pass_time(&in, 3600);
	for (int n = 0; n < 2; n++)
		assert_int_equal(login_answers(&in, "site", "odile", PASSWORD, ""), PAM_AUTH_ERR);
	login_start(&l, &in, "site-fr", "odile", NULL, &conv);
	assert_int_equal(pam_open_session(l.pamh, 0), PAM_SUCCESS);
	login_end(&l);
	assert_true(conv_said(&conv, "Dernière connexion\u00a0: le 01/03/2026 à 00:00 UTC depuis 192.0.2.7. "
				     "2 échecs depuis."));
	conv_clear(&conv);
}

static void silent_sessions(void **state)
{
	struct token t = {0};
	struct conv conv;
	struct login l;

	(void)state;
	enrol("cron", &t);
	log_in_and_out("cron", "192.0.2.7", &t, &conv);
	conv_clear(&conv);
	conv = (struct conv){0};
	instance_pass_time(&in, 3600);
	login_start(&l, &in, "site", "cron", NULL, &conv);
	assert_int_equal(pam_open_session(l.pamh, PAM_SILENT), PAM_SUCCESS);
	assert_int_equal(conv.n_said, 0);
	login_end(&l);
}

/* What a stranger put into PAM_RHOST reaches a terminal without its control characters. */
static void sources_are_tame(void **state)
{
	struct token t = {0};
	struct conv conv;

	(void)state;
	enrol("tame", &t);
	log_in_and_out("tame", "\x1b[2Jevil\n", &t, &conv);
	conv_clear(&conv);
	instance_pass_time(&in, 3600);
	log_in_and_out("tame", "192.0.2.7", &t, &conv);
	assert_true(conv_said(&conv, "from ?[2jevil?."));
	conv_clear(&conv);
}

static void changing_the_password(void **state)
{
	struct conv conv = {.answers = {"tulip anvil forty", "tulip anvil forty"}};
	struct login l;

	(void)state;
	login_start(&l, &in, "site", "locked", NULL, &conv);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_SUCCESS);
	people_lock(&in, "locked", true);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_PERM_DENIED);
	assert_true(conv_said(&conv, "Your account is locked."));
	login_end(&l);
	conv_clear(&conv);
}

static void a_failure_asks_for_one_delay(void **state)
{
	struct conv slow = {.answers = {"000000"}}, quick = {.answers = {PASSWORD, ""}}, right = {0};
	struct token t = {0};
	char code[CODE_SIZE];

	(void)state;
	enrol("brute", &t);
	slow.answers[0] = token_wrong_code(&t, in.now, code);
	assert_int_equal(login_auth(&in, "slow", "brute", &slow), PAM_AUTH_ERR);
	assert_int_equal(slow.n_delays, 1);
	assert_in_range(slow.delay, 500000, 1500000); /* libpam varies it by half */
	assert_int_equal(login_auth(&in, "site", "brute", &quick), PAM_AUTH_ERR);
	assert_int_equal(quick.n_delays, 0);
	right.answers[0] = token_code(&t, in.now, code);
	assert_int_equal(login_auth(&in, "slow", "brute", &right), PAM_SUCCESS);
	assert_int_equal(right.n_delays, 0);
	conv_clear(&slow);
	conv_clear(&quick);
	conv_clear(&right);
}

static bool prompts_in_french(const char *service)
{
	struct conv conv = {.answers = {PASSWORD, ""}};
	bool french;

	instance_service(&in, "tongue", service);
	login_auth(&in, "tongue", "anybody", &conv);
	french = conv_said(&conv, "Code de vérification (Entrée si vous n’en avez pas)\u00a0: ");
	assert_true(french || conv_said(&conv, "Verification code (press Enter if you have none): "));
	conv_clear(&conv);
	return french;
}

/* The service file says, else LANG does, where the program has set no locale. */
static void which_language(void **state)
{
	const char *plain = "auth required pam_rempart.so nodelay\n";

	(void)state;
	unsetenv("LANG");
	assert_false(prompts_in_french(plain));
	setenv("LANG", "fr_FR.UTF-8", 1);
	assert_true(prompts_in_french(plain));
	assert_false(prompts_in_french("auth required pam_rempart.so nodelay lang=en\n"));
	setenv("LANG", "en_GB.UTF-8", 1);
	assert_false(prompts_in_french(plain));
	assert_true(prompts_in_french("auth required pam_rempart.so nodelay lang=fr\n"));
	unsetenv("LANG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_portal_without_privileges, start, stop),
		cmocka_unit_test_setup_teardown(a_stranger, start_without_portals, stop),
		cmocka_unit_test_setup_teardown(last_login_is_told, start, stop),
		cmocka_unit_test_setup_teardown(last_login_in_french, start, stop),
		cmocka_unit_test_setup_teardown(silent_sessions, start, stop),
		cmocka_unit_test_setup_teardown(sources_are_tame, start, stop),
		cmocka_unit_test_setup_teardown(changing_the_password, start, stop),
		cmocka_unit_test_setup_teardown(a_failure_asks_for_one_delay, start, stop),
		cmocka_unit_test_setup_teardown(which_language, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
