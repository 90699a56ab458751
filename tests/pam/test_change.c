/* A new password: refused when it is in a leak, before any module below can store it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/memory.h"
#include "tests/pam/peer.h"
#include "tests/unit/cmocka_all.h"

#define FINE "tulip anvil forty"
#define REFUSED "This password is in lists of stolen passwords"

static struct instance in;
static pid_t peer;

/* A stack of ours and pam_store, which asks too and is not told to use what it finds. */
static void service(const char *name, bool above, const char *control, const char *args)
{
	char text[1024], line[2 * INSTANCE_PATH];

	snprintf(line, sizeof line, "password requisite %s", in.store_module);
	snprintf(text, sizeof text, "%s\npassword %s pam_rempart.so %s\n%s file=%s\n", above ? line : "",
		 control, args, line, in.stored);
	instance_service(&in, name, text);
}

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	service("alone", false, "requisite", "");
	service("twice", false, "requisite", "retry=2");
	service("once", false, "requisite", "retry=1 authtok_type=PORTAL");
	service("required", false, "required", "retry=1");
	service("nothing", false, "requisite", "use_authtok");
	service("below", true, "requisite", "use_authtok");
	service("unsaid", true, "requisite", "retry=3");
	service("warn", false, "requisite", "root=warn");
	service("french", false, "requisite", "lang=fr root=refuse");
	peer = peer_start(&in, PEER_BREACH, geteuid());
	return 0;
}

static int stop(void **state)
{
	(void)state;
	peer_stop(peer);
	instance_stop(&in);
	return 0;
}

static int afresh(void **state)
{
	(void)state;
	unlink(in.stored);
	peer_stop(peer);
	peer = peer_start(&in, PEER_BREACH, geteuid());
	return 0;
}

static int change(const char *name, const char *user, int flags, struct conv *conv)
{
	struct login l;
	int ret;

	login_start(&l, &in, name, user, NULL, conv);
	ret = pam_chauthtok(l.pamh, flags);
	login_end(&l);
	assert_int_equal(conv->others, 0);
	return ret;
}

/* PEER_BREACH takes what it does not know for what user says. */
static int change_ok(const char *name, struct conv *conv)
{
	return change(name, "1", 0, conv);
}

static void assert_stored(const char *password)
{
	char *text = access(in.stored, F_OK) ? NULL : file_read(in.stored);

	if (!password)
		assert_null(text);
	else
		assert_string_equal(text, password);
	free(text);
}

/* The n-th question about a new password; NULL: there was none. */
static const struct rp_request *asked_about(unsigned n)
{
	const struct rp_request *req;

	for (unsigned i = 0; (req = peer_heard(i)); i++)
		if (req->has_digest && !n--)
			return req;
	return NULL;
}

/* The first of the tests: nothing else may have touched the password before. */
static void nothing_is_kept_of_it(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, PEER_LEAKED}};
	struct login l;

	(void)state;
	login_start(&l, &in, "once", "1", NULL, &conv);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_AUTHTOK_ERR);
	assert_int_equal(memory_count(peer_leaked_inverted, sizeof peer_leaked_inverted), 0);
	assert_int_equal(memory_count(peer_leaked_digest_inverted, sizeof peer_leaked_digest_inverted), 0);
	login_end(&l);
	conv_clear(&conv);
}

static void alone_it_asks_twice(void **state)
{
	struct conv conv = {.answers = {FINE, FINE}};
	const struct rp_request *req;

	(void)state;
	assert_int_equal(change_ok("alone", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 2);
	assert_stored(FINE);
	req = peer_heard(0);
	assert_int_equal(req->verb, RP_CHAUTHTOK);
	assert_int_equal(req->flags & ~RP_FLAG_AS_TYPED, RP_FLAG_PRELIM);
	assert_false(req->has_digest);
	req = peer_heard(1);
	assert_int_equal(req->verb, RP_CHAUTHTOK);
	assert_int_equal(req->flags & ~RP_FLAG_AS_TYPED, 0);
	assert_true(peer_is_about(req, FINE));
	assert_null(peer_heard(2));
	conv_clear(&conv);
}

static void leaked_ones_are_refused_and_another_is_asked_for(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, PEER_LEAKED, PEER_LEAKED, PEER_LEAKED, FINE, FINE}};

	(void)state;
	assert_int_equal(change_ok("alone", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 6);
	assert_int_equal(conv.told, 2);
	assert_true(conv_said(&conv, REFUSED));
	assert_stored(FINE);
	assert_true(peer_is_about(asked_about(1), PEER_LEAKED));
	assert_true(peer_is_about(asked_about(2), FINE));
	conv_clear(&conv);
}

