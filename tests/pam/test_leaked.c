/* A leaked password at a login: what account asks about, what it answers, and that nothing is kept of it. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/memory.h"
#include "tests/pam/peer.h"
#include "tests/unit/cmocka_all.h"

/* crypt(3), SHA-512, of PEER_LEAKED and PEER_UNKNOWN. */
#define LEAKED_HASH                                                                                          \
	"$6$rempart$P5IHVMbdvk5XyCCX5wPKGOl7RCM94Lkno8uWeOFAEbNai21zVMNbT9hWAqwXj0cMrEgsFPlzyVVicxDlroaxc."
#define UNKNOWN_HASH                                                                                         \
	"$6$rempart$8VsSuE6hUL/ynZr.qilfQyZRaiABoSYp8w1yLJIfkp3hij9OoswcZhqkzQyi9cONJAD8K8LYziXdki5qSsGHe/"

static struct instance in;
static pid_t peer;

static void service(const char *name, const char *first, const char *second)
{
	char text[512];

	snprintf(text, sizeof text,
		 "auth required %s nodelay\nauth required %s nodelay\naccount required pam_rempart.so\n",
		 first, second);
	instance_service(&in, name, text);
}

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	service("auto", "pam_rempart.so mode=auto", "pam_pwdfile.so");
	service("combined", "pam_rempart.so mode=combined", "pam_pwdfile.so");
	service("prompt", "pam_pwdfile.so", "pam_rempart.so");
	service("password", "pam_pwdfile.so", "pam_rempart.so mode=password");
	service("before", "pam_rempart.so", "pam_pwdfile.so");
	instance_service(&in, "french",
			 "account required pam_rempart.so lang=fr\nauth required pam_rempart.so mode=auto\n");
	instance_service(&in, "alone",
			 "auth required pam_rempart.so mode=auto\naccount required pam_rempart.so\n");
	file_write(in.passwords, "leaked:" LEAKED_HASH "\nunknown:" UNKNOWN_HASH "\n", 0644);
	instance_password_for(&in, "clean");
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

static int restart_peer(void **state)
{
	(void)state;
	peer_stop(peer);
	peer = peer_start(&in, PEER_BREACH, geteuid());
	return 0;
}

static unsigned heard(unsigned verb, const char *password)
{
	const struct rp_request *req;
	unsigned found = 0;

	for (unsigned n = 0; (req = peer_heard(n)); n++)
		found += req->verb == verb && (password ? peer_is_about(req, password) : !req->has_digest);
	return found;
}

static unsigned freed_unwiped;

/* Freed memory is written over at once by the C library, and a search comes too late. Sanitizers have a
 * free() of their own. */
#ifndef __SANITIZE_ADDRESS__
extern void __libc_free(void *p);

__attribute__((visibility("default"))) void free(void *p)
{
	const uint8_t *at = p;
	size_t i = 0;

	if (p && malloc_usable_size(p) >= RP_DIGEST_LEN)
		while (i < RP_DIGEST_LEN && (at[i] ^ peer_leaked_digest_inverted[i]) == 0xff)
			i++;
	freed_unwiped += i == RP_DIGEST_LEN;
	__libc_free(p);
}
#endif

static unsigned digests(void)
{
	return memory_count(peer_leaked_digest_inverted, sizeof peer_leaked_digest_inverted);
}

static unsigned passwords(void)
{
	return memory_count(peer_leaked_inverted, sizeof peer_leaked_inverted);
}

/* Nothing but a search of the memory may have touched the password before: keep it the first of the tests. */
static void nothing_is_kept_of_it(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456", PEER_LEAKED, "123456"}};
	struct login l;

	(void)state;
	login_start(&l, &in, "alone", "leaked", NULL, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(digests(), 1);
	assert_int_equal(passwords(), 0);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(digests(), 0);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(digests(), 1);
	login_end(&l);
	assert_int_equal(digests(), 0);
	assert_int_equal(passwords(), 0);
	assert_int_equal(freed_unwiped, 0);
	conv_clear(&conv);
}

/* What is asked about is the password without the code, after the stack has verified it, and once. */
static void account_asks_about_the_password(void **state)
{
	static const struct {
		const char *service, *first, *second;
	} ways[] = {
		{"auto", PEER_LEAKED, "123456"},
		{"auto", PEER_LEAKED "654321", PEER_LEAKED "654321"},
		{"combined", PEER_LEAKED "654321", NULL},
		{"prompt", PEER_LEAKED, "123456"},
		{"password", PEER_LEAKED, NULL},
	};

	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct conv conv = {.answers = {ways[i].first, ways[i].second}};

		restart_peer(state);
		assert_int_equal(login_whole(&in, ways[i].service, "leaked", &conv), PAM_NEW_AUTHTOK_REQD);
		assert_true(conv_said(&conv, "Your password is in lists of stolen passwords"));
		assert_int_equal(heard(RP_ACCOUNT, PEER_LEAKED), 1);
		assert_int_equal(heard(RP_ACCOUNT, NULL), 0);
		assert_int_equal(heard(RP_AUTH, PEER_LEAKED) + heard(RP_SHAPE, PEER_LEAKED), 0);
		conv_clear(&conv);
	}
}

