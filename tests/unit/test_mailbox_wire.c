/* common/mailbox.h: the codec between rempartd and rempart-fetch, and what an answer says of a mailbox. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/mailbox.h"
#include "common/packet.h"

static uint8_t packet[RP_RANGE_PACKET_MAX + 1];

static struct rp_mail_request request(uint8_t verb, const char *argument)
{
	struct rp_mail_request req = {.verb = verb};

	snprintf(req.argument, sizeof req.argument, "%s", argument);
	return req;
}

static void requests(void **state)
{
	static const struct {
		uint8_t verb;
		const char *argument;
	} good[] = {
		{RP_MAIL_RANGE, "0af91c"},
		{RP_MAIL_EXACT, "claire@example.org"},
		{RP_MAIL_EXACT, "\xc3\xa9@\xc3\xa9.fr"},
		{RP_MAIL_STEALERS, "0"},
		{RP_MAIL_STEALERS, "123456789"},
		{RP_MAIL_PLAN, ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct rp_mail_request req = request(good[i].verb, good[i].argument), back;
		size_t len = strlen(good[i].argument);
		int n = rp_mail_request_encode(&req, packet, sizeof packet);

		assert_int_equal(n, 6 + len);
		assert_memory_equal(packet, ((uint8_t[]){1, good[i].verb, 0, 0, 0, (uint8_t)len}), 6);
		assert_memory_equal(packet + 6, good[i].argument, len);
		assert_int_equal(rp_mail_request_decode(&back, packet, (size_t)n), 0);
		assert_memory_equal(&back, &req, sizeof req);
		assert_int_equal(rp_mail_request_encode(&req, packet, (size_t)n - 1), RP_EINVAL);
		for (int cut = 0; cut < n; cut++)
			assert_int_equal(rp_mail_request_decode(&back, packet, (size_t)cut), RP_EINVAL);
		assert_int_equal(rp_mail_request_decode(&back, packet, (size_t)n + 1), RP_EINVAL);
		packet[0] = 2;
		assert_int_equal(rp_mail_request_decode(&back, packet, (size_t)n), RP_EVERSION);
	}
}

static void what_is_no_request(void **state)
{
	static const struct {
		uint8_t verb;
		const char *argument;
	} bad[] = {
		{0, "0af91c"},
		{1, "0af91c"},
		{RP_MAIL_VERB_END, ""},
		{255, "0af91c"},
		{RP_MAIL_RANGE, ""},
		{RP_MAIL_RANGE, "0af91"},
		{RP_MAIL_RANGE, "0af91cd"},
		{RP_MAIL_RANGE, "0AF91C"},
		{RP_MAIL_RANGE, "0af91g"},
		{RP_MAIL_RANGE, "../../"},
		{RP_MAIL_EXACT, ""},
		{RP_MAIL_STEALERS, ""},
		{RP_MAIL_STEALERS, "-1"},
		{RP_MAIL_STEALERS, "1x"},
		{RP_MAIL_STEALERS, " 1"},
		{RP_MAIL_STEALERS, "1234567890"},
		{RP_MAIL_PLAN, "0"},
	};
	struct rp_mail_request back, none = {0};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rp_mail_request req = request(bad[i].verb, bad[i].argument);
		size_t len = strlen(bad[i].argument);

		assert_int_equal(rp_mail_request_encode(&req, packet, sizeof packet), RP_EINVAL);
		/* Nor when somebody sends it. */
		memcpy(packet, ((uint8_t[]){1, bad[i].verb, 0, 0, 0, (uint8_t)len}), 6);
		memcpy(packet + 6, bad[i].argument, len);
		assert_int_equal(rp_mail_request_decode(&back, packet, 6 + len), RP_EINVAL);
		assert_memory_equal(&back, &none, sizeof back);
	}
}

