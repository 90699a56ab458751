/* One corpus: built, and looked into. */
#ifndef BENCH_CORPUS_FILE_H
#define BENCH_CORPUS_FILE_H

#include "bench/corpus_measure.h"
#include "corpus/corpus.h"

struct bn_corpus {
	const char *name;
	enum co_profile profile;
	unsigned bits;	/* 0: as many as the profile takes */
	uint64_t asked; /* digests */

	struct co_info info;
	double seconds, cpu; /* of building alone: neither parsing nor making digests up */
	uint64_t size;
	unsigned lookups, members;
	double stranger, member, cold; /* seconds a lookup: medians of batches; cold: the mean */
	struct bn_reads warm_reads, cold_reads;
	unsigned cold_lookups;
	unsigned strangers_found, members_wrong;
};

/* Builds it at path and measures it with so many lookups. 0, or -1 and says why. */
int bn_corpus_measure(struct bn_corpus *c, const char *path, unsigned lookups);

#endif
