/* What doctor works out of a PAM stack, held against libpam itself: pam_debug.so returns what its line says.
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/pamstack.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define STACKS 1000

static char dir[] = "/tmp/rempart-stack.XXXXXX";
static uint32_t dice = 20220317;

static unsigned roll(unsigned sides)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 16) % sides;
}

static enum cli_pam_result as_told(const struct cli_pam_line *line, void *ctx)
{
	unsigned *calls = ctx;
	const char *result = strchr(line->args[0], '=') + 1;

	++*calls;
	return !strcmp(result, "success")  ? CLI_PAM_SUCCESS
	       : !strcmp(result, "ignore") ? CLI_PAM_IGNORE
					   : CLI_PAM_DENIED;
}

static int no_answer(int n, const struct pam_message **m, struct pam_response **r, void *ctx)
{
	(void)n, (void)m, (void)r, (void)ctx;
	return PAM_CONV_ERR;
}

/* One line of auth and one of account, alike. */
static void put_module(FILE *f)
{
	/* requisite differs from required only where a reset follows, so these come more often. */
	static const char *const controls[] = {
		"required",
		"requisite",
		"requisite",
		"requisite",
		"[default=reset]",
		"[default=reset]",
		"sufficient",
		"optional",
		"Required",
		"[success=1 default=ignore]",
		"[success=2 default=bad]",
		"[success=ok ignore=ignore default=die]",
		"[success=done new_authtok_reqd=done default=die]",
		"[ success=ok ignore=1 auth_err=2 perm_denied=2 ]",
		"[default=reset]",
		"[success=reset default=ok]",
		"[auth_err=1 perm_denied=1 default=ok]",
		"[success=3]",
		"[default=done]",
		"nonsense",
	};
	static const char *const results[][2] = {{"success", "success"},
						 {"success", "success"},
						 {"ignore", "ignore"},
						 {"auth_err", "perm_denied"}};
	const char *control = controls[roll(sizeof controls / sizeof *controls)];
	unsigned result = roll(4);

	fprintf(f, "auth %s pam_debug.so \\\n\tauth=%s # a comment\n", control, results[result][0]);
	fprintf(f, "-account\t%s  pam_debug.so acct=%s\n", control, results[result][1]);
}

static void put_file(const char *name, unsigned depth)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (unsigned n = 1 + roll(depth ? 4 : 2); n; n--) {
		unsigned kind = depth ? roll(6) : 5;

		if (kind == 0)
			fprintf(f, "@include %s/below%u\n", dir, depth);
		else if (kind < 3)
			fprintf(f, "auth %s %s/below%u\naccount %s %s/below%u\n",
				kind == 1 ? "include" : "substack", dir, depth,
				kind == 1 ? "include" : "substack", dir, depth);
		else
			put_module(f);
	}
	assert_int_equal(fclose(f), 0);
}

static void show(const char *name)
{
	char path[128], *text;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	text = file_read(path);
	print_error("%s:\n%s", name, text);
	free(text);
}

static void check(const struct cli_pam_stack *s, unsigned *let_in, unsigned *calls)
{
	const struct pam_conv conv = {no_answer, NULL};
	pam_handle_t *pamh = NULL;
	int auth, account;

	assert_int_equal(pam_start_confdir("top", "anna", &conv, dir, &pamh), PAM_SUCCESS);
	auth = pam_authenticate(pamh, PAM_SILENT);
	account = pam_acct_mgmt(pamh, PAM_SILENT);
	pam_end(pamh, account);
	if (cli_pam_run(s, CLI_AUTH, as_told, calls) != (auth == PAM_SUCCESS) ||
	    cli_pam_run(s, CLI_ACCOUNT, as_told, calls) != (account == PAM_SUCCESS)) {
		show("top");
		show("below2");
		show("below1");
		fail_msg("libpam returns %d and %d", auth, account);
	}
	*let_in += auth == PAM_SUCCESS;
}

static void test_as_libpam_does(void **state)
{
	static struct cli_pam_stack s;
	unsigned let_in = 0, calls = 0;
	(void)state;

	for (int i = 0; i < STACKS; i++) {
		put_file("below1", 0);
		put_file("below2", 1);
		put_file("top", 2);
		cli_pam_read(&s, dir, "top");
		assert_string_equal(s.missing, "");
		assert_false(s.too_long);
		check(&s, &let_in, &calls);
	}
	/* Both outcomes have been seen often, and modules have been asked. */
	assert_in_range(let_in, STACKS / 10, STACKS * 9 / 10);
	assert_true(calls > STACKS);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	file_remove_tree(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_libpam_does)};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