static void an_address_of_any_length(void **state)
{
	struct rp_mail_request back, none = {0};
	struct rp_packet p;
	char address[RP_ADDRESS_MAX + 2];
	(void)state;

	memset(address, 'a', sizeof address);
	for (size_t len = RP_ADDRESS_MAX; len <= RP_ADDRESS_MAX + 1; len++) {
		rp_packet_start(&p, packet, sizeof packet, RP_RANGE_VERSION, RP_MAIL_EXACT, 0);
		rp_packet_put(&p, address, len);
		assert_int_equal(rp_mail_request_decode(&back, packet, p.at),
				 len > RP_ADDRESS_MAX ? RP_EINVAL : 0);
	}
	assert_memory_equal(&back, &none, sizeof back);
	/* A NUL would end it before its end. */
	memcpy(packet, ((uint8_t[]){1, RP_MAIL_EXACT, 0, 0, 0, 3, 'a', 0, 'b'}), 9);
	assert_int_equal(rp_mail_request_decode(&back, packet, 9), RP_EINVAL);
	assert_memory_equal(&back, &none, sizeof back);
}

static void answers(void **state)
{
	static const uint8_t want[] = {1, 2, 0, 0, 0,  1, 8, 0,	  8,   0, 0, 0,
				       0, 0, 0, 1, 44, 0, 2, 'a', 'b', 0, 1, 'c'};
	const struct rp_mail_answer a = {.status = RP_RANGE_RATE,
					 .detail = 300,
					 .first = (const uint8_t *)"ab",
					 .first_len = 2,
					 .second = (const uint8_t *)"c",
					 .second_len = 1};
	struct rp_mail_answer back;
	int n = rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, sizeof packet);
	(void)state;

	assert_int_equal(n, sizeof want);
	assert_memory_equal(packet, want, sizeof want);
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_RANGE, packet, sizeof want), 0);
	assert_int_equal(back.status, RP_RANGE_RATE);
	assert_int_equal(back.detail, 300);
	assert_int_equal(back.first_len, 2);
	assert_ptr_equal(back.first, packet + 19);
	assert_int_equal(back.second_len, 1);
	assert_ptr_equal(back.second, packet + 23);
	assert_int_equal(rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, sizeof want - 1), RP_EINVAL);
}

/* Both fields as long as they can be; and longer. */
static void the_largest_answer(void **state)
{
	static uint8_t field[RP_MAIL_FIELD_MAX + 1];
	struct rp_mail_answer a = {.status = RP_RANGE_OK,
				   .first = field,
				   .first_len = RP_MAIL_FIELD_MAX,
				   .second = field,
				   .second_len = RP_MAIL_FIELD_MAX - 19},
			      back;
	int n = rp_mail_answer_encode(&a, RP_MAIL_STEALERS, packet, RP_RANGE_PACKET_MAX);
	(void)state;

	assert_int_equal(n, RP_RANGE_PACKET_MAX);
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_STEALERS, packet, (size_t)n), 0);
	assert_int_equal(back.first_len, RP_MAIL_FIELD_MAX);
	a.second_len++;
	assert_int_equal(rp_mail_answer_encode(&a, RP_MAIL_STEALERS, packet, RP_RANGE_PACKET_MAX), RP_EINVAL);
	a.first_len++;
	a.second_len = 0;
	assert_int_equal(rp_mail_answer_encode(&a, RP_MAIL_STEALERS, packet, RP_RANGE_PACKET_MAX), RP_EINVAL);
}

static void what_is_no_answer(void **state)
{
	const struct rp_mail_answer ok = {
		.status = RP_RANGE_OK, .first = (const uint8_t *)"ab", .first_len = 2};
	struct rp_mail_answer back, none = {0};
	int n = rp_mail_answer_encode(&ok, RP_MAIL_EXACT, packet, sizeof packet);
	(void)state;

	/* To another question; of no status or an unheard-of one; of another version; cut; with more behind.
	 */
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_RANGE, packet, (size_t)n), RP_EINVAL);
	for (int cut = 0; cut < n; cut++) {
		assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_EXACT, packet, (size_t)cut), RP_EINVAL);
		assert_memory_equal(&back, &none, sizeof back);
	}
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_EXACT, packet, (size_t)n + 1), RP_EINVAL);
	packet[6] = RP_RANGE_NONE;
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_EXACT, packet, (size_t)n), RP_EINVAL);
	packet[6] = RP_RANGE_STATUS_END;
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_EXACT, packet, (size_t)n), RP_EINVAL);
	assert_memory_equal(&back, &none, sizeof back);
	packet[6] = RP_RANGE_OK;
	packet[0] = 2;
	assert_int_equal(rp_mail_answer_decode(&back, RP_MAIL_EXACT, packet, (size_t)n), RP_EVERSION);
}

