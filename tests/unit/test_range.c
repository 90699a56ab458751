/* common/range.h: the codec between rempartd and rempart-fetch, and looking a digest up in a range. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/range.h"

static uint8_t packet[RP_RANGE_PACKET_MAX + 1];
static uint8_t rows[RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN];

static void requests(void **state)
{
	static const uint8_t want[] = {1, 1, 0, 0, 0, 1, 1, 0, 5, '0', 'a', 'f', '9', '1'};
	struct rp_range_request req = {RP_RANGE_PASSWORD_SHA1, "0af91"}, back;
	int n = rp_range_request_encode(&req, packet, sizeof packet);
	(void)state;

	assert_int_equal(n, sizeof want);
	assert_memory_equal(packet, want, sizeof want);
	assert_int_equal(rp_range_request_decode(&back, packet, sizeof want), 0);
	assert_int_equal(back.kind, RP_RANGE_PASSWORD_SHA1);
	assert_string_equal(back.prefix, "0af91");
	for (size_t len = 0; len < sizeof want; len++)
		assert_int_equal(rp_range_request_decode(&back, packet, len), RP_EINVAL);
	assert_int_equal(rp_range_request_decode(&back, packet, sizeof want + 1), RP_EINVAL);
	assert_int_equal(rp_range_request_encode(&req, packet, sizeof want - 1), RP_EINVAL);
	packet[0] = 2;
	assert_int_equal(rp_range_request_decode(&back, packet, sizeof want), RP_EVERSION);
}

static void what_is_no_request(void **state)
{
	static const struct rp_range_request bad[] = {{0, "0af91"},  {RP_RANGE_KIND_END, "0af91"},
						      {1, ""},	     {1, "0af9"},
						      {1, "0af911"}, {1, "0AF91"},
						      {1, "0af9/"},  {1, "0af9g"},
						      {1, "../.."},  {255, "0af91"}};
	struct rp_range_request req = {RP_RANGE_PASSWORD_SHA1, "0af91"};
	int n;
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(rp_range_request_encode(&bad[i], packet, sizeof packet), RP_EINVAL);
	n = rp_range_request_encode(&req, packet, sizeof packet);
	packet[n - 1] = 'G';
	assert_int_equal(rp_range_request_decode(&req, packet, (size_t)n), RP_EINVAL);
	packet[n - 1] = '1';
	packet[6] = RP_RANGE_KIND_END;
	assert_int_equal(rp_range_request_decode(&req, packet, (size_t)n), RP_EINVAL);
	packet[6] = 1;
	packet[1] = 2;
	assert_int_equal(rp_range_request_decode(&req, packet, (size_t)n), RP_EINVAL);
}

/* Every number of rows around the ends of the two fields. */
static void answers(void **state)
{
	static const size_t counts[] = {0, 1, 2977, 2978, 2979, 5955, 5956};
	struct rp_range_answer a;
	(void)state;

	for (size_t i = 0; i < sizeof rows; i++)
		rows[i] = (uint8_t)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		int n = rp_range_answer_encode(RP_RANGE_OK, 1ull << 40, rows, counts[i], packet,
					       RP_RANGE_PACKET_MAX);

		assert_true(n > 0);
		assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)n), 0);
		assert_int_equal(a.status, RP_RANGE_OK);
		assert_true(a.detail == 1ull << 40);
		assert_int_equal(a.n_rows[0] + a.n_rows[1], counts[i]);
		assert_memory_equal(a.rows[0], rows, a.n_rows[0] * RP_RANGE_ROW_LEN);
		assert_memory_equal(a.rows[1], rows + a.n_rows[0] * RP_RANGE_ROW_LEN,
				    a.n_rows[1] * RP_RANGE_ROW_LEN);
	}
	assert_int_equal(
		rp_range_answer_encode(RP_RANGE_OK, 0, rows, RP_RANGE_ROWS_MAX + 1, packet, sizeof packet),
		RP_EINVAL);
	assert_int_equal(rp_range_answer_encode(RP_RANGE_OK, 0, rows, RP_RANGE_ROWS_MAX, packet, 100000),
			 RP_EINVAL);
}

