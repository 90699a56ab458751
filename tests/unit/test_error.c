/* common/error.h: every error has words of its own. */
#include "tests/unit/cmocka_all.h"

#include <limits.h>
#include <string.h>
#include "common/error.h"

#define LAST RP_EEXIST

static void every_error_has_its_words(void **state)
{
	const char *unknown = rp_strerror(LAST - 1);
	(void)state;

	assert_int_equal(RP_EINVAL, -1);
	for (int a = 0; a >= LAST; a--) {
		assert_non_null(rp_strerror(a));
		assert_string_not_equal(rp_strerror(a), unknown);
		for (int b = 0; b > a; b--)
			assert_string_not_equal(rp_strerror(a), rp_strerror(b));
	}
}

static void numbers_that_are_no_error(void **state)
{
	(void)state;
	assert_string_equal(rp_strerror(1), rp_strerror(LAST - 1));
	assert_string_equal(rp_strerror(INT_MIN), rp_strerror(INT_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_its_words),
		cmocka_unit_test(numbers_that_are_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
