/* Resets by callers as they are; and what a session says of a mailbox through which there is none. */
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/pam/gate.h"
#include "tests/unit/cmocka_all.h"

/* A portal that cannot show the prompt, or gives the new password for an answer to it, is refused, and nobody
 * counts that as a guess at a code. */
static void callers_that_cannot_ask_for_a_code(void **state)
{
	struct conv portals[] = {
		{.always = FINE}, {.null_answers = true}, {.null_responses = true}, {.answers = {NULL}}};
	static const bool with_code[] = {true, false, false, false};

	for (unsigned i = 0; i < 4; i++) {
		gate_afresh(state);
		assert_int_equal(gate_reset("portal", "14-1-1", 0, &portals[i]), PAM_PERM_DENIED);
		assert_int_equal(gate_questions(), 1);
		assert_true(conv_said(&portals[i], with_code[i] ? REFUSED_WITH_CODE : REFUSED));
		gate_stored(NULL);
		conv_clear(&portals[i]);
	}
}

/* The verdict does not depend on whether the sentence can be shown. */
static void callers_that_show_nothing(void **state)
{
	struct conv silent = {.answers = {""}}, refusing = {.answers = {""}, .refuse_messages = true};
	struct conv one = {.answers = {"123456", FINE, FINE}};

	(void)state;
	assert_int_equal(gate_reset("portal", "14-1-1", PAM_SILENT, &silent), PAM_PERM_DENIED);
	assert_int_equal(silent.n_said, 1);
	assert_int_equal(gate_reset("portal", "14-1-1", 0, &refusing), PAM_PERM_DENIED);
	assert_int_equal(refusing.told, 0);
	gate_stored(NULL);
	assert_int_equal(gate_reset("portal", "14-1-1", PAM_SILENT, &one), PAM_SUCCESS);
	gate_stored(FINE);
	conv_clear(&silent);
	conv_clear(&refusing);
	conv_clear(&one);
}

/* A flag that any caller may set does not make it a change by the user. */
static void an_expired_password_is_reset_too(void **state)
{
	struct conv conv = {.answers = {""}};

	(void)state;
	assert_int_equal(gate_reset("portal", "14-1-1", PAM_CHANGE_EXPIRED_AUTHTOK, &conv), PAM_PERM_DENIED);
	gate_asked(0, RP_RESET, 0, "");
	conv_clear(&conv);
}