static void so_many_times_and_no_more(void **state)
{
	static const struct {
		const char *name;
		unsigned tries;
	} services[] = {{"once", 1}, {"twice", 2}, {"alone", 3}};

	for (unsigned i = 0; i < sizeof services / sizeof *services; i++) {
		struct conv conv = {.always = PEER_LEAKED};

		afresh(state);
		assert_int_equal(change_ok(services[i].name, &conv), PAM_AUTHTOK_ERR);
		assert_int_equal(conv.asked, 2 * services[i].tries);
		assert_non_null(asked_about(services[i].tries - 1));
		assert_null(asked_about(services[i].tries));
		assert_stored(NULL);
		conv_clear(&conv);
	}
}

static void what_libpam_asks_can_be_named(void **state)
{
	struct conv conv = {.answers = {FINE, FINE}};

	(void)state;
	assert_int_equal(change_ok("once", &conv), PAM_SUCCESS);
	assert_true(conv_said(&conv, "PORTAL password: "));
	conv_clear(&conv);
}

/* Two that differ are a try, and nothing is asked about either. */
static void two_that_differ(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, FINE, FINE, FINE}};
	struct conv last = {.answers = {FINE, PEER_LEAKED, PEER_LEAKED, FINE, FINE, FINE}};

	(void)state;
	assert_int_equal(change_ok("twice", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 4);
	assert_true(peer_is_about(asked_about(0), FINE));
	assert_null(asked_about(1));
	assert_stored(FINE);
	assert_int_equal(change_ok("twice", &last), PAM_AUTHTOK_ERR);
	assert_int_equal(last.asked, 4);
	assert_null(asked_about(1));
	conv_clear(&conv);
	conv_clear(&last);
}

static void whoever_goes_away_changes_nothing(void **state)
{
	struct conv conv = {0};

	(void)state;
	assert_int_equal(change_ok("alone", &conv), PAM_AUTHTOK_ERR);
	assert_null(asked_about(0));
	assert_stored(NULL);
	conv_clear(&conv);
}

static void with_use_authtok_it_asks_nobody(void **state)
{
	struct conv conv = {.always = FINE};

	(void)state;
	assert_int_equal(change_ok("nothing", &conv), PAM_AUTHTOK_ERR);
	assert_int_equal(conv.asked, 0);
	assert_null(asked_about(0));
	assert_stored(NULL);
	conv_clear(&conv);
}

/* The module above has rules of its own for the password: a second one would not have met them. */
static void what_a_module_above_asked_for(void **state)
{
	static const char *const services[] = {"below", "unsaid"};

	for (unsigned i = 0; i < 2; i++) {
		struct conv fine = {.always = FINE}, leaked = {.always = PEER_LEAKED};

		afresh(state);
		assert_int_equal(change_ok(services[i], &fine), PAM_SUCCESS);
		assert_int_equal(fine.asked, 2);
		assert_stored(FINE);
		afresh(state);
		assert_int_equal(change_ok(services[i], &leaked), PAM_AUTHTOK_ERR);
		assert_int_equal(leaked.asked, 2);
		assert_true(conv_said(&leaked, REFUSED));
		assert_stored(NULL);
		conv_clear(&fine);
		conv_clear(&leaked);
	}
}

/* A stack that goes on all the same finds nothing to store: the module below has to ask for itself. */
static void nothing_is_left_for_modules_below(void **state)
{
	static const char *const refused[] = {PEER_LEAKED, PEER_UNKNOWN};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct conv conv = {.answers = {refused[i], refused[i]}};

		assert_int_equal(change_ok("required", &conv), PAM_AUTHTOK_ERR);
		assert_int_equal(conv.asked, 2);
		assert_string_equal(conv.said[3], "New password: ");
		assert_stored(NULL);
		conv_clear(&conv);
	}
}