static void what_is_no_answer(void **state)
{
	struct rp_range_answer a;
	int n = rp_range_answer_encode(RP_RANGE_OK, 0, rows, 3, packet, sizeof packet);
	(void)state;

	for (int len = 0; len < n; len++) {
		assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)len), RP_EINVAL);
		assert_null(a.rows[0]);
	}
	assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)n + 1), RP_EINVAL);
	assert_int_equal(rp_range_answer_decode(&a, packet, RP_RANGE_PACKET_MAX + 1), RP_EINVAL);
	for (unsigned status = 0; status < 256; status++) {
		bool known = status > RP_RANGE_NONE && status < RP_RANGE_STATUS_END;

		packet[6] = (uint8_t)status;
		assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)n), known ? 0 : RP_EINVAL);
	}
	packet[6] = RP_RANGE_OK;
	packet[18]--; /* one byte less than three rows */
	assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)n - 1), RP_EINVAL);
}

static void put_row(size_t at, const uint8_t digest[20], uint32_t count)
{
	uint8_t *row = rows + at * RP_RANGE_ROW_LEN;

	memcpy(row, digest + 2, 18);
	row[0] &= 0x0f;
	for (int i = 0; i < 4; i++)
		row[18 + i] = (uint8_t)(count >> (24 - 8 * i));
}

static uint32_t look_up(size_t n, const uint8_t digest[20])
{
	struct rp_range_answer a;
	int len = rp_range_answer_encode(RP_RANGE_OK, 0, rows, n, packet, sizeof packet);

	assert_true(len > 0);
	assert_int_equal(rp_range_answer_decode(&a, packet, (size_t)len), 0);
	return rp_range_count(RP_RANGE_PASSWORD_SHA1, &a, digest);
}

static void counts(void **state)
{
	uint8_t digest[20], other[20];
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	(void)state;

	for (int i = 0; i < 20; i++)
		digest[i] = other[i] = (uint8_t)(0x10 + 0x0b * i);
	rp_range_prefix(RP_RANGE_PASSWORD_SHA1, digest, prefix);
	assert_string_equal(prefix, "101b2");
	memset(rows, 0xff, sizeof rows);
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX, digest), 0);
	put_row(RP_RANGE_ROWS_MAX - 1, digest, 0x01020304);
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX, digest), 0x01020304);
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX - 1, digest), 0);
	put_row(0, digest, 7); /* of two the higher */
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX, digest), 0x01020304);
	put_row(RP_RANGE_ROWS_MAX - 1, digest, 0); /* padding */
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX, digest), 7);
	other[19] ^= 1;
	assert_int_equal(look_up(RP_RANGE_ROWS_MAX, other), 0);
	assert_int_equal(look_up(0, digest), 0);
}

static void causes(void **state)
{
	char out[32], seen[RP_RANGE_STATUS_END][32];
	(void)state;

	assert_string_equal(rp_range_cause(RP_RANGE_HTTP, 503, out, sizeof out), "http-503");
	assert_string_equal(rp_range_cause(RP_RANGE_BREAKER, 9, out, sizeof out), "breaker-open");
	assert_string_equal(rp_range_cause(RP_RANGE_NONE, 0, out, sizeof out), "no-answer");
	assert_string_equal(rp_range_cause(RP_RANGE_STATUS_END, 0, out, sizeof out), "no-answer");
	for (unsigned i = RP_RANGE_OK; i < RP_RANGE_STATUS_END; i++) {
		rp_range_cause(i, 0, seen[i], sizeof *seen);
		assert_string_not_equal(seen[i], "no-answer");
		for (unsigned j = RP_RANGE_OK; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests), cmocka_unit_test(what_is_no_request),
		cmocka_unit_test(answers),  cmocka_unit_test(what_is_no_answer),
		cmocka_unit_test(counts),   cmocka_unit_test(causes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
