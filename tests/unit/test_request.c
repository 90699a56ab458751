/* common/request.h: the codec of requests, over every length, version, verb and field bound. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/request.h"

static struct rp_request usual(void)
{
	return (struct rp_request){.version = RP_VERSION,
				   .verb = RP_AUTH,
				   .flags = 0x1234,
				   .user = "martin",
				   .service = "sshd",
				   .source = "192.0.2.7",
				   .code = "123456",
				   .has_digest = true,
				   .digest = "twenty bytes of SHA-",
				   .address = "claire@officine.example"};
}

/* Decodes a copy in a block of its own, into a struct that was full of something else. */
static int decode(struct rp_request *req, const uint8_t *buf, size_t len)
{
	uint8_t *block = malloc(len ? len : 1);
	int err;

	assert_non_null(block);
	memcpy(block, buf, len);
	memset(req, 0xee, sizeof *req);
	err = rp_request_decode(req, block, len);
	free(block);
	return err;
}

/* Refused, and nothing of it is left but the version. */
static void assert_refused(const uint8_t *buf, size_t len, int err, uint8_t version)
{
	struct rp_request req, wiped = {.version = version};

	assert_int_equal(decode(&req, buf, len), err);
	assert_memory_equal(&req, &wiped, sizeof req);
}

static size_t encode(const struct rp_request *req, uint8_t buf[RP_PACKET_MAX])
{
	int n = rp_request_encode(req, buf, RP_PACKET_MAX);

	assert_true(n > 0);
	return (size_t)n;
}

/* By their bytes: the padding inside the structs is nobody's. */
static void assert_same(const struct rp_request *a, const struct rp_request *b)
{
	uint8_t x[RP_PACKET_MAX], y[RP_PACKET_MAX];
	size_t n = encode(a, x);

	assert_int_equal(encode(b, y), n);
	assert_memory_equal(x, y, n);
}

static void round_trip(void **state)
{
	struct rp_request req = usual(), back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (uint8_t verb = 1; verb < RP_VERB_END; verb++) {
		req = usual();
		req.verb = verb;
		if (verb == RP_CHECK_PASSWORD)
			req.user[0] = '\0';
		assert_int_equal(decode(&back, buf, encode(&req, buf)), 0);
		assert_same(&back, &req);
	}
}

static void fields_at_their_largest(void **state)
{
	struct rp_request req = usual(), back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	memset(req.user, 'u', RP_USER_MAX);
	memset(req.service, 's', RP_SERVICE_MAX);
	memset(req.source, 'o', RP_SOURCE_MAX);
	memset(req.code, 'c', RP_CODE_MAX);
	memset(req.address, 'a', RP_ADDRESS_MAX);
	assert_int_equal(decode(&back, buf, encode(&req, buf)), 0);
	assert_same(&back, &req);
}

/* A field one byte too long, for each of the six. */
static void fields_too_large(void **state)
{
	static const size_t max[] = {RP_USER_MAX, RP_SERVICE_MAX, RP_SOURCE_MAX,
				     RP_CODE_MAX, RP_DIGEST_LEN,  RP_ADDRESS_MAX};
	static char text[RP_USER_MAX + 1];
	uint8_t buf[RP_PACKET_MAX];
	struct rp_request req;
	(void)state;

	memset(text, 'x', sizeof text);
	for (size_t wrong = 0; wrong <= 6; wrong++) {
		struct rp_packet p;

		rp_packet_start(&p, buf, sizeof buf, RP_VERSION, RP_AUTH, 0);
		for (size_t i = 0; i < 6; i++)
			rp_packet_put(&p, text, max[i] + (i == wrong));
		if (wrong == 6)
			assert_int_equal(decode(&req, buf, p.at), 0);
		else
			assert_refused(buf, p.at, RP_EINVAL, RP_VERSION);
	}
}

static void a_nul_inside_each_field(void **state)
{
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (size_t wrong = 0; wrong < 4; wrong++) {
		struct rp_packet p;

		rp_packet_start(&p, buf, sizeof buf, RP_VERSION, RP_AUTH, 0);
		for (size_t i = 0; i < 4; i++)
			rp_packet_put(&p, i == wrong ? "a\0b" : "a.b", 3);
		rp_packet_put(&p, NULL, 0);
		assert_refused(buf, p.at, RP_EINVAL, RP_VERSION);
	}
}

static void every_shorter_packet_is_refused(void **state)
{
	struct rp_request req = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&req, buf);
	(void)state;

	for (size_t len = 0; len < n; len++)
		assert_refused(buf, len, RP_EINVAL, len < RP_HEADER_LEN ? 0 : RP_VERSION);
}

static void longer_packets_are_refused(void **state)
{
	static uint8_t buf[RP_PACKET_MAX + 1];
	struct rp_request req = usual();
	size_t n = encode(&req, buf);
	(void)state;

	assert_refused(buf, n + 1, RP_EINVAL, RP_VERSION);
	assert_refused(buf, RP_PACKET_MAX, RP_EINVAL, RP_VERSION);
	assert_refused(buf, RP_PACKET_MAX + 1, RP_EINVAL, 0);
}

