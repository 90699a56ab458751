/* common/mailbox.h: the packets about mailboxes, byte by byte, and whom an answer is about. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/mailbox.h"

#define LONG250                                                                                              \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aa"                                                                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aa"                                                                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const uint8_t martin[RP_DIGEST_LEN] = {0x56, 0x71, 0x59, 0xd6, 0x22, 0xff};
static const uint8_t durand[RP_DIGEST_LEN] = {0x56, 0x71, 0x59, 0xd6, 0x22, 0xfe};

static uint8_t packet[RP_RANGE_PACKET_MAX + 2];

static void questions(void **state)
{
	static const struct {
		uint8_t verb;
		const char *argument;
		bool is_one;
	} v[] = {
		{RP_MAIL_RANGE, "567159", true},
		{RP_MAIL_RANGE, "00ffaa", true},
		{RP_MAIL_RANGE, "56715", false},
		{RP_MAIL_RANGE, "5671590", false},
		{RP_MAIL_RANGE, "56715D", false},
		{RP_MAIL_RANGE, "56715g", false},
		{RP_MAIL_RANGE, "", false},
		{RP_MAIL_EXACT, "test@example.com", true},
		{RP_MAIL_EXACT, LONG250 "@b.c", true},
		{RP_MAIL_EXACT, "", false},
		{RP_MAIL_STEALERS, "0", true},
		{RP_MAIL_STEALERS, "123456789", true},
		{RP_MAIL_STEALERS, "1234567890", false},
		{RP_MAIL_STEALERS, "-1", false},
		{RP_MAIL_STEALERS, "", false},
		{RP_MAIL_PLAN, "", true},
		{RP_MAIL_PLAN, "0", false},
		{RP_RANGE, "56715", false},
		{0, "", false},
		{RP_MAIL_VERB_END, "", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct rp_mail_request req = {.verb = v[i].verb}, got;
		int n;

		snprintf(req.argument, sizeof req.argument, "%s", v[i].argument);
		n = rp_mail_request_encode(&req, packet, sizeof packet);
		if (!v[i].is_one) {
			assert_int_equal(n, RP_EINVAL);
			packet[1] = v[i].verb; /* what another program may send all the same */
			continue;
		}
		assert_int_equal(n, 6 + strlen(v[i].argument));
		assert_int_equal(rp_mail_request_decode(&got, packet, (size_t)n), 0);
		assert_int_equal(got.verb, req.verb);
		assert_string_equal(got.argument, req.argument);
		assert_int_equal(rp_mail_request_encode(&req, packet, (size_t)n - 1), RP_EINVAL);
		for (int cut = 0; cut < n; cut++) {
			assert_int_equal(rp_mail_request_decode(&got, packet, (size_t)cut), RP_EINVAL);
			assert_int_equal(got.verb, 0);
		}
		assert_int_equal(rp_mail_request_decode(&got, packet, (size_t)n + 1), RP_EINVAL);
	}
}

static void bytes_of_a_question(void **state)
{
	static const uint8_t bytes[] = {RP_RANGE_VERSION, 2, 0, 0, 0, 6, '5', '6', '7', '1', '5', '9'};
	struct rp_mail_request req = {.verb = RP_MAIL_RANGE}, got;
	uint8_t other[sizeof bytes];
	(void)state;

	rp_mail_prefix(martin, req.argument);
	assert_int_equal(rp_mail_request_encode(&req, packet, sizeof packet), sizeof bytes);
	assert_memory_equal(packet, bytes, sizeof bytes);
	for (unsigned verb = 0; verb < 256;
	     verb++) { /* a range's argument is none of the others' but EXACT's */
		memcpy(other, bytes, sizeof bytes);
		other[1] = (uint8_t)verb;
		other[11] = 'f';
		assert_int_equal(rp_mail_request_decode(&got, other, sizeof other),
				 verb == RP_MAIL_RANGE || verb == RP_MAIL_EXACT ? 0 : RP_EINVAL);
	}
	memcpy(other, bytes, sizeof bytes);
	other[0]++;
	assert_int_equal(rp_mail_request_decode(&got, other, sizeof other), RP_EVERSION);
}

