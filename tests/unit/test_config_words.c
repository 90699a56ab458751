/* common/config.h: words of a list, and dates. */
#include "tests/unit/cmocka_all.h"

#include "common/config.h"
#include "common/error.h"

static void words_of_a_list(void **state)
{
	(void)state;
	assert_true(rp_list_has("a", "a"));
	assert_true(rp_list_has("  a\tbc, d,", "bc"));
	assert_true(rp_list_has("a b", "b"));
	assert_false(rp_list_has("abc", "b"));
	assert_false(rp_list_has("abc", "ab"));
	assert_false(rp_list_has("ab", "abc"));
	assert_false(rp_list_has("", "a"));
	assert_false(rp_list_has("a  b", ""));
	assert_false(rp_list_has("", ""));
}

static void dates(void **state)
{
	static const char *const bad[] = {
		"",	      "2027",	    "2027-1-01",   "2027-02-29", "2027-02-31",
		"2027-13-01", "2027-00-10", "2027-01-00",  "2027-01-32", "2027-01-011",
		"2027/01/01", " 2027-1-1",  "2027-01-01Z", "-027-01-01", "20270-1-01"};
	int64_t t;
	(void)state;

	assert_int_equal(rp_date_parse("1970-01-02", &t), 0);
	assert_int_equal(t, 86400);
	assert_int_equal(rp_date_parse("2028-02-29", &t), 0);
	assert_int_equal(t, 1835395200);
	assert_int_equal(rp_date_parse("9999-12-31", &t), 0);
	assert_true(t == 253402214400);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		t = 42;
		assert_int_equal(rp_date_parse(bad[i], &t), RP_EINVAL);
		assert_int_equal(t, 42);
	}
}

static void seconds(void **state)
{
	const char *const bad[] = {"", "m", "30x", "30mm", "30 m", "1.5h", "-1", "99999999999", "30m "};
	int64_t t;
	(void)state;

	assert_int_equal(rp_seconds_parse("0", &t), 0);
	assert_int_equal(t, 0);
	assert_int_equal(rp_seconds_parse("90s", &t), 0);
	assert_int_equal(t, 90);
	assert_int_equal(rp_seconds_parse("30m", &t), 0);
	assert_int_equal(t, 1800);
	assert_int_equal(rp_seconds_parse("24h", &t), 0);
	assert_int_equal(t, 86400);
	assert_int_equal(rp_seconds_parse("7d", &t), 0);
	assert_int_equal(t, 604800);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		t = 42;
		assert_int_equal(rp_seconds_parse(bad[i], &t), RP_EINVAL);
		assert_int_equal(t, 42);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_a_list),
		cmocka_unit_test(dates),
		cmocka_unit_test(seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