static void versions(void **state)
{
	struct rp_request req = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&req, buf);
	(void)state;

	for (unsigned version = 0; version < 256; version++) {
		buf[0] = (uint8_t)version;
		if (version < RP_VERSION_OLDEST || version > RP_VERSION)
			assert_refused(buf, n, RP_EVERSION, buf[0]);
	}
	buf[0] = 1; /* which ends before the address */
	assert_refused(buf, n, RP_EINVAL, buf[0]);
	buf[0] = RP_VERSION + 1; /* what a later version looks like behind its header is not ours to judge */
	assert_refused(buf, RP_HEADER_LEN, RP_EVERSION, buf[0]);
}

/* A program that still has the module of the version before: the same without an address, and no verb that
 * came later. */
static void the_version_before(void **state)
{
	struct rp_request req = usual(), back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	req.version = 1;
	for (unsigned verb = 1; verb < RP_VERB_END; verb++) {
		req.verb = (uint8_t)verb;
		if (verb == RP_CHECK_PASSWORD)
			continue;
		if (verb >= RP_RESET) {
			assert_refused(buf, encode(&req, buf), RP_EINVAL, 1);
			continue;
		}
		assert_int_equal(decode(&back, buf, encode(&req, buf)), 0);
		assert_int_equal(back.version, 1);
		assert_string_equal(back.code, req.code);
		assert_string_equal(back.address, "");
	}
}

static void verbs(void **state)
{
	struct rp_request req = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&req, buf);
	(void)state;

	for (unsigned verb = 0; verb < 256; verb++) {
		buf[1] = (uint8_t)verb;
		if (verb == 0 || verb >= RP_VERB_END || verb == RP_CHECK_PASSWORD)
			assert_refused(buf, n, RP_EINVAL, RP_VERSION);
		else
			assert_int_equal(decode(&req, buf, n), 0);
	}
}

static size_t with_digest(uint8_t *buf, size_t size, enum rp_verb verb, const char *user, size_t digest)
{
	static const char bytes[RP_DIGEST_LEN] = "";
	struct rp_packet p;

	rp_packet_start(&p, buf, size, RP_VERSION, (uint8_t)verb, 0);
	rp_packet_put(&p, user, strlen(user));
	for (size_t i = 0; i < 3; i++)
		rp_packet_put(&p, "x", 1);
	rp_packet_put(&p, bytes, digest);
	rp_packet_put(&p, NULL, 0);
	return p.at;
}

/* All of a digest or nothing of it. */
static void digests(void **state)
{
	struct rp_request req;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (size_t len = 0; len <= RP_DIGEST_LEN; len++) {
		size_t n = with_digest(buf, sizeof buf, RP_ACCOUNT, "x", len);

		if (len && len < RP_DIGEST_LEN) {
			assert_refused(buf, n, RP_EINVAL, RP_VERSION);
			continue;
		}
		assert_int_equal(decode(&req, buf, n), 0);
		assert_int_equal(req.has_digest, len > 0);
		n = with_digest(buf, sizeof buf, RP_CHECK_PASSWORD, "x", len); /* which is about nobody */
		assert_refused(buf, n, RP_EINVAL, RP_VERSION);
		n = with_digest(buf, sizeof buf, RP_CHECK_PASSWORD, "", len);
		if (len)
			assert_int_equal(decode(&req, buf, n), 0);
		else
			assert_refused(buf, n, RP_EINVAL, RP_VERSION);
	}
}

static void who_needs_no_user(void **state)
{
	struct rp_request req = {.version = RP_VERSION, .has_digest = true, .address = "a@b.example"}, back;
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	for (uint8_t verb = 1; verb < RP_VERB_END; verb++) {
		size_t n;

		req.verb = verb;
		n = encode(&req, buf);
		if (verb == RP_PING || verb == RP_CHECK_PASSWORD)
			assert_int_equal(decode(&back, buf, n), 0);
		else
			assert_refused(buf, n, RP_EINVAL, RP_VERSION);
	}
}

static void a_mailbox_needs_an_address(void **state)
{
	struct rp_request req = usual();
	uint8_t buf[RP_PACKET_MAX];
	(void)state;

	req.verb = RP_MAILBOX;
	req.address[0] = '\0';
	assert_refused(buf, encode(&req, buf), RP_EINVAL, RP_VERSION);
}

static void too_little_room_to_encode(void **state)
{
	struct rp_request req = usual();
	uint8_t buf[RP_PACKET_MAX];
	size_t n = encode(&req, buf);
	(void)state;

	for (size_t size = 0; size < n; size++)
		assert_int_equal(rp_request_encode(&req, buf, size), RP_EINVAL);
	assert_int_equal(rp_request_encode(&req, buf, n), n);
}

static void wipes(void **state)
{
	struct rp_request req = usual(), zero = {0};
	(void)state;

	rp_request_wipe(&req);
	assert_memory_equal(&req, &zero, sizeof req);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(fields_at_their_largest),
		cmocka_unit_test(fields_too_large),
		cmocka_unit_test(a_nul_inside_each_field),
		cmocka_unit_test(every_shorter_packet_is_refused),
		cmocka_unit_test(longer_packets_are_refused),
		cmocka_unit_test(versions),
		cmocka_unit_test(the_version_before),
		cmocka_unit_test(verbs),
		cmocka_unit_test(digests),
		cmocka_unit_test(who_needs_no_user),
		cmocka_unit_test(a_mailbox_needs_an_address),
		cmocka_unit_test(too_little_room_to_encode),
		cmocka_unit_test(wipes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
