/* common/packet.h: fields, their bounds, and that nothing outside the buffer is read or written. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/packet.h"

static void header_and_fields(void **state)
{
	static const uint8_t want[] = {1, 2, 0xab, 0xcd, 0, 3, 'a', 'b', 'c', 0, 0,
				       0, 8, 1,	   2,	 3, 4, 5,   6,	 7,   8};
	uint8_t buf[sizeof want];
	struct rp_packet p;
	(void)state;

	rp_packet_start(&p, buf, sizeof buf, 1, 2, 0xabcd);
	rp_packet_put(&p, "abc", 3);
	rp_packet_put(&p, NULL, 0);
	rp_packet_put_u64(&p, 0x0102030405060708);
	assert_false(p.bad);
	assert_int_equal(p.at, sizeof want);
	assert_memory_equal(buf, want, sizeof want);
}

static void reads_what_was_written(void **state)
{
	uint8_t buf[64], bytes[4];
	char text[4];
	struct rp_packet p;
	(void)state;

	rp_packet_start(&p, buf, sizeof buf, 1, 2, 0);
	rp_packet_put(&p, "a\0c", 3);
	rp_packet_put(&p, "xyz", 3);
	rp_packet_put_u64(&p, UINT64_MAX - 1);
	rp_packet_open(&p, buf, p.at);
	assert_int_equal(rp_packet_get(&p, bytes, sizeof bytes), 3);
	assert_memory_equal(bytes, "a\0c", 3);
	rp_packet_get_text(&p, text, 3);
	assert_string_equal(text, "xyz");
	assert_int_equal(rp_packet_end(&p), RP_EINVAL); /* one field is left */
	assert_true(rp_packet_get_u64(&p) == UINT64_MAX - 1);
	assert_int_equal(rp_packet_end(&p), 0);
}

/* Every room smaller than what is needed: refused, and the bytes behind it are not touched. */
static void no_room_is_bad(void **state)
{
	(void)state;
	for (size_t size = 0; size <= 9; size++) {
		uint8_t *buf = malloc(size + 4);
		struct rp_packet p;

		assert_non_null(buf);
		memset(buf, 0xee, size + 4);
		rp_packet_start(&p, buf, size, 1, 2, 3);
		rp_packet_put(&p, "abc", 3);
		assert_int_equal(!p.bad, size == 9);
		assert_memory_equal(buf + size, "\xee\xee\xee\xee", 4);
		rp_packet_put(&p, NULL, 0); /* once bad, or full, always bad */
		assert_true(p.bad);
		free(buf);
	}
}

static void a_field_longer_than_its_length_can_say(void **state)
{
	static uint8_t big[UINT16_MAX + 1], buf[UINT16_MAX + 64];
	struct rp_packet p;
	(void)state;

	rp_packet_start(&p, buf, sizeof buf, 1, 2, 0);
	rp_packet_put(&p, big, UINT16_MAX);
	assert_false(p.bad);
	rp_packet_start(&p, buf, sizeof buf, 1, 2, 0);
	rp_packet_put(&p, big, sizeof big);
	assert_true(p.bad);
}

/* Opens the bytes after a header, in a block of their own so that a read past the end is seen by ASan. */
static uint8_t *open_copy(struct rp_packet *p, const char *fields, size_t len)
{
	uint8_t *block = malloc(RP_HEADER_LEN + len);

	assert_non_null(block);
	memset(block, 0, RP_HEADER_LEN);
	memcpy(block + RP_HEADER_LEN, fields, len);
	rp_packet_open(p, block, RP_HEADER_LEN + len);
	return block;
}

static void a_field_that_is_cut(void **state)
{
	static const char whole[] = {0, 3, 'a', 'b', 'c'};
	struct rp_packet p;
	char out[8];
	(void)state;

	for (size_t len = 0; len <= sizeof whole; len++) {
		uint8_t *block = open_copy(&p, whole, len);

		assert_int_equal(rp_packet_get(&p, out, sizeof out), len == sizeof whole ? 3 : 0);
		assert_int_equal(rp_packet_end(&p), len == sizeof whole ? 0 : RP_EINVAL);
		free(block);
	}
}

static void a_field_longer_than_its_place(void **state)
{
	static const char fields[] = {0, 3, 'a', 'b', 'c', 0, 1, 'd'};
	struct rp_packet p;
	char out[4] = "...";
	uint8_t *block = open_copy(&p, fields, sizeof fields);
	(void)state;

	assert_int_equal(rp_packet_get(&p, out, 2), 0);
	assert_string_equal(out, "...");
	assert_int_equal(rp_packet_get(&p, out, sizeof out), 0); /* and nothing after it is read */
	rp_packet_get_text(&p, out, 3);
	assert_string_equal(out, "");
	assert_true(rp_packet_get_u64(&p) == 0);
	assert_int_equal(rp_packet_end(&p), RP_EINVAL);
	free(block);
}

static void text_with_a_nul(void **state)
{
	static const char fields[] = {0, 3, 'a', 0, 'c'};
	struct rp_packet p;
	char out[4];
	uint8_t *block = open_copy(&p, fields, sizeof fields);
	(void)state;

	rp_packet_get_text(&p, out, 3);
	assert_int_equal(rp_packet_end(&p), RP_EINVAL);
	free(block);
}

static void a_number_of_another_length(void **state)
{
	static const char fields[] = {0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct rp_packet p;
	(void)state;

	for (char len = 0; len < 10; len++) {
		uint8_t *block = open_copy(&p, fields, 2 + (size_t)len);

		block[RP_HEADER_LEN + 1] = (uint8_t)len;
		assert_true(rp_packet_get_u64(&p) == (len == 8 ? 0x0102030405060708 : 0));
		assert_int_equal(rp_packet_end(&p), len == 8 ? 0 : RP_EINVAL);
		free(block);
	}
}

static void bytes_left_over(void **state)
{
	static const char fields[] = {0, 1, 'a', 0};
	struct rp_packet p;
	char out[4];
	uint8_t *block = open_copy(&p, fields, sizeof fields);
	(void)state;

	assert_int_equal(rp_packet_get(&p, out, sizeof out), 1);
	assert_int_equal(rp_packet_end(&p), RP_EINVAL);
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_and_fields),
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(no_room_is_bad),
		cmocka_unit_test(a_field_longer_than_its_length_can_say),
		cmocka_unit_test(a_field_that_is_cut),
		cmocka_unit_test(a_field_longer_than_its_place),
		cmocka_unit_test(text_with_a_nul),
		cmocka_unit_test(a_number_of_another_length),
		cmocka_unit_test(bytes_left_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
