/* The module's arguments: what is taken, that everything else is refused, and that doctor knows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "common/protocol.h"
#include "common/module_args.h"

static const char *parse_one(struct rp_module_args *a, const char *arg)
{
	return rp_module_args_parse(a, 1, &arg);
}

static void defaults(void **state)
{
	struct rp_module_args a;

	(void)state;
	assert_null(rp_module_args_parse(&a, 0, NULL));
	assert_int_equal(a.mode, RP_MODE_PROMPT);
	assert_string_equal(a.socket, RP_SOCKET_DEFAULT);
	assert_string_equal(a.server_user, "rempart");
	assert_null(a.lang);
	assert_int_equal(a.retry, 3);
	assert_false(a.root_warn);
	assert_false(a.reset);
	assert_false(a.nodelay);
	assert_false(a.debug);
}

static void every_argument(void **state)
{
	const char *argv[] = {
		"mode=combined", "socket=/srv/x.sock", "lang=fr",   "server_user=totp", "nodelay",
		"debug",	 "retry=10",	       "root=warn", "use_authtok",	"authtok_type=PORTAL",
		"reset"};
	struct rp_module_args a;

	(void)state;
	assert_null(rp_module_args_parse(&a, 11, argv));
	for (int i = 0; i < 11; i++)
		assert_int_equal(a.mode, RP_MODE_COMBINED);
	assert_string_equal(a.socket, "/srv/x.sock");
	assert_string_equal(a.lang, "fr");
	assert_string_equal(a.server_user, "totp");
	assert_true(a.nodelay);
	assert_true(a.debug);
	assert_int_equal(a.retry, 10);
	assert_true(a.root_warn);
	assert_true(a.reset);
	assert_null(parse_one(&a, "root=refuse"));
	assert_false(a.root_warn);
}

static void every_mode(void **state)
{
	struct rp_module_args a;

	(void)state;
	assert_null(parse_one(&a, "mode=prompt"));
	assert_int_equal(a.mode, RP_MODE_PROMPT);
	assert_null(parse_one(&a, "mode=auto"));
	assert_int_equal(a.mode, RP_MODE_AUTO);
	assert_null(parse_one(&a, "mode=password"));
	assert_int_equal(a.mode, RP_MODE_PASSWORD);
}

static void bad_ones_are_named(void **state)
{
	static const char *const bad[] = {
		"",
		"mode",
		"mode=",
		"mode=Prompt",
		"mode=prompt ",
		"mode =prompt",
		"socket=",
		"socket=x.sock",
		"lang=",
		"lang=de",
		"lang=fr_FR",
		"server_user=",
		"no_delay",
		"nodelay=",
		"debug=1",
		"DEBUG",
		"try_first_pass",
		"nullok",
		"retry",
		"retry=",
		"retry=0",
		"retry=11",
		"retry=-1",
		"retry=+1",
		"retry= 1",
		"retry=2x",
		"retry=4294967297",
		"root=",
		"root=ignore",
		"use_authtok=1",
		"authtok_type",
		"reset=yes",
		"Reset",
	};
	struct rp_module_args a;

	(void)state;
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *argv[] = {"nodelay", bad[i], "debug"};

		assert_ptr_equal(rp_module_args_parse(&a, 3, argv), bad[i]);
	}
}

static void a_path_too_long_for_a_socket(void **state)
{
	char arg[] = "socket=/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct rp_module_args a;

	(void)state;
	arg[7 + 108] = '\0';
	assert_ptr_equal(parse_one(&a, arg), arg);
	arg[7 + 107] = '\0';
	assert_null(parse_one(&a, arg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_argument),
		cmocka_unit_test(every_mode),
		cmocka_unit_test(bad_ones_are_named),
		cmocka_unit_test(a_path_too_long_for_a_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