/* An answer with two breaches: martin is in both of them, durand in the second. */
static struct rp_mail_answer answer_for_two(uint8_t first[256], uint8_t second[256])
{
	struct rp_mail_writer b = {.buf = first, .size = 256}, a = {.buf = second, .size = 256};
	const struct rp_breach adobe = {.classes = RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED,
					.added = 1386115200,
					.date = 1380844800,
					.name = "Adobe"},
			       old = {.classes = RP_BREACH_NO_RECORD, .date = -1, .name = "?"};

	rp_mail_put_breach(&b, &adobe);
	rp_mail_put_breach(&b, &old);
	rp_mail_put_address(&a, martin + 3, (const uint16_t[]){0, 1}, 2);
	rp_mail_put_address(&a, durand + 3, (const uint16_t[]){1}, 1);
	assert_false(b.full || a.full);
	return (struct rp_mail_answer){.status = RP_RANGE_OK,
				       .detail = 7,
				       .first = first,
				       .first_len = b.at,
				       .second = second,
				       .second_len = a.at};
}

static void bytes_of_an_answer(void **state)
{
	static const uint8_t first[] = {0,   3,	   0,	 0,    0,    0,	   0x52, 0x9e, 0x70, 0x80, 0,
					0,   0,	   0,	 0x52, 0x4e, 0x05, 0x00, 5,    'A',  'd',  'o',
					'b', 'e',  0x80, 0,    0,    0,	   0,	 0,    0,    0,	   0,
					0,   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,	   '?'};
	uint8_t f[256], s[256];
	const struct rp_mail_answer a = answer_for_two(f, s);
	struct rp_mail_answer got;
	int n;
	(void)state;

	assert_int_equal(a.first_len, sizeof first);
	assert_memory_equal(f, first, sizeof first);
	assert_int_equal(a.second_len, 17 + 1 + 4 + 17 + 1 + 2);
	assert_memory_equal(s, martin + 3, 17);
	assert_memory_equal(s + 17, "\x02\x00\x00\x00\x01", 5);
	n = rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, sizeof packet);
	assert_true(n > 0);
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)n), 0);
	assert_true(got.status == RP_RANGE_OK && got.detail == 7);
	assert_int_equal(got.first_len, a.first_len);
	assert_memory_equal(got.first, f, a.first_len);
	assert_int_equal(got.second_len, a.second_len);
	assert_memory_equal(got.second, s, a.second_len);
}

static void what_is_no_answer(void **state)
{
	uint8_t f[256], s[256];
	struct rp_mail_answer a = answer_for_two(f, s), got;
	int n = rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, sizeof packet);
	(void)state;

	for (int cut = 0; cut < n; cut++) {
		assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)cut), RP_EINVAL);
		assert_int_equal(got.status, RP_RANGE_NONE);
	}
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)n + 1), RP_EINVAL);
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_EXACT, packet, (size_t)n), RP_EINVAL);
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, sizeof packet), RP_EINVAL);
	packet[0]++;
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)n), RP_EVERSION);
	for (unsigned status = 0; status < 256;
	     status += RP_RANGE_STATUS_END) { /* 0, and what no status is */
		a.status = (uint8_t)status;
		n = rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, sizeof packet);
		assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)n), RP_EINVAL);
	}
}

static unsigned called;
static char names[512];

static void note(const struct rp_breach *b, void *ctx)
{
	assert_ptr_equal(ctx, names);
	called++;
	if (strlen(names) + strlen(b->name) + 2 < sizeof names)
		strcat(strcat(names, b->name), " ");
}

static int each(const struct rp_mail_answer *a, enum rp_mail_verb verb, const uint8_t *digest)
{
	called = 0;
	names[0] = '\0';
	return rp_mail_each(a, verb, digest, note, names);
}

static void whom_it_is_about(void **state)
{
	static const uint8_t nobody[RP_DIGEST_LEN] = {0x56, 0x71, 0x59, 0xd6};
	uint8_t f[256], s[256];
	struct rp_mail_answer a = answer_for_two(f, s);
	(void)state;

	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), 2);
	assert_string_equal(names, "Adobe ? ");
	assert_int_equal(each(&a, RP_MAIL_RANGE, durand), 1);
	assert_string_equal(names, "? ");
	assert_int_equal(each(&a, RP_MAIL_RANGE, nobody), 0);
	assert_int_equal(called, 0);
	/* An address twice, because one may be in more breaches than n can say. */
	memcpy(s + 22, martin + 3, 17);
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), 3);
	assert_int_equal(each(&a, RP_MAIL_EXACT, martin), RP_EINVAL);
	a.second_len = 0;
	assert_int_equal(each(&a, RP_MAIL_EXACT, martin), 2);
	assert_string_equal(names, "Adobe ? ");
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), 0);
	a.first_len = 0;
	assert_int_equal(each(&a, RP_MAIL_EXACT, martin), 0);
}

