/* engine/totp.h: the vectors of RFC 4226 and RFC 6238, the window, and the URI. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "engine/totp.h"

static const char seed20[] = "12345678901234567890";
static const char seed32[] = "12345678901234567890123456789012";
static const char seed64[] = "1234567890123456789012345678901234567890123456789012345678901234";

static struct en_totp token(unsigned algorithm, unsigned digits, unsigned period)
{
	static const char *const seeds[] = {[EN_SHA1] = seed20, [EN_SHA256] = seed32, [EN_SHA512] = seed64};
	const char *seed = seeds[algorithm];

	return (struct en_totp){(const uint8_t *)seed, strlen(seed), (uint8_t)algorithm, (uint8_t)digits,
				(uint16_t)period};
}

static void rfc6238_appendix_b(void **state)
{
	static const struct {
		int64_t time;
		const char *code[4];
	} vectors[] = {
		{59, {[EN_SHA1] = "94287082", [EN_SHA256] = "46119246", [EN_SHA512] = "90693936"}},
		{1111111109, {[EN_SHA1] = "07081804", [EN_SHA256] = "68084774", [EN_SHA512] = "25091201"}},
		{1111111111, {[EN_SHA1] = "14050471", [EN_SHA256] = "67062674", [EN_SHA512] = "99943326"}},
		{1234567890, {[EN_SHA1] = "89005924", [EN_SHA256] = "91819424", [EN_SHA512] = "93441116"}},
		{2000000000, {[EN_SHA1] = "69279037", [EN_SHA256] = "90698825", [EN_SHA512] = "38618901"}},
		{20000000000, {[EN_SHA1] = "65353130", [EN_SHA256] = "77737706", [EN_SHA512] = "47863826"}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		for (unsigned a = EN_SHA1; a <= EN_SHA512; a++) {
			struct en_totp t = token(a, 8, 30);
			uint64_t counter;

			assert_int_equal(
				en_totp_check(&t, vectors[i].time, 0, 0, vectors[i].code[a], &counter),
				EN_TOTP_GOOD);
			assert_int_equal(counter, vectors[i].time / 30);
		}
}

/* HOTP's counter is TOTP's time step. */
static void rfc4226_appendix_d(void **state)
{
	static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
					    "254676", "287922", "162583", "399871", "520489"};
	struct en_totp t = token(EN_SHA1, 6, 30);
	uint64_t counter;
	(void)state;

	for (unsigned i = 1; i < 10; i++) {
		assert_int_equal(en_totp_check(&t, i * 30, 0, 0, codes[i], &counter), EN_TOTP_GOOD);
		assert_int_equal(counter, i);
	}
	/* Step 0 is never later than the last accepted one. */
	assert_int_equal(en_totp_check(&t, 0, 0, 0, codes[0], &counter), EN_TOTP_USED);
}

static void window_used_old_and_future(void **state)
{
	struct en_totp t = token(EN_SHA1, 8, 30);
	const char *code = "89005924"; /* of step 41152263, which begins at 1234567890 */
	const int64_t start = 1234567890, step = 41152263;
	uint64_t counter;
	(void)state;

	assert_int_equal(en_totp_check(&t, start + 59, 1, 0, code, &counter), EN_TOTP_GOOD);
	assert_int_equal(counter, step);
	assert_int_equal(en_totp_check(&t, start - 30, 1, 0, code, &counter), EN_TOTP_GOOD);
	assert_int_equal(counter, step);
	assert_int_equal(en_totp_check(&t, start + 60, 1, 0, code, &counter), EN_TOTP_BEFORE);
	assert_int_equal(en_totp_check(&t, start - 31, 1, 0, code, &counter), EN_TOTP_AFTER);
	assert_int_equal(en_totp_check(&t, start + 30, 0, 0, code, &counter), EN_TOTP_BEFORE);
	assert_int_equal(en_totp_check(&t, start - 1, 0, 0, code, &counter), EN_TOTP_AFTER);
	assert_int_equal(en_totp_check(&t, start + 30 * (EN_TOTP_FAR + 1), 1, 0, code, &counter),
			 EN_TOTP_NONE);
	assert_int_equal(en_totp_check(&t, start, 1, step - 1, code, &counter), EN_TOTP_GOOD);
	assert_int_equal(en_totp_check(&t, start, 1, step, code, &counter), EN_TOTP_USED);
	assert_int_equal(en_totp_check(&t, start, 1, step + 5, code, &counter), EN_TOTP_USED);
}

