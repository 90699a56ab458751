#include "bench/corpus_digests.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#define TWO_64 18446744073709551616.0

uint64_t bn_draw(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void bn_stranger(uint64_t *seed, uint8_t digest[CO_DIGEST_LEN])
{
	uint64_t words[3] = {bn_draw(seed), bn_draw(seed), bn_draw(seed)};

	memcpy(digest, words, CO_DIGEST_LEN);
}

void bn_digests_start(struct bn_digests *d, uint64_t n)
{
	*d = (struct bn_digests){.seed = n, .gap = TWO_64 / (double)n};
}

/* Of 10,000 passwords so many were seen at least 2^i times: 43 % once, 9 % ten times, 0.56 % a hundred. */
static uint64_t draw_count(uint64_t *seed)
{
	static const unsigned at_least[] = {10000, 5700, 2800, 1250, 550, 220, 95, 40, 18, 8, 3, 1};
	uint64_t chance = bn_draw(seed);
	unsigned of = (unsigned)((chance & 0xffffffff) * 10000 >> 32), log = 0;

	while (log + 1 < sizeof at_least / sizeof *at_least && of < at_least[log + 1])
		log++;
	return ((uint64_t)1 << log) + ((chance >> 32) & (((uint64_t)1 << log) - 1));
}

bool bn_digests_next(struct bn_digests *d, struct bn_leak *leak)
{
	double chance = ((double)(bn_draw(&d->seed) >> 11) + 1) / 9007199254740992.0;
	double gap = -log(chance) * d->gap + 1;
	uint64_t words[3];

	if (gap >= TWO_64 - (double)d->last)
		return false;
	d->last += (uint64_t)gap;
	words[0] = htobe64(d->last);
	words[1] = bn_draw(&d->seed);
	words[2] = bn_draw(&d->seed);
	memcpy(leak->digest, words, CO_DIGEST_LEN);
	leak->count = draw_count(&d->seed);
	return true;
}

unsigned bn_digests_some(struct bn_digests *d, struct bn_leak *leaks, unsigned n)
{
	unsigned got = 0;

	while (got < n && bn_digests_next(d, &leaks[got]))
		got++;
	return got;
}
