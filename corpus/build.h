/* Building a corpus: digests in, in rising order, pages out, one after the other. Memory does not grow. */
#ifndef CORPUS_BUILD_H
#define CORPUS_BUILD_H

#include "corpus/corpus.h"

struct co_build_options {
	enum co_profile profile;
	unsigned bits;	    /* 0: as many as the profile needs for so many keys */
	uint64_t expected;  /* keys, about */
	uint64_t min_count; /* 0 and 1: everything; counts below are skipped */
	int64_t made;	    /* Unix time, for the header */
};

struct co_build;

/* Begins a file beside path, path.new, which takes all of its room at once; path stays as it is until
 * co_build_finish. RP_EINVAL, RP_ENOENT, RP_EPERM, RP_EIO, RP_EFULL, RP_ENOMEM; RP_EBUSY: another build for
 * the same path is running. What a killed one left behind is written over. */
int co_build_begin(struct co_build **out, const char *path, const struct co_build_options *options, char *why,
		   size_t why_size);
/* count 0 counts as padding and is skipped; of one digest given twice the higher count stays.
 * RP_EINVAL: the digest belongs before the page that is being filled, and was not taken: the build can go on.
 * RP_EFULL: the disk is full, or a page cannot hold what belongs into it; RP_EIO. co_build_why says more. */
int co_build_add(struct co_build *b, const uint8_t digest[CO_DIGEST_LEN], uint64_t count);
/* left_out: for the header. Writes the rest, fsyncs, and renames the file to its path; its mode is 0640, and
 * where root built it, it belongs to whom the folder belongs to. Frees b, whatever happens; info may be NULL.
 */
int co_build_finish(struct co_build *b, uint64_t left_out, struct co_info *info, char *why, size_t why_size);
/* Removes what was written. */
void co_build_abort(struct co_build *b);
const char *co_build_why(const struct co_build *b);

#endif