static void every_verdict(void **state)
{
	char user[8];

	for (int v = 0; v < RP_VERDICT_END; v++) {
		struct conv conv = {.always = FINE};
		int wanted = PAM_PERM_DENIED;
		bool tries_again = v == RP_LEAKED;

		afresh(state);
		if (v == RP_OK || v == RP_NOT_CONCERNED)
			wanted = PAM_SUCCESS;
		else if (v == RP_UNAVAILABLE || v == RP_GRACE || v == RP_BAD_REQUEST || v == RP_LEAKED ||
			 v == RP_UNKNOWN || v == RP_NO_ACCOUNT)
			wanted = PAM_AUTHTOK_ERR;
		snprintf(user, sizeof user, "%d", v);
		assert_int_equal(change("alone", user, 0, &conv), wanted);
		assert_int_equal(conv.asked, tries_again ? 6 : 2);
		assert_stored(wanted == PAM_SUCCESS ? FINE : NULL);
		conv_clear(&conv);
	}
}

static void what_could_not_be_found_out(void **state)
{
	struct conv conv = {.always = PEER_UNKNOWN};

	(void)state;
	assert_int_equal(change_ok("alone", &conv), PAM_AUTHTOK_ERR);
	assert_true(conv_said(&conv, "The password could not be checked just now."));
	assert_int_equal(conv.asked, 2);
	assert_stored(NULL);
	conv_clear(&conv);
}

/* The verdict does not depend on whether the sentence can be shown. */
static void callers_that_show_nothing(void **state)
{
	struct conv silent = {.always = PEER_LEAKED};
	struct conv refusing = {.always = PEER_LEAKED, .refuse_messages = true};

	(void)state;
	assert_int_equal(change("alone", "1", PAM_SILENT, &silent), PAM_AUTHTOK_ERR);
	assert_false(conv_said(&silent, REFUSED));
	assert_int_equal(change_ok("alone", &refusing), PAM_AUTHTOK_ERR);
	assert_true(conv_said(&refusing, REFUSED));
	assert_stored(NULL);
	conv_clear(&silent);
	conv_clear(&refusing);
}

static void in_french(void **state)
{
	struct conv conv = {.always = PEER_LEAKED};

	(void)state;
	assert_int_equal(change_ok("french", &conv), PAM_AUTHTOK_ERR);
	assert_true(conv_said(&conv, "Ce mot de passe figure dans des listes de mots de passe volés"));
	conv_clear(&conv);
}

static void change_as_warned(const char *password, int flags, bool passes)
{
	struct conv conv = {.always = password};

	assert_int_equal(change("warn", "1", flags, &conv), passes ? PAM_SUCCESS : PAM_AUTHTOK_ERR);
	assert_int_equal(conv_said(&conv, "It is set all the same"), passes);
	assert_int_equal(!!(asked_about(0)->flags & RP_FLAG_TOLD), passes);
	assert_stored(passes ? password : NULL);
	conv_clear(&conv);
}

/* root=warn is for root alone, and not for a change that a login forces, though the program is root's. */
static void root_is_told(void **state)
{
	static const char *const passwords[] = {PEER_LEAKED, PEER_UNKNOWN};

	for (unsigned i = 0; i < 2; i++) {
		afresh(state);
		change_as_warned(passwords[i], 0, getuid() == 0);
		afresh(state);
		change_as_warned(passwords[i], PAM_CHANGE_EXPIRED_AUTHTOK, false);
	}
}

/* The whole of the module's time is there again for each password. */
static void answers_that_take_their_time(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED_SLOWLY, PEER_LEAKED_SLOWLY, PEER_LEAKED_SLOWLY,
					PEER_LEAKED_SLOWLY, FINE, FINE}};

	(void)state;
	assert_int_equal(change_ok("alone", &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 6);
	conv_clear(&conv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_of_it),
		cmocka_unit_test_setup(alone_it_asks_twice, afresh),
		cmocka_unit_test_setup(leaked_ones_are_refused_and_another_is_asked_for, afresh),
		cmocka_unit_test(so_many_times_and_no_more),
		cmocka_unit_test_setup(what_libpam_asks_can_be_named, afresh),
		cmocka_unit_test_setup(two_that_differ, afresh),
		cmocka_unit_test_setup(whoever_goes_away_changes_nothing, afresh),
		cmocka_unit_test_setup(with_use_authtok_it_asks_nobody, afresh),
		cmocka_unit_test(what_a_module_above_asked_for),
		cmocka_unit_test_setup(nothing_is_left_for_modules_below, afresh),
		cmocka_unit_test(every_verdict),
		cmocka_unit_test_setup(what_could_not_be_found_out, afresh),
		cmocka_unit_test_setup(callers_that_show_nothing, afresh),
		cmocka_unit_test_setup(in_french, afresh),
		cmocka_unit_test(root_is_told),
		cmocka_unit_test_setup(answers_that_take_their_time, afresh),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
