/* What a test asserts of an answer in tests/unit/world.h, which fuzzing has too, without cmocka. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include "tests/unit/world.h"

/* world_ask, decided at once, answered so and recorded so. */
void world_expect(struct world *w, enum rp_verb verb, const char *code, enum rp_verdict verdict,
		  enum en_reason reason);
/* That of RP_RESET. */
void world_expect_reset(struct world *w, const char *code, enum rp_verdict verdict, enum en_reason reason);

#endif
