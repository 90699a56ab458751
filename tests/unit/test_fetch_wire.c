/* fetch/wire.h: which packet is which question, and that each gets its own kind of answer. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "fetch/wire.h"

static uint8_t packet[RP_RANGE_PACKET_MAX];

static void questions(void **state)
{
	static const struct {
		unsigned kind;
		uint8_t verb;
		const char *argument;
	} of[] = {
		{FE_RANGE, RP_MAIL_RANGE, "0af91c"},
		{FE_EXACT, RP_MAIL_EXACT, "claire@example.org"},
		{FE_STEALERS, RP_MAIL_STEALERS, "17"},
		{FE_PLAN, RP_MAIL_PLAN, ""},
	};
	const struct rp_range_request range = {RP_RANGE_PASSWORD_SHA1, "0af91"};
	struct fe_question q;
	(void)state;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct rp_mail_request req = {.verb = of[i].verb};
		int n;

		strcpy(req.argument, of[i].argument);
		n = rp_mail_request_encode(&req, packet, sizeof packet);
		assert_int_equal(fe_wire_read(&q, packet, (size_t)n), 0);
		assert_int_equal(q.kind, of[i].kind);
		assert_string_equal(q.argument, of[i].argument);
	}
	assert_int_equal(
		fe_wire_read(&q, packet, (size_t)rp_range_request_encode(&range, packet, sizeof packet)), 0);
	assert_int_equal(q.kind, FE_PASSWORDS);
	assert_string_equal(q.argument, "0af91");
}

/* Nobody asks for the breach records, under whatever verb; and who asks wrongly is told so in his own words.
 */
static void what_is_none(void **state)
{
	struct fe_question q;
	(void)state;

	for (unsigned verb = 0; verb < 256; verb++) {
		const uint8_t bad[] = {1, (uint8_t)verb, 0, 0, 0, 1, 'x', 'y'};
		bool known = verb >= RP_MAIL_RANGE && verb < RP_MAIL_VERB_END;

		assert_int_equal(fe_wire_read(&q, bad, sizeof bad), RP_EINVAL);
		assert_string_equal(q.argument, "");
		assert_int_equal(q.kind != FE_PASSWORDS, known);
		assert_int_not_equal(q.kind, FE_RECORDS);
		for (size_t len = 0; len < 6; len++)
			assert_int_equal(fe_wire_read(&q, bad, len), RP_EINVAL);
	}
}

static void answers(void **state)
{
	static const uint8_t rows[2 * RP_RANGE_ROW_LEN] = {7};
	const struct fe_answer a = {
		.status = RP_RANGE_OK, .detail = 9, .first = rows, .first_len = sizeof rows};
	struct rp_range_answer range;
	struct rp_mail_answer mail;
	int n = fe_wire_write(FE_PASSWORDS, &a, packet, sizeof packet);
	(void)state;

	assert_int_equal(rp_range_answer_decode(&range, packet, (size_t)n), 0);
	assert_int_equal(range.n_rows[0], 2);
	n = fe_wire_write(FE_PLAN, &a, packet, sizeof packet);
	assert_int_equal(rp_mail_answer_decode(&mail, RP_MAIL_PLAN, packet, (size_t)n), 0);
	assert_int_equal(mail.detail, 9);
	assert_int_equal(mail.first_len, sizeof rows);
	assert_memory_equal(mail.first, rows, sizeof rows);
	assert_int_equal(fe_wire_write(FE_PLAN, &a, packet, 20), RP_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
