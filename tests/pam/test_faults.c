/* Faults: whatever is wrong with rempartd, the socket, the arguments or the caller, nobody gets in by it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/protocol.h"
#include "tests/pam/conv.h"
#include "tests/pam/peer.h"
#include "tests/unit/cmocka_all.h"

#define NOBODY 65534

static struct instance in;

/* A stack of this module and nothing else: what it returns is what libpam returns, but for PAM_IGNORE, of
 * which libpam makes PAM_PERM_DENIED. */
static void alone(const char *name, const char *args)
{
	char text[512];

	snprintf(text, sizeof text,
		 "auth required pam_rempart.so nodelay %s\naccount required pam_rempart.so %s\n"
		 "password required pam_rempart.so %s\nsession required pam_rempart.so %s\n",
		 args, args, args, args);
	instance_service(&in, name, text);
}

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	alone("prompt", "");
	alone("combined", "mode=combined");
	alone("auto", "mode=auto");
	alone("password", "mode=password");
	alone("nobodys", "server_user=nobody");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* What each phase returns; setcred last. */
struct results {
	int auth, account, chauthtok, open, close, setcred;
};

static struct results every_phase(const char *service, const char *user)
{
	struct conv conv = {.always = "x123456"};
	struct results r;
	struct login l;

	login_start(&l, &in, service, user, "192.0.2.1", &conv);
	r.auth = pam_authenticate(l.pamh, 0);
	login_end(&l);
	login_start(&l, &in, service, user, "192.0.2.1", &conv);
	r.account = pam_acct_mgmt(l.pamh, 0);
	r.chauthtok = pam_chauthtok(l.pamh, 0);
	r.open = pam_open_session(l.pamh, 0);
	r.close = pam_close_session(l.pamh, 0);
	r.setcred = pam_setcred(l.pamh, PAM_ESTABLISH_CRED);
	login_end(&l);
	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
	return r;
}

static void assert_unavailable(const char *service)
{
	struct results r = every_phase(service, "martin");

	assert_int_equal(r.auth, PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(r.account, PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(r.chauthtok, PAM_AUTHTOK_ERR);
	assert_int_equal(r.open, PAM_SESSION_ERR);
	assert_int_equal(r.close, PAM_SESSION_ERR);
	assert_int_equal(r.setcred, PAM_SUCCESS);
}

static void nobody_listens(void **state)
{
	static const char *const services[] = {"prompt", "combined", "auto", "password"};

	(void)state;
	for (unsigned i = 0; i < sizeof services / sizeof *services; i++)
		assert_unavailable(services[i]);
}

static void answers_that_are_none(void **state)
{
	(void)state;
	for (unsigned kind = PEER_GONE; kind <= PEER_VERSION; kind++) {
		pid_t peer = peer_start(&in, (enum peer_kind)kind, geteuid());

		assert_unavailable("prompt");
		assert_unavailable("combined");
		assert_unavailable("password");
		peer_stop(peer);
	}
}

/* The budget bounds the phase, two questions or one. That this test ends is what it shows of time. */
static void no_answer_at_all(void **state)
{
	pid_t peer = peer_start(&in, PEER_SILENT, geteuid());

	(void)state;
	assert_int_equal(login_answers(&in, "combined", "martin", "x123456", NULL), PAM_AUTHINFO_UNAVAIL);
	peer_stop(peer);
}

/* The table of verdicts, seen from outside libpam. */
static void every_verdict(void **state)
{
	static const struct results expected[RP_VERDICT_END] = {
		[RP_UNAVAILABLE] = {PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR,
				    PAM_SESSION_ERR, PAM_SESSION_ERR, 0},
		[RP_OK] = {0, 0, 0, 0, 0, 0},
		/* PAM_IGNORE in all of them */
		[RP_NOT_CONCERNED] = {PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED,
				      PAM_PERM_DENIED, 0},
		[RP_DENIED] = {PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR,
			       PAM_SESSION_ERR, 0},
		[RP_THROTTLED] = {PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR,
				  PAM_SESSION_ERR, 0},
		[RP_LOCKED] = {PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR,
			       PAM_SESSION_ERR, 0},
		[RP_ENROL] = {PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR,
			      PAM_SESSION_ERR, 0},
		[RP_GRACE] = {PAM_AUTHINFO_UNAVAIL, 0, PAM_AUTHTOK_ERR, PAM_SESSION_ERR, PAM_SESSION_ERR, 0},
		[RP_UNENROLLED] = {PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR,
				   PAM_SESSION_ERR, 0},
		[RP_FORBIDDEN] = {PAM_CRED_INSUFFICIENT, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED,
				  PAM_PERM_DENIED, 0},
		[RP_BAD_REQUEST] = {PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR,
				    PAM_SESSION_ERR, PAM_SESSION_ERR, 0},
	};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	for (int v = 0; v < RP_VERDICT_END; v++) {
		struct results r;
		char user[8];

		snprintf(user, sizeof user, "%d", v);
		r = every_phase("prompt", user);
		assert_memory_equal(&r, &expected[v], sizeof r);
		r = every_phase("combined", user);
		assert_memory_equal(&r, &expected[v], sizeof r);
	}
	peer_stop(peer);
}

/* The password's two phases are two questions, and can be told apart. */
static void changing_the_password_asks_twice(void **state)
{
	pid_t peer = peer_start(&in, PEER_PRELIM, geteuid());
	struct conv conv = {0};
	struct login l;

	(void)state;
	login_start(&l, &in, "prompt", "martin", NULL, &conv);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_PERM_DENIED);
	assert_true(conv_said(&conv, "Your account is locked."));
	login_end(&l);
	conv_clear(&conv);
	peer_stop(peer);
}

/* Only root, this process's user and server_user are believed. It takes root to be two of them. */
static void somebody_elses_server(void **state)
{
	pid_t peer;

	(void)state;
	if (geteuid())
		skip();
	peer = peer_start(&in, PEER_VERDICT, NOBODY);
	assert_int_equal(login_answers(&in, "prompt", "1", "123456", NULL), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(login_answers(&in, "nobodys", "1", "123456", NULL), PAM_SUCCESS);
	peer_stop(peer);
}

/* A typo in any line refuses in every phase, whatever rempartd would say. */
static void wrong_arguments(void **state)
{
	static const char *const wrong[] = {"mode=promt",   "nullok",	"lang=de",   "socket=relative",
					    "server_user=", "no-delay", "debug=yes", "mode=prompt,debug"};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct results r;

		alone("typo", wrong[i]);
		r = every_phase("typo", "1");
		assert_int_equal(r.auth, PAM_SERVICE_ERR);
		assert_int_equal(r.account, PAM_SERVICE_ERR);
		assert_int_equal(r.chauthtok, PAM_SERVICE_ERR);
		assert_int_equal(r.open, PAM_SERVICE_ERR);
		assert_int_equal(r.close, PAM_SERVICE_ERR);
		assert_int_equal(r.setcred, PAM_SERVICE_ERR);
	}
	peer_stop(peer);
}

/* A name that no account can have: the same prompt, the same refusal, and nothing is sent. */
static void names_out_of_bounds(void **state)
{
	char name[RP_USER_MAX + 2];
	struct conv conv = {.always = "123456"};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());
	struct results r;

	(void)state;
	memset(name, '1', sizeof name); /* RP_OK, if it were sent */
	name[RP_USER_MAX + 1] = '\0';
	assert_int_equal(login_auth(&in, "prompt", name, &conv), PAM_AUTH_ERR);
	assert_int_equal(conv.asked, 1);
	assert_int_equal(conv.n_said, 1);
	conv_clear(&conv);
	r = every_phase("combined", name);
	assert_int_equal(r.auth, PAM_AUTH_ERR);
	assert_int_equal(r.account, PAM_PERM_DENIED);
	assert_int_equal(r.open, PAM_SESSION_ERR);
	assert_int_equal(every_phase("password", name).auth, PAM_AUTH_ERR);
	assert_int_equal(every_phase("prompt", "").auth, PAM_AUTH_ERR);
	peer_stop(peer);
}