/* However little of it is wrong, and whoever that is about: nothing was found out. */
static void fields_that_are_none(void **state)
{
	uint8_t f[256], s[256];
	const struct rp_mail_answer good = answer_for_two(f, s);
	struct rp_mail_answer a = good;
	(void)state;

	for (a.first_len = 1; a.first_len < good.first_len; a.first_len++)
		if (a.first_len != 24) /* Adobe alone */
			assert_int_equal(each(&a, RP_MAIL_RANGE, durand), RP_EINVAL);
	a.first_len = 24;
	assert_int_equal(each(&a, RP_MAIL_RANGE, durand), RP_EINVAL); /* the second one is not there */
	a = good;
	for (a.second_len = 1; a.second_len < good.second_len; a.second_len++)
		if (a.second_len != 22) /* martin alone */
			assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
	a = good;
	s[21] = 2; /* a third breach */
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
	s[21] = 1;
	f[18] = 0; /* a name without a letter, */
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
	f[18] = 64; /* too long, */
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
	f[18] = 5;
	f[20] = 0; /* with a NUL */
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
	f[20] = 'd';
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), 2);
}

/* As much as fits into the two fields, all of it about one address. */
static void the_largest_answer(void **state)
{
	static uint8_t f[RP_MAIL_FIELD_MAX], s[RP_MAIL_FIELD_MAX];
	struct rp_mail_writer b = {.buf = f, .size = sizeof f}, w = {.buf = s, .size = sizeof s};
	struct rp_breach breach = {.classes = 3, .added = 1, .name = "x"};
	uint16_t last[255];
	struct rp_mail_answer a = {.status = RP_RANGE_OK, .first = f, .second = s}, got;
	int n, breaches = 0, addresses = 0;
	(void)state;

	for (; !b.full; breaches++) {
		a.first_len = b.at;
		rp_mail_put_breach(&b, &breach);
	}
	breaches--;
	for (unsigned i = 0; i < 255; i++)
		last[i] = (uint16_t)(breaches - 1);
	for (; w.at + 528 <= w.size; addresses++)
		rp_mail_put_address(&w, martin + 3, last, 255);
	assert_false(w.full);
	a.second_len = w.at;
	n = rp_mail_answer_encode(&a, RP_MAIL_RANGE, packet, RP_RANGE_PACKET_MAX);
	assert_true(n > 0);
	assert_int_equal(rp_mail_answer_decode(&got, RP_MAIL_RANGE, packet, (size_t)n), 0);
	assert_int_equal(each(&got, RP_MAIL_RANGE, martin), 255 * addresses);
	assert_int_equal(called, 255 * addresses);
	for (unsigned i = 0; i < 255; i++)
		last[i] = (uint16_t)breaches; /* one more than there are */
	w = (struct rp_mail_writer){.buf = s, .size = sizeof s};
	rp_mail_put_address(&w, martin + 3, last, 255);
	assert_int_equal(each(&a, RP_MAIL_RANGE, martin), RP_EINVAL);
}

/* Nothing comes behind what did not fit. */
static void a_writer_that_is_full(void **state)
{
	uint8_t buf[40];
	struct rp_mail_writer w = {.buf = buf, .size = 23};
	const struct rp_breach adobe = {.name = "Adobe"}, x = {.name = "x"};
	(void)state;

	rp_mail_put_breach(&w, &adobe); /* 24 bytes */
	assert_true(w.full);
	w = (struct rp_mail_writer){.buf = buf, .size = 24};
	rp_mail_put_breach(&w, &adobe);
	assert_false(w.full);
	assert_int_equal(w.at, 24);
	rp_mail_put_breach(&w, &x);
	assert_true(w.full);
	w.size = 40;
	rp_mail_put_breach(&w, &x);
	assert_true(w.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions),	      cmocka_unit_test(bytes_of_a_question),
		cmocka_unit_test(bytes_of_an_answer), cmocka_unit_test(what_is_no_answer),
		cmocka_unit_test(whom_it_is_about),   cmocka_unit_test(fields_that_are_none),
		cmocka_unit_test(the_largest_answer), cmocka_unit_test(a_writer_that_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
