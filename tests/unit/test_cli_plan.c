#include <string.h>
#include "cli/plan.h"
#include "tests/unit/cmocka_all.h"

static bool is_read(const char *text, struct cli_plan *p)
{
	return cli_plan_read((const uint8_t *)text, strlen(text), p);
}

static void reads_a_plan(void **state)
{
	struct cli_plan p;
	(void)state;

	assert_true(is_read("Pro 2\n1000\n1\n0\n", &p));
	assert_string_equal(p.name, "Pro 2");
	assert_int_equal(p.rpm, 1000);
	assert_true(p.ranges);
	assert_false(p.stealer_logs);
	assert_true(is_read("\n0\n0\n1\n", &p));
	assert_string_equal(p.name, "");
	assert_int_equal(p.rpm, 0);
	assert_false(p.ranges);
	assert_true(p.stealer_logs);
}

static void refuses_what_is_none(void **state)
{
	static const char long_name[] =
		"0123456789012345678901234567890123456789012345678901234567890123\n1\n1\n1\n";
	const char *const bad[] = {"",
				   "Pro",
				   "Pro\n10\n1\n",
				   "Pro\n10\n1\n1",
				   "Pro\n10\n1\n1\n1\n",
				   "Pro\n10\n1\n1\n\n",
				   "Pro\n-1\n1\n1\n",
				   "Pro\nmany\n1\n1\n",
				   "Pro\n10\n2\n1\n",
				   "Pro\n10\n1\nyes\n",
				   "Pro\n10\n\n1\n",
				   "Pro\n10\n11\n1\n",
				   "\x1b[2JPro\n10\n1\n1\n",
				   "Pro\xff\n10\n1\n1\n",
				   long_name};
	struct cli_plan p;
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (is_read(bad[i], &p))
			fail_msg("\"%s\" is taken for a plan", bad[i]);
	assert_true(cli_plan_read((const uint8_t *)long_name + 1, sizeof long_name - 2, &p));
	assert_false(cli_plan_read((const uint8_t *)"Pro\n10\n1\n1\n", 10, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_plan),
		cmocka_unit_test(refuses_what_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
