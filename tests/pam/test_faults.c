/* Faults: whatever is wrong with rempartd or its socket, nobody gets in by it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/protocol.h"
#include "tests/pam/conv.h"
#include "tests/pam/peer.h"
#include "tests/pam/phases.h"
#include "tests/unit/cmocka_all.h"

#define NOBODY 65534

static struct instance in;

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	phases_service_of_each_mode(&in);
	phases_service(&in, "nobodys", "server_user=nobody");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static void assert_unavailable(const char *service)
{
	struct phases r = phases_run(&in, service, "martin");

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

/* That this test ends is what it shows of time. */
static void no_answer_at_all(void **state)
{
	pid_t peer = peer_start(&in, PEER_SILENT, geteuid());

	(void)state;
	assert_int_equal(login_answers(&in, "combined", "martin", "x123456", NULL), PAM_AUTHINFO_UNAVAIL);
	peer_stop(peer);
}

/* The budget is the phase's, not the question's: the first answer is in time, the second is not. */
static void answers_that_add_up(void **state)
{
	pid_t peer = peer_start(&in, PEER_SLOW, geteuid());

	(void)state;
	assert_int_equal(login_answers(&in, "combined", "martin", "x123456", NULL), PAM_AUTHINFO_UNAVAIL);
	peer_stop(peer);
}

/* Where a field ends is not guessed: without an answer nothing of it is sent. */
static void no_shape_no_code(void **state)
{
	pid_t peer = peer_start(&in, PEER_NO_SHAPE, geteuid());

	(void)state;
	assert_int_equal(login_answers(&in, "combined", "martin", "x123456", NULL), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(login_answers(&in, "auto", "martin", "x123456", "x123456"), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(login_answers(&in, "auto", "martin", "x", "123456"), PAM_SUCCESS);
	peer_stop(peer);
}

static int enrol(const char *user, unsigned *asked)
{
	struct conv conv = {.always = "123456"};
	struct login l;
	int ret;

	login_start(&l, &in, "prompt", user, NULL, &conv);
	ret = pam_acct_mgmt(l.pamh, 0);
	login_end(&l);
	*asked = conv.asked;
	conv_clear(&conv);
	return ret;
}

/* In enrolment nothing but a confirmed token lets in: no verdict that would do elsewhere, no QR code that
 * cannot be drawn. */
static void enrolment_gone_wrong(void **state)
{
	pid_t peer = peer_start(&in, PEER_ENROL, geteuid());
	unsigned asked;
	char user[8];

	(void)state;
	for (int v = 0; v < RP_VERDICT_END; v++) {
		bool unavailable = v == RP_NO_ACCOUNT || v == RP_UNAVAILABLE || v == RP_BAD_REQUEST ||
				   v == RP_UNKNOWN || v == RP_REFUSED;

		snprintf(user, sizeof user, "%d", v);
		assert_int_equal(enrol(user, &asked), unavailable ? PAM_AUTHINFO_UNAVAIL : PAM_PERM_DENIED);
		assert_int_equal(asked, 0);
		snprintf(user, sizeof user, "%d", 100 + v);
		assert_int_equal(enrol(user, &asked), v == RP_OK    ? PAM_SUCCESS
						      : unavailable ? PAM_AUTHINFO_UNAVAIL
								    : PAM_PERM_DENIED);
		assert_int_equal(asked, v == RP_OK ? 2 : v == RP_DENIED ? 3 : 1);
	}
	peer_stop(peer);
}

/* The table of verdicts, seen from outside libpam. */
static void every_verdict(void **state)
{
	static const struct phases expected[RP_VERDICT_END] = {
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
		[RP_LEAKED] = {PAM_AUTHINFO_UNAVAIL, PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_ERR, PAM_SESSION_ERR,
			       PAM_SESSION_ERR, 0},
		[RP_UNKNOWN] = {PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_SESSION_ERR,
				PAM_SESSION_ERR, 0},
		[RP_NO_ACCOUNT] = {PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR,
				   PAM_SESSION_ERR, PAM_SESSION_ERR, 0},
		[RP_REFUSED] = {PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_SESSION_ERR,
				PAM_SESSION_ERR, 0},
	};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	for (int v = 0; v < RP_VERDICT_END; v++) {
		struct phases r;
		char user[8];

		snprintf(user, sizeof user, "%d", v);
		r = phases_run(&in, "prompt", user);
		assert_memory_equal(&r, &expected[v], sizeof r);
		r = phases_run(&in, "combined", user);
		assert_memory_equal(&r, &expected[v], sizeof r);
	}
	peer_stop(peer);
}

/* The password's two phases are two questions, and can be told apart. */
static void changing_the_password_asks_twice(void **state)
{
	pid_t peer = peer_start(&in, PEER_PRELIM, geteuid());
	struct conv conv = {.always = "x123456"};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_listens),	 cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(no_answer_at_all),	 cmocka_unit_test(answers_that_add_up),
		cmocka_unit_test(no_shape_no_code),	 cmocka_unit_test(enrolment_gone_wrong),
		cmocka_unit_test(every_verdict),	 cmocka_unit_test(changing_the_password_asks_twice),
		cmocka_unit_test(somebody_elses_server),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
