/* fetch/kind.h: the addresses that are asked, the addresses that are refused, and what an answer is. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/kind.h"

#define API "https://haveibeenpwned.com/api/v3/"

static struct rp_config config;

static const char *url(unsigned kind, const char *argument)
{
	static char out[FE_URL_MAX];
	struct fe_question q = {.kind = kind};

	snprintf(q.argument, sizeof q.argument, "%s", argument);
	fe_kind_url(&q, &config, out);
	return out;
}

static void five_capital_digits_behind_the_address(void **state)
{
	(void)state;

	rp_config_defaults(&config);
	assert_string_equal(url(FE_PASSWORDS, "0af9e"), "https://api.pwnedpasswords.com/range/0AF9E");
	strcpy(config.passwords_url, "https://mirror.example:8443/hibp?range=");
	assert_string_equal(url(FE_PASSWORDS, "abcde"), "https://mirror.example:8443/hibp?range=ABCDE");
	memset(config.passwords_url, 'a', sizeof config.passwords_url - 1);
	assert_int_equal(strlen(url(FE_PASSWORDS, "abcde")), sizeof config.passwords_url - 1 + 5);
}

static void addresses_of_the_e_mail_api(void **state)
{
	(void)state;

	rp_config_defaults(&config);
	strcpy(config.portal_domain, "portal.example.org");
	assert_string_equal(url(FE_RANGE, "0af91c"), API "breachedaccount/range/0AF91C");
	assert_string_equal(url(FE_EXACT, "claire@example.org"),
			    API "breachedaccount/claire%40example.org"
				"?truncateResponse=false&IncludeUnverified=true");
	assert_string_equal(url(FE_STEALERS, "0"), API "stealerlogsbywebsitedomain/portal.example.org");
	assert_string_equal(url(FE_PLAN, ""), API "subscription/status");
	assert_string_equal(url(FE_RECORDS, ""), API "breaches");
}

/* Nothing of an address is anything but a part of the path. */
static void an_address_is_escaped(void **state)
{
	char longest[RP_ADDRESS_MAX + 1];
	(void)state;

	rp_config_defaults(&config);
	assert_string_equal(url(FE_EXACT, "a+b/../c?d#e%f g\r\n\xc3\xa9-._~Z9@x"),
			    API "breachedaccount/a%2Bb%2F..%2Fc%3Fd%23e%25f%20g%0D%0A%C3%A9-._~Z9%40x"
				"?truncateResponse=false&IncludeUnverified=true");
	memset(config.email_url, 'a', sizeof config.email_url - 1);
	memset(longest, '@', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(strlen(url(FE_EXACT, longest)),
			 sizeof config.email_url - 1 + strlen("breachedaccount/") + 3 * RP_ADDRESS_MAX +
				 strlen("?truncateResponse=false&IncludeUnverified=true"));
}

static void what_the_configuration_has(void **state)
{
	(void)state;

	rp_config_defaults(&config);
	assert_true(fe_kind_is_on(FE_PASSWORDS, &config));
	assert_true(fe_kind_is_on(FE_RANGE, &config));
	assert_true(fe_kind_is_on(FE_PLAN, &config));
	assert_false(fe_kind_is_on(FE_EXACT, &config));
	assert_false(fe_kind_is_on(FE_STEALERS, &config));
	config.email_exact = 1;
	strcpy(config.portal_domain, "example.org");
	assert_true(fe_kind_is_on(FE_EXACT, &config));
	assert_true(fe_kind_is_on(FE_STEALERS, &config));
}

/* What the kind sends and asks besides. */
static void a_kind_is_a_line(void **state)
{
	const struct fe_kind *k = fe_kind(FE_PASSWORDS);
	uint8_t *bytes;
	size_t n;
	(void)state;

	assert_string_equal(k->header, "Add-Padding: true");
	assert_int_equal(k->parse("0123456789ABCDEF0123456789ABCDEF012:1", 37, &bytes, &n), 0);
	assert_int_equal(n, RP_RANGE_ROW_LEN);
	free(bytes);
	/* Only the passwords' server is asked without the key, and the records, which are public. */
	for (unsigned i = 0; i < FE_KINDS; i++)
		assert_int_equal(fe_kind(i)->keyed, i != FE_PASSWORDS && i != FE_RECORDS);
	/* Neither addresses nor what they led to stay in memory; what leads to no address may. */
	assert_int_equal(fe_kind(FE_EXACT)->fresh, 0);
}

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

static void addresses(void **state)
{
	static const char *const good[] = {"https://api.pwnedpasswords.com/range/", "HTTPS://h/",
					   "https://h/", "https://127.0.0.1:8443/range/",
					   "https://[::1]:8443/range/"};
	char why[256], want[256];
	(void)state;

	for (int email = 0; email < 2; email++) {
		char *at = email ? config.email_url : config.passwords_url;

		rp_config_defaults(&config);
		for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
			strcpy(at, good[i]);
			assert_int_equal(fe_kind_check(&config, why, sizeof why), 0);
		}
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
			strcpy(at, bad[i].url);
			assert_int_equal(fe_kind_check(&config, why, sizeof why), RP_EINVAL);
			snprintf(want, sizeof want, "[fetch] %s: %s", email ? "email_url" : "passwords_url",
				 bad[i].why);
			assert_string_equal(why, want);
		}
	}
}

/* Behind passwords_url come digits, behind email_url come paths. */
static void what_paths_are_put_behind(void **state)
{
	static const char *const none[] = {"https://h", "https://h/api/v3", "https://h/?path=/",
					   "https://h/api/?/"};
	char why[256];
	(void)state;

	rp_config_defaults(&config);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		strcpy(config.passwords_url, none[i]);
		assert_int_equal(fe_kind_check(&config, why, sizeof why), 0);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		strcpy(config.email_url, none[i]);
		assert_int_equal(fe_kind_check(&config, why, sizeof why), RP_EINVAL);
		assert_string_equal(why, "[fetch] email_url: it must be a path that ends with /");
	}
}

static void domains(void **state)
{
	static const char *const none[] = {"a/b",   "a?b",  "a#b",	 "a b",
					   "a%2Fb", "me@a", "https://a", "\xc3\xa9.fr"};
	char why[256];
	(void)state;

	rp_config_defaults(&config);
	strcpy(config.portal_domain, "Portal-1.example.org");
	assert_int_equal(fe_kind_check(&config, why, sizeof why), 0);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		strcpy(config.portal_domain, none[i]);
		assert_int_equal(fe_kind_check(&config, why, sizeof why), RP_EINVAL);
		assert_string_equal(why, "[fetch] portal_domain: a name as in example.org is needed");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_capital_digits_behind_the_address),
		cmocka_unit_test(addresses_of_the_e_mail_api),
		cmocka_unit_test(an_address_is_escaped),
		cmocka_unit_test(what_the_configuration_has),
		cmocka_unit_test(a_kind_is_a_line),
		cmocka_unit_test(addresses),
		cmocka_unit_test(what_paths_are_put_behind),
		cmocka_unit_test(domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
