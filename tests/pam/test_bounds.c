/* Arguments, names and callers out of bounds: nobody gets in by them, and nobody learns anything. */
#include <string.h>
#include <unistd.h>
#include "common/protocol.h"
#include "tests/pam/conv.h"
#include "tests/pam/peer.h"
#include "tests/pam/phases.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	phases_service_of_each_mode(&in);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* A typo in any line refuses in every phase, whatever rempartd would say. */
static void wrong_arguments(void **state)
{
	static const char *const wrong[] = {"mode=promt",   "nullok",	"lang=de",   "socket=relative",
					    "server_user=", "no-delay", "debug=yes", "mode=prompt,debug"};
	pid_t peer = peer_start(&in, PEER_VERDICT, geteuid());

	(void)state;
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct phases r;

		phases_service(&in, "typo", wrong[i]);
		r = phases_run(&in, "typo", "1");
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
	struct phases r;

	(void)state;
	memset(name, '1', sizeof name); /* RP_OK, if it were sent */
	name[RP_USER_MAX + 1] = '\0';
	assert_int_equal(login_auth(&in, "prompt", name, &conv), PAM_AUTH_ERR);
	assert_int_equal(conv.asked, 1);
	assert_int_equal(conv.n_said, 1);
	conv_clear(&conv);
	r = phases_run(&in, "combined", name);
	assert_int_equal(r.auth, PAM_AUTH_ERR);
	assert_int_equal(r.account, PAM_PERM_DENIED);
	assert_int_equal(r.open, PAM_SESSION_ERR);
	assert_int_equal(phases_run(&in, "password", name).auth, PAM_AUTH_ERR);
	assert_int_equal(phases_run(&in, "prompt", "").auth, PAM_AUTH_ERR);
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
	phases_service(&in, name, "");
	assert_int_equal(phases_run(&in, name, "1").auth, PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(phases_run(&in, name, "1").account, PAM_AUTHINFO_UNAVAIL);
	name[RP_SERVICE_MAX] = '\0';
	phases_service(&in, name, "");
	assert_int_equal(phases_run(&in, name, "1").auth, PAM_SUCCESS);
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
