/* common/reply.h: the codec of answers. What must never happen: bytes that are no answer read as "yes". */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/qr.h"
#include "common/reply.h"

static struct rp_reply usual(void)
{
	return (struct rp_reply){.version = RP_VERSION,
				 .verb = RP_ENROL_BEGIN,
				 .verdict = RP_OK,
				 .n1 = 1,
				 .n2 = UINT64_MAX,
				 .t1 = "SECRET",
				 .t2 = "otpauth://totp/x",
				 .t3 = {1, 0, 0x80},
				 .t3_len = 3};
}

static int decode(struct rp_reply *rep, const uint8_t *buf, size_t len)
{
	uint8_t *block = malloc(len ? len : 1);
	int err;

	assert_non_null(block);
	memcpy(block, buf, len);
	memset(rep, 0xee, sizeof *rep);
	err = rp_reply_decode(rep, block, len);
	free(block);
	return err;
}

/* Refused, and nothing of it is left but the version: the verdict is RP_UNAVAILABLE. */
static void assert_refused(const uint8_t *buf, size_t len, int err, uint8_t version)
{
	static struct rp_reply rep, wiped;

	memset(&wiped, 0, sizeof wiped);
	wiped.version = version;
	assert_int_equal(decode(&rep, buf, len), err);
	assert_memory_equal(&rep, &wiped, sizeof rep);
}

static size_t encode(const struct rp_reply *rep, uint8_t buf[RP_PACKET_MAX])
{
	int n = rp_reply_encode(rep, buf, RP_PACKET_MAX);

	assert_true(n > 0);
	return (size_t)n;
}

/* By their bytes: the padding inside the structs is nobody's. */
static void assert_same(const struct rp_reply *a, const struct rp_reply *b)
{
	uint8_t x[RP_PACKET_MAX], y[RP_PACKET_MAX];
	size_t n = encode(a, x);

	assert_int_equal(encode(b, y), n);
	assert_memory_equal(x, y, n);
}

static void round_trip_of_every_verdict(void **state)
{
	struct rp_reply rep = usual(), back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (uint8_t verdict = 0; verdict < RP_VERDICT_END; verdict++) {
		rep.verdict = verdict;
		assert_int_equal(decode(&back, buf, encode(&rep, buf)), 0);
		assert_same(&back, &rep);
	}
}

static void the_largest_answer_fits_into_a_packet(void **state)
{
	struct rp_reply rep = usual(), back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	memset(rep.t1, '1', RP_T1_MAX);
	memset(rep.t2, '2', RP_T2_MAX);
	memset(rep.t3, 0xff, RP_T3_MAX);
	rep.t3_len = RP_T3_MAX;
	assert_int_equal(decode(&back, buf, encode(&rep, buf)), 0);
	assert_same(&back, &rep);
	assert_true(1 + (RP_QR_SIDE_MAX * RP_QR_SIDE_MAX + 7) / 8 <= RP_T3_MAX);
	rep.t3_len = RP_T3_MAX + 1;
	assert_int_equal(rp_reply_encode(&rep, buf, sizeof buf), RP_EINVAL);
}

static void an_unknown_verdict_is_refused(void **state)
{
	struct rp_reply rep = usual();
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (unsigned verdict = RP_VERDICT_END; verdict < 256; verdict++) {
		rep.verdict = (uint8_t)verdict;
		assert_refused(buf, encode(&rep, buf), RP_EINVAL, RP_VERSION);
	}
}

/* As written by hand: verdict, n1, n2, t1, t2, t3, each of the length given. */
static size_t by_hand(uint8_t *buf, const size_t len[6], const char *text)
{
	static uint8_t ones[RP_T3_MAX + 1];
	struct rp_packet p;

	memset(ones, 1, sizeof ones);
	rp_packet_start(&p, buf, RP_PACKET_MAX, RP_VERSION, RP_AUTH, 0);
	for (int i = 0; i < 6; i++)
		rp_packet_put(&p, text && (i == 3 || i == 4) ? (const void *)text : ones, len[i]);
	assert_false(p.bad);
	return p.at;
}

