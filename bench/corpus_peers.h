/* What else answers whether a digest is in a leak: the same digests, in the same run. */
#ifndef BENCH_CORPUS_PEERS_H
#define BENCH_CORPUS_PEERS_H

#include <stdbool.h>
#include "bench/corpus_measure.h"

struct bn_peer {
	const char *name, *counts;
	bool there;
	double seconds; /* of building */
	long kilobytes; /* resident at most while it did; 0: not measured */
	uint64_t size, keys;
	double epsilon; /* 0: exact */
	double lookup;	/* seconds */
	double reads;	/* a lookup; 0: not counted */
	char note[128];
};

/* The text that an official downloader would write; *keys: its lines. */
int bn_write_text(const char *path, uint64_t n, uint64_t *keys);

/* All return 0, also when the peer is not there, or -1 and say why. text has keys lines, of bn_digests n. */
int bn_peer_pwqfilter(struct bn_peer *p, const char *folder, const char *text, uint64_t keys,
		      unsigned lookups);
int bn_peer_sorted(struct bn_peer *p, const char *folder, uint64_t n, unsigned lookups);
int bn_peer_grep(struct bn_peer *p, const char *folder, const char *text, uint64_t keys, unsigned lookups);

#endif
