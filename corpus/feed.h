/*
 * A builder for whoever does not know how many digests there will be. It holds the first of them until their
 * density tells: SHA-1 spreads any list evenly. So a pipe can be built from, and a small list gets a small
 * file.
 */
#ifndef CORPUS_FEED_H
#define CORPUS_FEED_H

#include "corpus/build.h"

struct co_feed;

/* Nothing is written yet. options->expected does not matter. unsorted 0: digests come in rising order; else
 * they come in any, at most so many, and are sorted in memory. RP_ENOMEM. */
int co_feed_begin(struct co_feed **out, const char *path, const struct co_build_options *options,
		  size_t unsorted);
/* As co_build_add and co_build_begin. RP_EFULL: more than unsorted, too. */
int co_feed_add(struct co_feed *f, const uint8_t digest[CO_DIGEST_LEN], uint64_t count);
/* As co_build_finish. RP_ENOENT: no digest came, and no file is made. */
int co_feed_finish(struct co_feed *f, uint64_t left_out, struct co_info *info, char *why, size_t why_size);
void co_feed_abort(struct co_feed *f);
/* What the last error was. */
const char *co_feed_why(const struct co_feed *f);

#endif