static void a_name_that_no_account_can_have(void **state)
{
	char name[RP_USER_MAX + 2];
	struct conv conv = {.answers = {"123456"}};

	(void)state;
	memset(name, '1', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(gate_reset("portal", name, 0, &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.asked, 1);
	assert_int_equal(gate_questions(), 0);
	conv_clear(&conv);
}

/* In a process of its own, as nobody where this one is root's: the reset of caller's own name or another. */
static int reset_unprivileged(bool own, struct conv *conv)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		const struct passwd *pw = getuid() ? getpwuid(getuid()) : getpwnam("nobody");

		if (!pw || (!getuid() && (setgroups(0, NULL) || setgid(pw->pw_gid) || setuid(pw->pw_uid))))
			_exit(255);
		_exit(gate_reset("portal", own ? pw->pw_name : "14-1-1", 0, conv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Whoever runs the program himself changes his own password, which a module below has him prove. */
static void the_users_own_program(void **state)
{
	struct conv own = {.answers = {FINE, FINE}}, other = {.answers = {""}};

	(void)state;
	assert_int_equal(chmod(gate.dir, 0777), 0);
	assert_int_equal(reset_unprivileged(true, &own), PAM_SUCCESS);
	gate_asked(0, RP_CHAUTHTOK, RP_FLAG_PRELIM | RP_FLAG_AS_TYPED, "");
	gate_asked(1, RP_CHAUTHTOK, RP_FLAG_AS_TYPED, "");
	assert_int_equal(gate_questions(), 2);
	gate_afresh(state);
	assert_int_equal(reset_unprivileged(false, &other), PAM_PERM_DENIED);
	gate_asked(0, RP_RESET, 0, "");
	assert_int_equal(gate_questions(), 1);
}

static void in_french(void **state)
{
	struct conv without = {.answers = {""}}, with = {.answers = {"123456"}};

	(void)state;
	gate_reset("french", "14-14-1", 0, &without);
	assert_string_equal(without.said[0],
			    "Code de vérification ou code de secours (Entrée si vous n’en avez pas)\u00a0: ");
	assert_string_equal(without.said[1], "Le mot de passe ne peut pas être réinitialisé ici. " PEER_HELP);
	gate_reset("french", "14-14-1", 0, &with);
	assert_string_equal(with.said[1],
			    "Avec ce code, le mot de passe ne peut pas être réinitialisé ici. " PEER_HELP);
	conv_clear(&without);
	conv_clear(&with);
}

/* rempartd keeps answers back, so each question has all of the module's time. */
static void answers_that_take_their_time(void **state)
{
	struct conv conv = {.answers = {"123456", FINE, FINE}};

	(void)state;
	gate_as(PEER_RESET_SLOW);
	assert_int_equal(gate_reset("portal", "14-1-1", 0, &conv), PAM_SUCCESS);
	assert_int_equal(gate_questions(), 4);
	gate_stored(FINE);
	conv_clear(&conv);
}

static void answers_that_are_none(void **state)
{
	(void)state;
	for (unsigned kind = PEER_GONE; kind <= PEER_VERSION; kind++) {
		struct conv conv = {.always = FINE};

		gate_as((enum peer_kind)kind);
		assert_int_equal(gate_reset("portal", "1-1-1", 0, &conv), PAM_AUTHTOK_ERR);
		assert_int_equal(conv.asked, 0);
		assert_true(conv_said(&conv, "The verification service is not available right now."));
		gate_stored(NULL);
		conv_clear(&conv);
	}
}

static void open_session(const char *name, const char *user, int flags, struct conv *conv)
{
	struct login l;

	login_start(&l, &gate, name, user, "192.0.2.1", conv);
	assert_int_equal(pam_open_session(l.pamh, flags), PAM_SUCCESS);
	login_end(&l);
	assert_int_equal(conv->asked + conv->others, 0);
}

/* Said where the login before is told too; a caller that cannot show it opens the session all the same. */
static void a_flagged_mailbox_is_told_at_login(void **state)
{
	struct conv flagged = {0}, clean = {0}, silent = {0}, refusing = {.refuse_messages = true};
	struct conv french = {0};

	(void)state;
	open_session("portal", "flagged", 0, &flagged);
	assert_int_equal(flagged.told, 2);
	assert_string_equal(flagged.said[1],
			    "The e-mail address registered for your account is known to be compromised, so "
			    "nobody can reset your password through it. Please change the password of that "
			    "mailbox. " PEER_HELP);
	open_session("portal", "clean", 0, &clean);
	assert_int_equal(clean.told, 1);
	open_session("portal", "flagged", PAM_SILENT, &silent);
	assert_int_equal(silent.n_said, 0);
	open_session("portal", "flagged", 0, &refusing);
	open_session("french", "flagged", 0, &french);
	assert_true(conv_said(&french, "L’adresse e-mail enregistrée pour votre compte est connue comme "
				       "compromise\u00a0: personne"));
	conv_clear(&flagged);
	conv_clear(&clean);
	conv_clear(&refusing);
	conv_clear(&french);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callers_that_cannot_ask_for_a_code),
		cmocka_unit_test_setup(callers_that_show_nothing, gate_afresh),
		cmocka_unit_test_setup(an_expired_password_is_reset_too, gate_afresh),
		cmocka_unit_test_setup(a_name_that_no_account_can_have, gate_afresh),
		cmocka_unit_test_setup(the_users_own_program, gate_afresh),
		cmocka_unit_test_setup(in_french, gate_afresh),
		cmocka_unit_test(answers_that_take_their_time),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test_setup(a_flagged_mailbox_is_told_at_login, gate_afresh),
	};

	return cmocka_run_group_tests(tests, gate_start, gate_stop);
}
