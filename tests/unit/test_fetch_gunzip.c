/* fetch/gunzip.h: what is cut, changed or followed by something is not unpacked at all. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "common/error.h"
#include "fetch/gunzip.h"

#define LINE "0123456789ABCDEF0123456789ABCDEF012:1\r\n"
#define LINES 200
#define TEXT_LEN (LINES * (sizeof LINE - 1))

static char text[TEXT_LEN], packed[2 * TEXT_LEN];
static size_t packed_len;

/* Every line ends a block, so that what is before it can be unpacked without the rest. */
static int pack(void **state)
{
	z_stream z = {0};
	(void)state;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = (Bytef *)packed;
	z.avail_out = sizeof packed;
	for (size_t i = 0; i < LINES; i++) {
		memcpy(text + i * (sizeof LINE - 1), LINE, sizeof LINE - 1);
		z.next_in = (Bytef *)text + i * (sizeof LINE - 1);
		z.avail_in = sizeof LINE - 1;
		assert_int_equal(deflate(&z, Z_SYNC_FLUSH), Z_OK);
	}
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_len = z.total_out;
	deflateEnd(&z);
	return 0;
}

static int unpack(const char *in, size_t len, size_t max)
{
	char *exact = malloc(len + !len), *out;
	size_t out_len;
	int err;

	assert_non_null(exact);
	memcpy(exact, in, len);
	err = fe_gunzip(exact, len, max, &out, &out_len);
	free(exact);
	if (err) {
		assert_null(out);
		return err;
	}
	assert_int_equal(out_len, TEXT_LEN);
	assert_memory_equal(out, text, TEXT_LEN);
	free(out);
	return 0;
}

static void whole(void **state)
{
	(void)state;

	assert_int_equal(unpack(packed, packed_len, TEXT_LEN), 0);
	assert_int_equal(unpack(packed, packed_len, 2 * TEXT_LEN), 0);
}

static void cut_anywhere(void **state)
{
	(void)state;

	for (size_t len = 0; len < packed_len; len++)
		assert_int_equal(unpack(packed, len, TEXT_LEN), RP_EINVAL);
}

static void followed_by_something(void **state)
{
	char more[sizeof packed + 1];
	(void)state;

	memcpy(more, packed, packed_len);
	more[packed_len] = '\0';
	assert_int_equal(unpack(more, packed_len + 1, TEXT_LEN), RP_EINVAL);
}

/* The trailer is the checksum and the length. */
static void changed(void **state)
{
	(void)state;

	for (size_t i = packed_len - 8; i < packed_len; i++) {
		packed[i] ^= 1;
		assert_int_equal(unpack(packed, packed_len, TEXT_LEN), RP_EINVAL);
		packed[i] ^= 1;
	}
	assert_int_equal(unpack(text, TEXT_LEN, TEXT_LEN), RP_EINVAL);
}

static void more_than_allowed(void **state)
{
	(void)state;

	assert_int_equal(unpack(packed, packed_len, TEXT_LEN - 1), RP_EFULL);
	assert_int_equal(unpack(packed, packed_len, 1), RP_EFULL);
	assert_int_equal(unpack(packed, packed_len, 0), RP_EFULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(followed_by_something),
		cmocka_unit_test(changed),
		cmocka_unit_test(more_than_allowed),
	};

	return cmocka_run_group_tests(tests, pack, NULL);
}