static void prefixes(void **state)
{
	static const uint8_t digest[RP_DIGEST_LEN] = {0x0a, 0xf9, 0x1c, 0xff};
	char out[RP_MAIL_PREFIX + 1];
	(void)state;

	rp_mail_prefix(digest, out);
	assert_string_equal(out, "0af91c");
}

/* An answer in the making. */
static uint8_t breaches[RP_MAIL_FIELD_MAX], addresses[RP_MAIL_FIELD_MAX];
static struct rp_mail_writer first, second;
static struct rp_mail_answer answer;
static const uint8_t digest[RP_DIGEST_LEN] = {0x0a, 0xf9, 0x1c, 1,  2,	3,  4,	5,  6,	7,
					      8,    9,	  10,	11, 12, 13, 14, 15, 16, 17};
static char heard[65536];

static int begin(void **state)
{
	(void)state;
	first = (struct rp_mail_writer){.buf = breaches, .size = sizeof breaches};
	second = (struct rp_mail_writer){.buf = addresses, .size = sizeof addresses};
	return 0;
}

static void put_breach(const char *name, uint16_t classes, int64_t added)
{
	struct rp_breach b = {.classes = classes, .added = added, .date = -1};

	strcpy(b.name, name);
	rp_mail_put_breach(&first, &b);
}

/* The address that digest stands for, or another one that differs in its last byte. */
static void put_address(bool other, const uint16_t *in, unsigned n)
{
	uint8_t suffix[RP_MAIL_SUFFIX_LEN];

	memcpy(suffix, digest + RP_DIGEST_LEN - sizeof suffix, sizeof suffix);
	suffix[sizeof suffix - 1] ^= other;
	rp_mail_put_address(&second, suffix, in, n);
}

static void hear(const struct rp_breach *b, void *ctx)
{
	char *at = ctx;

	assert_int_equal(b->date, -1);
	sprintf(at + strlen(at), "%s:%x:%lld ", b->name, b->classes, (long long)b->added);
}

static int each(enum rp_mail_verb verb)
{
	answer = (struct rp_mail_answer){.status = RP_RANGE_OK,
					 .first = breaches,
					 .first_len = first.at,
					 .second = addresses,
					 .second_len = second.at};
	heard[0] = '\0';
	return rp_mail_each(&answer, verb, digest, hear, heard);
}

static void breaches_of_an_address(void **state)
{
	(void)state;

	put_breach("Adobe", RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, 1386115200);
	put_breach("B", RP_BREACH_NO_RECORD, 0);
	put_breach("123456789012345678901234567890123456789012345678901234567890123", 0x7fff, INT64_MAX);
	put_address(true, (uint16_t[]){0, 1, 2}, 3);
	put_address(false, (uint16_t[]){2, 0}, 2);
	put_address(true, NULL, 0);
	assert_int_equal(each(RP_MAIL_RANGE), 2);
	assert_string_equal(heard, "123456789012345678901234567890123456789012345678901234567890123:7fff:"
				   "9223372036854775807 Adobe:3:1386115200 ");
	put_address(false, (uint16_t[]){1}, 1);
	assert_int_equal(each(RP_MAIL_RANGE), 3);
	assert_non_null(strstr(heard, " B:8000:0 "));
}

static void an_address_in_none(void **state)
{
	(void)state;

	assert_int_equal(each(RP_MAIL_RANGE), 0);
	put_breach("Adobe", 0, 0);
	put_address(true, (uint16_t[]){0}, 1);
	put_address(false, NULL, 0);
	assert_int_equal(each(RP_MAIL_RANGE), 0);
	assert_string_equal(heard, "");
}