/* A service's name that is too long is not cut: what is left might be exempt. */
static void service_out_of_bounds(void **state)
{
	char name[RP_SERVICE_MAX + 2];
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	memset(name, 's', sizeof name);
	name[RP_SERVICE_MAX + 1] = '\0';
	alone(name, "");
	assert_int_equal(every_phase(name, "1").auth, PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(every_phase(name, "1").account, PAM_AUTHINFO_UNAVAIL);
	name[RP_SERVICE_MAX] = '\0';
	alone(name, "");
	assert_int_equal(every_phase(name, "1").auth, PAM_SUCCESS);
	peer_stop(peer);
}

static void source_too_long(void **state)
{
	char source[4096];
	struct conv conv = {.always = "123456"};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());
	struct login l;

	(void)state;
	memset(source, 'h', sizeof source - 1);
	source[sizeof source - 1] = '\0';
	login_start(&l, &in, "prompt", "1", source, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	login_end(&l);
	conv_clear(&conv);
	peer_stop(peer);
}

/* The caller has gone, or answers with nothing. */
static void callers_that_do_not_answer(void **state)
{
	static const char *const services[] = {"prompt", "combined", "auto"};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	for (unsigned i = 0; i < sizeof services / sizeof *services; i++) {
		struct conv gone = {0};

		assert_int_equal(login_auth(&in, services[i], "1", &gone), PAM_AUTHINFO_UNAVAIL);
		conv_clear(&gone);
	}
	peer_stop(peer);
}

/* NULL for an answer is an empty code: asked of rempartd, who denies it to whom it concerns. */
static void null_answers(void **state)
{
	struct conv answers = {.null_answers = true}, responses = {.null_responses = true};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	assert_int_equal(login_auth(&in, "prompt", "3", &answers), PAM_AUTH_ERR);
	assert_int_equal(answers.asked, 1);
	assert_int_equal(login_auth(&in, "prompt", "3", &responses), PAM_AUTH_ERR);
	conv_clear(&answers);
	conv_clear(&responses);
	peer_stop(peer);
}

/* Messages are never fatal but in enrolment. */
static void callers_that_show_nothing(void **state)
{
	struct conv throttled = {.always = "123456", .refuse_messages = true};
	struct conv grace = {.always = "", .refuse_messages = true};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());
	struct login l;

	(void)state;
	assert_int_equal(login_auth(&in, "prompt", "4", &throttled), PAM_AUTH_ERR);
	assert_true(conv_said(&throttled, "Too many attempts"));
	login_start(&l, &in, "prompt", "7", NULL, &grace);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_SUCCESS);
	assert_true(conv_said(&grace, "on you need a verification code"));
	login_end(&l);
	conv_clear(&throttled);
	conv_clear(&grace);
	peer_stop(peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(no_answer_at_all),
		cmocka_unit_test(every_verdict),
		cmocka_unit_test(changing_the_password_asks_twice),
		cmocka_unit_test(somebody_elses_server),
		cmocka_unit_test(wrong_arguments),
		cmocka_unit_test(names_out_of_bounds),
		cmocka_unit_test(service_out_of_bounds),
		cmocka_unit_test(source_too_long),
		cmocka_unit_test(callers_that_do_not_answer),
		cmocka_unit_test(null_answers),
		cmocka_unit_test(callers_that_show_nothing),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
