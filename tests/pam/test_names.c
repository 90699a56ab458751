/* One user, whatever spelling a directory accepts: another one must not be somebody without a token. */
#include <dlfcn.h>
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/pam/conv.h"
#include "tests/pam/mailboxes.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token claire;

static void start_with(const char *policy)
{
	instance_start(&in, NULL, policy);
	instance_service(&in, "site",
			 "auth required pam_permit.so\n"
			 "auth required pam_rempart.so nodelay\n"
			 "account required pam_permit.so\n"
			 "account required pam_rempart.so\n"
			 "password requisite pam_rempart.so reset\n");
	people_enrol(&in, "claire", &claire);
}

static int start(void **state)
{
	(void)state;
	start_with("");
	return 0;
}

static int start_required(void **state)
{
	(void)state;
	start_with("[policy]\nenrolment = required\n");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static int try(const char *user, const char *code)
{
	struct conv conv = {.answers = {code, NULL}};
	int ret = login_whole(&in, "site", user, &conv);

	conv_clear(&conv);
	return ret;
}

static void other_spellings_are_asked_too(void **state)
{
	static const char *const names[] = {"claire", "Claire", "CLAIRE", "claire@corp", "Claire@Corp"};
	char code[CODE_SIZE];

	(void)state;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(try(names[i], "000000"), PAM_AUTH_ERR);
		instance_pass_time(&in, 30);
		assert_int_equal(try(names[i], token_code(&claire, in.now, code)), PAM_SUCCESS);
		assert_int_equal(try(names[i], code), PAM_AUTH_ERR); /* used, by whatever name */
	}
}

static unsigned asked(void)
{
	void *lib = dlopen("libnss_rempartalias.so.2", RTLD_NOW);
	unsigned *count = lib ? dlsym(lib, "_nss_rempartalias_asked") : NULL;

	assert_non_null(count);
	return *count;
}

/* Looking a name up may take a directory's answer; who has an account by the name that he types is spared it.
 */
static void a_name_with_an_account_is_not_looked_up(void **state)
{
	char code[CODE_SIZE];
	unsigned before = asked();

	(void)state;
	instance_pass_time(&in, 30);
	assert_int_equal(try("claire", token_code(&claire, in.now, code)), PAM_SUCCESS);
	assert_int_equal(asked(), before);
	instance_pass_time(&in, 30);
	assert_int_equal(try("Claire", token_code(&claire, in.now, code)), PAM_SUCCESS);
	assert_int_equal(asked(), before + 1); /* for both phases */
}

/* Each login by another spelling would otherwise be a failure of a name that has no token. */
static void another_spelling_is_no_failure(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	for (int i = 0; i < 25; i++) {
		instance_pass_time(&in, 30);
		assert_int_equal(try("CLAIRE", token_code(&claire, in.now, code)), PAM_SUCCESS);
	}
	assert_int_equal(people_events(&in, "claire", EN_PAST_DEADLINE), 0);
}

static void a_name_no_directory_knows_is_taken_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(try("paul", ""), PAM_SUCCESS);
	assert_int_equal(try("claire2", ""), PAM_SUCCESS);
}

/* Where it is flagged, so it is by every spelling of its user. */
static void a_reset_by_another_spelling(void **state)
{
	static const char *const names[] = {"claire", "Claire", "claire@corp"};

	(void)state;
	mailboxes_register(&in, "claire", "claire@example.org");
	for (unsigned i = 0; i < 6; i++) {
		struct conv conv = {.answers = {i < 3 ? "tulip anvil forty" : "", "tulip anvil forty"}};
		struct login l;

		if (i == 3)
			mailboxes_flag(&in, "claire@example.org", 0);
		login_start(&l, &in, "site", names[i % 3], "192.0.2.1", &conv);
		assert_int_equal(pam_chauthtok(l.pamh, 0), i < 3 ? PAM_SUCCESS : PAM_PERM_DENIED);
		login_end(&l);
		conv_clear(&conv);
	}
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_FLAGGED), 3);
}

/* The loader reads its path once, at the start. */
static void start_over_with_the_directory(char **argv)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/tests/nss", getenv("REMPART_BUILD"));
	setenv("LD_LIBRARY_PATH", path, 1);
	setenv("REMPART_TEST_NSS", "1", 1);
	execv("/proc/self/exe", argv);
	exit(1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(other_spellings_are_asked_too, start, stop),
		cmocka_unit_test_setup_teardown(a_name_no_directory_knows_is_taken_as_it_is, start, stop),
		cmocka_unit_test_setup_teardown(a_name_with_an_account_is_not_looked_up, start, stop),
		cmocka_unit_test_setup_teardown(a_reset_by_another_spelling, start, stop),
		cmocka_unit_test_setup_teardown(another_spelling_is_no_failure, start_required, stop),
	};

	(void)argc;
	if (!getenv("REMPART_TEST_NSS"))
		start_over_with_the_directory(argv);
	if (__nss_configure_lookup("passwd", "rempartalias files"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
