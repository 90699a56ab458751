/* What the tests of the corpus share: a private folder, digests that are the same in every run, a corpus of
 * them. */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/build.h"
#include "corpus/page.h"

#define MADE 1700000000

struct leak {
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;
};

static char folder[64], corpus_path[96], fresh_path[96], why[256];

static inline int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/rempart-corpus-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(corpus_path, sizeof corpus_path, "%s/leaked", folder);
	snprintf(fresh_path, sizeof fresh_path, "%s/leaked.new", folder);
	return 0;
}

static inline int drop_folder(void **state)
{
	(void)state;
	chmod(folder, 0700);
	unlink(corpus_path);
	return rmdir(folder); /* and so finds a file that was left behind */
}

/* splitmix64: as good as random, and the same everywhere. */
static inline uint64_t draw(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline void draw_digest(uint64_t *seed, uint8_t digest[CO_DIGEST_LEN])
{
	for (unsigned i = 0; i < CO_DIGEST_LEN; i += 4) {
		uint32_t word = (uint32_t)draw(seed);

		memcpy(digest + i, &word, 4);
	}
}

static inline int compare_leaks(const void *a, const void *b)
{
	return memcmp(a, b, CO_DIGEST_LEN);
}

/* Sorted; the logarithms of the counts are spread as in real leaks: half as many with each doubling. */
static inline struct leak *draw_leaks(uint64_t seed, size_t n)
{
	struct leak *leaks = calloc(n + 1, sizeof *leaks);

	assert_non_null(leaks);
	for (size_t i = 0; i < n; i++) {
		uint64_t coins = draw(&seed);
		unsigned log = coins ? (unsigned)__builtin_ctzll(coins) : 63;

		draw_digest(&seed, leaks[i].digest);
		leaks[i].count = ((uint64_t)1 << log) + draw(&seed) % ((uint64_t)1 << log);
	}
	qsort(leaks, n, sizeof *leaks, compare_leaks);
	return leaks;
}

static inline uint64_t power_of_two(uint64_t count)
{
	uint64_t p = 1;

	while (count >>= 1)
		p <<= 1;
	return p;
}

static inline struct co_build *begin(const struct co_build_options *o)
{
	struct co_build *b = NULL;
	int err = co_build_begin(&b, corpus_path, o, why, sizeof why);

	if (err)
		fail_msg("co_build_begin: %d, %s", err, why);
	return b;
}

static inline struct co_info finish(struct co_build *b)
{
	struct co_info info;
	int err = co_build_finish(b, 0, &info, why, sizeof why);

	if (err)
		fail_msg("co_build_finish: %d, %s", err, why);
	return info;
}

/* Of all leaks, at corpus_path. */
static inline struct co_info build(enum co_profile profile, unsigned bits, const struct leak *leaks, size_t n)
{
	struct co_build *b = begin(
		&(struct co_build_options){.profile = profile, .bits = bits, .expected = n, .made = MADE});

	for (size_t i = 0; i < n; i++)
		assert_int_equal(co_build_add(b, leaks[i].digest, leaks[i].count), 0);
	return finish(b);
}

static inline struct co_corpus *open_corpus(void)
{
	struct co_corpus *c = NULL;
	int err = co_open(&c, corpus_path, why, sizeof why);

	if (err)
		fail_msg("co_open: %d, %s", err, why);
	return c;
}

static inline uint64_t look_up(struct co_corpus *c, const uint8_t digest[CO_DIGEST_LEN])
{
	uint64_t prevalence = 77;

	assert_int_equal(co_lookup(c, digest, &prevalence), 0);
	return prevalence;
}

/* Every one is found, as often as it was seen. */
static inline void assert_all_found(struct co_corpus *c, const struct leak *leaks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (look_up(c, leaks[i].digest) != power_of_two(leaks[i].count))
			fail_msg("digest %zu, seen %llu times, is found as %llu", i,
				 (unsigned long long)leaks[i].count,
				 (unsigned long long)look_up(c, leaks[i].digest));
}

static inline void assert_sound(struct co_corpus *c)
{
	uint64_t page;

	assert_int_equal(co_verify(c, NULL, NULL, &page), 0);
}

#define CORPUS_TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

#endif
