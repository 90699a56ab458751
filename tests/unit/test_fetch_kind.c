/* fetch/kind.h: the address that is asked, and the addresses that are refused. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "fetch/kind.h"

static struct rp_config config;

static void configure(const char *url)
{
	rp_config_defaults(&config);
	snprintf(config.passwords_url, sizeof config.passwords_url, "%s", url);
}

static void five_capital_digits_behind_the_address(void **state)
{
	char url[FE_URL_MAX];
	(void)state;

	rp_config_defaults(&config);
	fe_kind_url(RP_RANGE_PASSWORD_SHA1, &config, "0af9e", url);
	assert_string_equal(url, "https://api.pwnedpasswords.com/range/0AF9E");
	configure("https://mirror.example:8443/hibp?range=");
	fe_kind_url(RP_RANGE_PASSWORD_SHA1, &config, "abcde", url);
	assert_string_equal(url, "https://mirror.example:8443/hibp?range=ABCDE");
	memset(config.passwords_url, 'a', sizeof config.passwords_url - 1);
	fe_kind_url(RP_RANGE_PASSWORD_SHA1, &config, "abcde", url);
	assert_int_equal(strlen(url), sizeof config.passwords_url - 1 + 5);
}

/* What the kind sends and asks besides. */
static void a_kind_is_a_line(void **state)
{
	const struct fe_kind *k = fe_kind(RP_RANGE_PASSWORD_SHA1);
	uint8_t rows[RP_RANGE_ROW_LEN];
	size_t n;
	(void)state;

	assert_string_equal(k->header, "Add-Padding: true");
	assert_int_equal(k->parse("0123456789ABCDEF0123456789ABCDEF012:1", 37, rows, &n), 0);
	assert_int_equal(n, 1);
}

static void addresses(void **state)
{
	static const char *const good[] = {"https://api.pwnedpasswords.com/range/", "HTTPS://h/", "https://h",
					   "https://127.0.0.1:8443/range/", "https://[::1]:8443/range/"};
	static const struct {
		const char *url, *why;
	} bad[] = {
		{"http://h/range/", "an address that begins with https:// is needed"},
		{"ftp://h/range/", "an address that begins with https:// is needed"},
		{"file:///etc/passwd", "an address that begins with https:// is needed"},
		{"h/range/", "an address that begins with https:// is needed"},
		{" https://h/range/", "an address that begins with https:// is needed"},
		{"https://", "an address that begins with https:// is needed"},
		{"https://h:99999/", "an address that begins with https:// is needed"},
		{"https://a b/", "an address that begins with https:// is needed"},
		{"https://me@h/range/", "it must have no user and no password in it"},
		{"https://me:secret@h/range/", "it must have no user and no password in it"},
		{"https://:secret@h/range/", "it must have no user and no password in it"},
		{"https://h/range/#", "nothing can be put behind a #"},
		{"https://h/#range/", "nothing can be put behind a #"},
	};
	char why[256], want[256];
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		configure(good[i]);
		assert_int_equal(fe_kind_check(&config, why, sizeof why), 0);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		configure(bad[i].url);
		assert_int_equal(fe_kind_check(&config, why, sizeof why), RP_EINVAL);
		snprintf(want, sizeof want, "[fetch] passwords_url: %s", bad[i].why);
		assert_string_equal(why, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_capital_digits_behind_the_address),
		cmocka_unit_test(a_kind_is_a_line),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
