/* One user, whatever spelling a directory accepts: another one must not be somebody without a token. */
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token claire;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	instance_service(&in, "site",
			 "auth required pam_permit.so\n"
			 "auth required pam_rempart.so nodelay\n"
			 "account required pam_permit.so\n"
			 "account required pam_rempart.so\n");
	people_enrol(&in, "claire", &claire);
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

static void a_name_no_directory_knows_is_taken_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(try("paul", ""), PAM_SUCCESS);
	assert_int_equal(try("claire2", ""), PAM_SUCCESS);
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
		cmocka_unit_test(other_spellings_are_asked_too),
		cmocka_unit_test(a_name_no_directory_knows_is_taken_as_it_is),
	};

	(void)argc;
	if (!getenv("REMPART_TEST_NSS"))
		start_over_with_the_directory(argv);
	if (__nss_configure_lookup("passwd", "rempartalias files"))
		return 1;
	return cmocka_run_group_tests(tests, start, stop);
}