/* It cannot ask about what it never saw. */
static void before_the_password_in_prompt_mode_it_does_not(void **state)
{
	struct conv conv = {.answers = {"123456", PEER_LEAKED}};

	(void)state;
	assert_int_equal(login_whole(&in, "before", "leaked", &conv), PAM_SUCCESS);
	assert_int_equal(heard(RP_ACCOUNT, NULL), 1);
	conv_clear(&conv);
}

/* A guess marks nobody's account: of a password that was wrong rempartd never hears. */
static void a_guess_is_never_sent(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456", PASSWORD, "123456"}};
	struct login l;

	(void)state;
	login_start(&l, &in, "auto", "clean", NULL, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_AUTH_ERR);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_SUCCESS);
	login_end(&l);
	for (unsigned verb = 0; verb < RP_VERB_END; verb++)
		assert_int_equal(heard(verb, PEER_LEAKED), 0);
	assert_int_equal(heard(RP_ACCOUNT, PASSWORD), 1);
	conv_clear(&conv);
}

/* What an earlier try left is not taken for the password of one that has none. */
static void a_try_without_a_password_leaves_none(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456"}};
	struct login l;

	(void)state;
	login_start(&l, &in, "alone", "leaked", NULL, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	conv.null_responses = true; /* nobody types anything now */
	assert_int_not_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(heard(RP_ACCOUNT, NULL), 1);
	login_end(&l);
	conv_clear(&conv);
}

/* Nor is one user's taken for another's, or one that came with a code that was refused. */
static void whose_it_is(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456"}};
	struct login l;

	(void)state;
	login_start(&l, &in, "alone", "leaked", NULL, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_set_item(l.pamh, PAM_USER, "somebody"), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(heard(RP_ACCOUNT, NULL), 1);
	login_end(&l);
	conv_clear(&conv);
}

static void a_login_by_key_has_none(void **state)
{
	struct conv conv = {0};
	struct login l;

	(void)state;
	login_start(&l, &in, "auto", "leaked", NULL, &conv);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_SUCCESS);
	login_end(&l);
	assert_int_equal(heard(RP_ACCOUNT, NULL), 1);
	conv_clear(&conv);
}

static void what_could_not_be_found_out(void **state)
{
	struct conv conv = {.answers = {PEER_UNKNOWN, "123456"}};

	(void)state;
	assert_int_equal(login_whole(&in, "auto", "unknown", &conv), PAM_AUTHINFO_UNAVAIL);
	assert_true(conv_said(&conv, "The password could not be checked just now."));
	conv_clear(&conv);
}

static void in_french(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456"}};

	(void)state;
	assert_int_equal(login_whole(&in, "french", "leaked", &conv), PAM_NEW_AUTHTOK_REQD);
	assert_true(conv_said(&conv, "Choisissez-en un autre maintenant."));
	conv_clear(&conv);
}

static int account(struct conv *conv, int flags)
{
	struct login l;
	int ret;

	login_start(&l, &in, "auto", "leaked", NULL, conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	ret = pam_acct_mgmt(l.pamh, flags);
	login_end(&l);
	return ret;
}

/* The verdict does not depend on whether the sentence can be shown. */
static void callers_that_show_nothing(void **state)
{
	struct conv silent = {.answers = {PEER_LEAKED, "123456"}};
	struct conv refusing = {.answers = {PEER_LEAKED, "123456"}, .refuse_messages = true};

	(void)state;
	assert_int_equal(account(&silent, PAM_SILENT), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(silent.told, 0);
	assert_false(conv_said(&silent, "stolen"));
	assert_int_equal(account(&refusing, 0), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(refusing.told, 0);
	assert_true(conv_said(&refusing, "stolen"));
	conv_clear(&silent);
	conv_clear(&refusing);
}

/* Whoever has just enrolled meets the other rules all the same, however long he took. */
static void after_enrolment_it_is_asked_again(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED_SLOWLY, "123456", "123456", ""}};
	char user[8];

	(void)state;
	peer_stop(peer);
	peer = peer_start(&in, PEER_ENROL, geteuid());
	snprintf(user, sizeof user, "%d", 100 + RP_OK);
	assert_int_equal(login_whole(&in, "alone", user, &conv), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(heard(RP_ACCOUNT, PEER_LEAKED_SLOWLY), 2);
	assert_int_equal(conv.asked, 4);
	conv_clear(&conv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_of_it),
		cmocka_unit_test(account_asks_about_the_password),
		cmocka_unit_test_setup(before_the_password_in_prompt_mode_it_does_not, restart_peer),
		cmocka_unit_test_setup(a_guess_is_never_sent, restart_peer),
		cmocka_unit_test_setup(a_try_without_a_password_leaves_none, restart_peer),
		cmocka_unit_test_setup(whose_it_is, restart_peer),
		cmocka_unit_test_setup(a_login_by_key_has_none, restart_peer),
		cmocka_unit_test(what_could_not_be_found_out),
		cmocka_unit_test(in_french),
		cmocka_unit_test(callers_that_show_nothing),
		cmocka_unit_test(after_enrolment_it_is_asked_again),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