static void all_of_an_exact_answer(void **state)
{
	(void)state;

	assert_int_equal(each(RP_MAIL_EXACT), 0);
	put_breach("Adobe", 3, 5);
	put_breach("B", 0, 6);
	assert_int_equal(each(RP_MAIL_EXACT), 2);
	assert_string_equal(heard, "Adobe:3:5 B:0:6 ");
	/* It has no addresses: they would be somebody else's. */
	put_address(false, (uint16_t[]){0}, 1);
	assert_int_equal(each(RP_MAIL_EXACT), RP_EINVAL);
}

/* Cut anywhere but between two of them it is no answer, and neither with a number that no breach has. */
static void what_says_nothing(void **state)
{
	size_t one, two, a_one, a_two;
	(void)state;

	put_breach("Adobe", 3, 5);
	one = first.at;
	put_breach("B", 0, 6);
	two = first.at;
	put_address(true, (uint16_t[]){0}, 1);
	a_one = second.at;
	put_address(false, (uint16_t[]){0, 1}, 2);
	a_two = second.at;
	for (first.at = 0; first.at <= two; first.at++) {
		bool whole = first.at == 0 || first.at == one || first.at == two;

		second.at = a_one;
		assert_int_equal(each(RP_MAIL_RANGE), whole ? 0 : RP_EINVAL);
		second.at = a_two;
		assert_int_equal(each(RP_MAIL_RANGE), first.at == two ? 2 : RP_EINVAL);
	}
	first.at = two;
	for (second.at = 0; second.at <= a_two; second.at++) {
		bool whole = second.at == 0 || second.at == a_one || second.at == a_two;

		assert_int_equal(each(RP_MAIL_RANGE), !whole ? RP_EINVAL : second.at == a_two ? 2 : 0);
	}
	second.at = a_two;
	addresses[a_two - 1] = 2;
	assert_int_equal(each(RP_MAIL_RANGE), RP_EINVAL);
	addresses[a_two - 1] = 1;
	breaches[18] = 0; /* the length of a name */
	assert_int_equal(each(RP_MAIL_RANGE), RP_EINVAL);
	breaches[18] = RP_BREACH_NAME_MAX + 1;
	assert_int_equal(each(RP_MAIL_RANGE), RP_EINVAL);
	breaches[18] = 5;
	assert_int_equal(each(RP_MAIL_RANGE), 2);
	/* A name that a terminal would not take for text. */
	for (unsigned i = 0; i < 6; i++) {
		breaches[20] = (uint8_t) "\0\n\x1b\x7f\xff\xc2"[i];
		assert_int_equal(each(RP_MAIL_RANGE), RP_EINVAL);
	}
}

static void a_writer_that_is_full(void **state)
{
	(void)state;

	first.size = 3 * 24 - 1;
	put_breach("Adobe", 3, 5);
	put_breach("Adobe", 3, 5);
	assert_false(first.full);
	put_breach("Adobe", 3, 5);
	assert_true(first.full);
	/* What is short enough to fit does not come after what did not. */
	second.size = 19;
	put_address(false, (uint16_t[]){0}, 1);
	assert_true(second.full);
	put_address(false, NULL, 0);
	assert_true(second.full);
	assert_true(second.at <= second.size);
}

static void as_many_as_a_row_can_have(void **state)
{
	static uint16_t in[255];
	(void)state;

	for (unsigned i = 0; i < 300; i++)
		put_breach((char[]){(char)('a' + i % 26), (char)('a' + i / 26), '\0'}, 0, i);
	for (unsigned i = 0; i < 255; i++)
		in[i] = (uint16_t)(299 - i);
	put_address(false, in, 255);
	assert_int_equal(each(RP_MAIL_RANGE), 255);
	assert_int_equal(strncmp(heard, "nl:0:299 ", 9), 0);
}

#define TEST(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests),
		TEST(what_is_no_request),
		TEST(an_address_of_any_length),
		TEST(answers),
		TEST(the_largest_answer),
		TEST(what_is_no_answer),
		TEST(prefixes),
		TEST(breaches_of_an_address),
		TEST(an_address_in_none),
		TEST(all_of_an_exact_answer),
		TEST(what_says_nothing),
		TEST(a_writer_that_is_full),
		TEST(as_many_as_a_row_can_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
