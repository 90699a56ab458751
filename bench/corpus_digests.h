/* Digests as those of a leak: sorted, as evenly spread as SHA-1's, with counts as real ones have them. They
 * are made one after the other and not kept, the same in every run. */
#ifndef BENCH_CORPUS_DIGESTS_H
#define BENCH_CORPUS_DIGESTS_H

#include <stdbool.h>
#include <stdint.h>
#include "corpus/corpus.h"

struct bn_leak {
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;
};

struct bn_digests {
	uint64_t seed, last;
	double gap;
};

uint64_t bn_draw(uint64_t *seed);
/* A digest that is in no leak but by a chance of 2^-100. */
void bn_stranger(uint64_t *seed, uint8_t digest[CO_DIGEST_LEN]);

/* About n, within a few times its square root. */
void bn_digests_start(struct bn_digests *d, uint64_t n);
bool bn_digests_next(struct bn_digests *d, struct bn_leak *leak);
/* As many as there is room for; less than n at the end. */
unsigned bn_digests_some(struct bn_digests *d, struct bn_leak *leaks, unsigned n);

#endif
