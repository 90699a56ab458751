/* Small corpora of leaked passwords, for tests. */
#ifndef TESTS_CORPORA_H
#define TESTS_CORPORA_H

#include "common/protocol.h"
#include "corpus/build.h"

#define CORPORA_MANY 2000

/* What the next corpus is to be, beside its profile. */
struct corpora {
	struct co_build_options options;
	uint64_t left_out;
	uint64_t claimed; /* digests that its header claims: hundreds of millions take too long. 0: what there
			     are */
};

void corpora_hash(const char *password, uint8_t digest[RP_DIGEST_LEN]);
/* password, 100 times, and CORPORA_MANY others. */
void corpora_build(struct corpora *c, const char *to, enum co_profile profile, const char *password);

#endif