static void fields_of_a_wrong_length(void **state)
{
	static const size_t right[6] = {1, 8, 8, RP_T1_MAX, RP_T2_MAX, RP_T3_MAX};
	uint8_t buf[RP_PACKET_MAX];
	struct rp_reply rep;
	size_t len[6];
	(void)state;

	assert_int_equal(decode(&rep, buf, by_hand(buf, right, NULL)), 0);
	for (int wrong = 0; wrong < 6; wrong++) {
		memcpy(len, right, sizeof len);
		len[wrong]++;
		assert_refused(buf, by_hand(buf, len, NULL), RP_EINVAL, RP_VERSION);
		len[wrong] -= 2;
		if (wrong < 3) /* numbers have one length */
			assert_refused(buf, by_hand(buf, len, NULL), RP_EINVAL, RP_VERSION);
		else
			assert_int_equal(decode(&rep, buf, by_hand(buf, len, NULL)), 0);
	}
}

static void a_nul_inside_a_text(void **state)
{
	uint8_t buf[RP_PACKET_MAX];
	struct rp_reply rep;
	(void)state;

	assert_refused(buf, by_hand(buf, (size_t[6]){1, 8, 8, 3, 0, 0}, "a\0b"), RP_EINVAL, RP_VERSION);
	assert_refused(buf, by_hand(buf, (size_t[6]){1, 8, 8, 0, 3, 0}, "a\0b"), RP_EINVAL, RP_VERSION);
	assert_int_equal(decode(&rep, buf, by_hand(buf, (size_t[6]){1, 8, 8, 3, 3, 0}, "a.b")), 0);
}

static void every_other_length_is_refused(void **state)
{
	static uint8_t buf[RP_PACKET_MAX + 1];
	struct rp_reply rep = usual();
	size_t n = encode(&rep, buf);
	(void)state;

	for (size_t len = 0; len < n; len++)
		assert_refused(buf, len, RP_EINVAL, len < RP_HEADER_LEN ? 0 : RP_VERSION);
	assert_refused(buf, n + 1, RP_EINVAL, RP_VERSION);
	assert_refused(buf, RP_PACKET_MAX + 1, RP_EINVAL, 0);
}

static void versions(void **state)
{
	struct rp_reply rep = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&rep, buf);
	(void)state;

	for (unsigned version = 0; version < 256; version++) {
		buf[0] = (uint8_t)version;
		if (version < RP_VERSION_OLDEST || version > RP_VERSION)
			assert_refused(buf, n, RP_EVERSION, buf[0]);
	}
}

static void too_little_room_to_encode(void **state)
{
	struct rp_reply rep = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&rep, buf);
	(void)state;

	for (size_t size = 0; size < n; size++)
		assert_int_equal(rp_reply_encode(&rep, buf, size), RP_EINVAL);
	assert_int_equal(rp_reply_encode(&rep, buf, n), n);
}

static void wipes(void **state)
{
	static struct rp_reply rep, zero;
	(void)state;

	memset(&rep, 0xee, sizeof rep);
	rp_reply_wipe(&rep);
	assert_memory_equal(&rep, &zero, sizeof rep);
	assert_int_equal(zero.verdict, RP_UNAVAILABLE); /* memory that nobody filled in lets nobody in */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip_of_every_verdict),
		cmocka_unit_test(the_largest_answer_fits_into_a_packet),
		cmocka_unit_test(an_unknown_verdict_is_refused),
		cmocka_unit_test(fields_of_a_wrong_length),
		cmocka_unit_test(a_nul_inside_a_text),
		cmocka_unit_test(every_other_length_is_refused),
		cmocka_unit_test(versions),
		cmocka_unit_test(too_little_room_to_encode),
		cmocka_unit_test(wipes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
