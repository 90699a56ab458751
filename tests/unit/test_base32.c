/* common/base32.h: the vectors of RFC 4648, section 10, what people type, and what is refused. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "common/base32.h"
#include "common/error.h"

static void vectors_of_rfc_4648(void **state)
{
	static const struct {
		const char *plain, *base32, *padded;
	} v[] = {
		{"", "", ""},
		{"f", "MY", "MY======"},
		{"fo", "MZXQ", "MZXQ===="},
		{"foo", "MZXW6", "MZXW6==="},
		{"foob", "MZXW6YQ", "MZXW6YQ="},
		{"fooba", "MZXW6YTB", "MZXW6YTB"},
		{"foobar", "MZXW6YTBOI", "MZXW6YTBOI======"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		size_t n = strlen(v[i].plain);
		char text[32];
		uint8_t out[8];

		assert_int_equal(RP_BASE32_LEN(n), strlen(v[i].base32));
		rp_base32_encode((const uint8_t *)v[i].plain, n, text);
		assert_string_equal(text, v[i].base32);
		assert_int_equal(rp_base32_decode(v[i].base32, out, sizeof out), n);
		assert_memory_equal(out, v[i].plain, n);
		assert_int_equal(rp_base32_decode(v[i].padded, out, n), n);
		assert_memory_equal(out, v[i].plain, n);
	}
}

static void every_byte_at_every_place(void **state)
{
	uint8_t in[10] = {0}, out[10];
	char text[RP_BASE32_LEN(10) + 1];
	(void)state;

	for (size_t n = 1; n <= sizeof in; n++)
		for (unsigned b = 0; b < 256; b++) {
			in[n - 1] = (uint8_t)b;
			rp_base32_encode(in, n, text);
			assert_int_equal(strlen(text), RP_BASE32_LEN(n));
			assert_int_equal(rp_base32_decode(text, out, n), n);
			assert_memory_equal(out, in, n);
		}
}

static void as_people_type_it(void **state)
{
	uint8_t out[8];
	(void)state;

	assert_int_equal(rp_base32_decode("mzxw 6ytb-oI==", out, sizeof out), 6);
	assert_memory_equal(out, "foobar", 6);
	assert_int_equal(rp_base32_decode(" - ", out, sizeof out), 0);
}

/* Every character outside the alphabet, the digits that look like letters among them. */
static void other_characters_are_refused(void **state)
{
	uint8_t out[8];
	char text[] = "MZXW?YTB";
	unsigned refused = 0;
	(void)state;

	for (int c = 1; c < 256; c++) {
		text[4] = (char)c;
		refused += rp_base32_decode(text, out, sizeof out) == RP_EINVAL;
	}
	/* blanks and hyphens leave 7 digits, which is a length that works */
	assert_int_equal(refused, 255 - 26 - 26 - 6 - 2);
	assert_int_equal(rp_base32_decode("MZ=XW6YT", out, sizeof out), RP_EINVAL);
}

static void lengths_that_were_cut(void **state)
{
	static const char digits[] = "AAAAAAAAAAAAAAAA";
	uint8_t out[16];
	(void)state;

	for (size_t n = 0; n <= 16; n++) {
		int cut = n % 8 == 1 || n % 8 == 3 || n % 8 == 6;

		assert_int_equal(rp_base32_decode(digits + 16 - n, out, sizeof out),
				 cut ? RP_EINVAL : (int)(n * 5 / 8));
	}
}

static void never_more_than_there_is_room_for(void **state)
{
	uint8_t out[8];
	(void)state;

	for (size_t max = 0; max < 6; max++) {
		memset(out, 0xee, sizeof out);
		assert_int_equal(rp_base32_decode("MZXW6YTBOI", out, max), RP_EFULL);
		assert_int_equal(out[max], 0xee);
	}
	assert_int_equal(rp_base32_decode("MZXW6YTBOI", out, 6), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_rfc_4648),	 cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(as_people_type_it),	 cmocka_unit_test(other_characters_are_refused),
		cmocka_unit_test(lengths_that_were_cut), cmocka_unit_test(never_more_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