static void period_of_sixty(void **state)
{
	struct en_totp t = token(EN_SHA1, 6, 60);
	uint64_t counter;
	(void)state;

	assert_int_equal(en_totp_check(&t, 119, 0, 0, "287082", &counter), EN_TOTP_GOOD);
	assert_int_equal(counter, 1);
	assert_int_equal(en_totp_check(&t, 120, 0, 0, "287082", &counter), EN_TOTP_BEFORE);
}

static void only_its_own_form_is_a_code(void **state)
{
	static const char *const codes[] = {"",		 "9428708",  "942870829", "9428708x",
					    "94 287082", "-4287082", "287082"};
	struct en_totp t = token(EN_SHA1, 8, 30);
	uint64_t counter;
	(void)state;

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		assert_int_equal(en_totp_check(&t, 59, 1, 0, codes[i], &counter), EN_TOTP_NONE);
}

static void parameters_out_of_bounds(void **state)
{
	struct en_totp t = token(EN_SHA1, 8, 30), bad;
	uint64_t counter;
	(void)state;

	bad = t, bad.algorithm = 0;
	assert_int_equal(en_totp_check(&bad, 59, 1, 0, "94287082", &counter), EN_TOTP_ERROR);
	bad = t, bad.algorithm = 4;
	assert_int_equal(en_totp_check(&bad, 59, 1, 0, "94287082", &counter), EN_TOTP_ERROR);
	bad = t, bad.digits = 9;
	assert_int_equal(en_totp_check(&bad, 59, 1, 0, "942870820", &counter), EN_TOTP_ERROR);
	bad = t, bad.period = 0;
	assert_int_equal(en_totp_check(&bad, 59, 1, 0, "94287082", &counter), EN_TOTP_ERROR);
	assert_int_equal(en_totp_check(&t, -1, 1, 0, "94287082", &counter), EN_TOTP_ERROR);
}

static void names_of_algorithms(void **state)
{
	(void)state;
	assert_string_equal(en_totp_algorithm_name(EN_SHA512), "SHA512");
	assert_null(en_totp_algorithm_name(0));
	assert_null(en_totp_algorithm_name(9));
	assert_int_equal(en_totp_algorithm_from("sha256"), EN_SHA256);
	assert_int_equal(en_totp_algorithm_from("md5"), 0);
	assert_int_equal(en_totp_secret_len(EN_SHA1), 20);
	assert_int_equal(en_totp_secret_len(EN_SHA512), 64);
	assert_int_equal(en_totp_secret_len(7), 0);
}

static void uri(void **state)
{
	struct en_totp t = token(EN_SHA1, 6, 30);
	char out[512];
	(void)state;

	assert_true(en_totp_uri(&t, "Santé & Co", "martin", out, sizeof out) > 0);
	assert_string_equal(out, "otpauth://totp/Sant%C3%A9%20%26%20Co:martin?secret="
				 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sant%C3%A9%20%26%20Co");
	t = token(EN_SHA256, 8, 60);
	assert_true(en_totp_uri(&t, "R", "a/b", out, sizeof out) > 0);
	assert_string_equal(
		out, "otpauth://totp/R:a%2Fb?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
		     "&issuer=R&algorithm=SHA256&digits=8&period=60");
	for (size_t size = 0; size <= strlen(out); size++) {
		char *small = test_malloc(size + 1);

		assert_int_equal(en_totp_uri(&t, "R", "a/b", small, size), RP_EINVAL);
		test_free(small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc6238_appendix_b),	       cmocka_unit_test(rfc4226_appendix_d),
		cmocka_unit_test(window_used_old_and_future),  cmocka_unit_test(period_of_sixty),
		cmocka_unit_test(only_its_own_form_is_a_code), cmocka_unit_test(parameters_out_of_bounds),
		cmocka_unit_test(names_of_algorithms),	       cmocka_unit_test(uri),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
