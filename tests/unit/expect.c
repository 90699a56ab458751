#include "tests/unit/expect.h"

#include "tests/unit/cmocka_all.h"

void world_expect(struct world *w, enum rp_verb verb, const char *code, enum rp_verdict verdict,
		  enum en_reason reason)
{
	assert_string_equal(en_verdict_name(world_ask(w, verb, code)), en_verdict_name(verdict));
	assert_false(w->waits);
	assert_int_equal(w->event.verdict, verdict);
	assert_string_equal(en_reason_name(w->event.reason), en_reason_name(reason));
	assert_int_equal(w->event.verb, verb);
	assert_int_equal(w->event.time, w->now);
}

void world_expect_reset(struct world *w, const char *code, enum rp_verdict verdict, enum en_reason reason)
{
	world_expect(w, RP_RESET, code, verdict, reason);
}
