/*
 * The offline corpus: which SHA-1 digests of passwords are in a leak, and how often they were seen, in one
 * file.
 *
 * 2^bits pages of 4 KiB, the page of a digest given by its top bits, after one page of header: a lookup is
 * one aligned pread, and there is no directory. A page holds its digests' next bits, sorted and quantised so
 * that their Rice code just fills it, each with floor(log2(count)), and a checksum of its own. So the answer
 * is exact up to ε: about ε of all passwords that are in no leak are reported as leaked, none that is in one
 * is missed. docs/CORPUS.md has the bytes.
 *
 * pread and not mmap: a file that is cut while it is in use is an error of one lookup, not a SIGBUS.
 */
#ifndef CORPUS_CORPUS_H
#define CORPUS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CO_DIGEST_LEN 20
#define CO_PAGE_LEN 4096

/* What a corpus was made to be. Values are in the file: never renumber. */
enum co_profile {
	CO_FULL = 1,  /* everything its source has, ε about 2^-29: what is not in it is in no known leak */
	CO_SMALL = 2, /* everything in half the pages, ε about 2^-13 */
	CO_TOP = 3,   /* what was seen most often: what is not in it may still be in a leak */
};

struct co_info {
	enum co_profile profile;
	unsigned bits;	    /* 2^bits pages */
	uint64_t keys;	    /* digests */
	uint64_t min_count; /* digests seen less often were left out; 1: none was */
	uint64_t left_out;  /* lines of the source that could not be used */
	int64_t made;	    /* Unix time */
	double epsilon;	    /* mean of the pages' keys / range */
};

struct co_corpus;

/* Opens the file and checks its header and its length. why: one line for the log. RP_ENOENT, RP_EPERM,
 * RP_EIO, RP_ECORRUPT, RP_EVERSION, RP_ENOMEM. Not thread-safe. */
int co_open(struct co_corpus **out, const char *path, char *why, size_t why_size);
void co_close(struct co_corpus *c);
const struct co_info *co_info(const struct co_corpus *c);
/* The complete list had 306 million digests when it was first published, in 2017. */
#define CO_WHOLE_KEYS 250000000

/* Whether what is not in it is in no known leak: it says that it has everything, and has as much. */
bool co_is_whole(const struct co_info *info);
/* Whether the file that is open is still the one at its path. */
bool co_is_current(const struct co_corpus *c);

/* *prevalence: how often the digest was seen, rounded down to a power of two; 0: it is not in the corpus.
 * RP_EIO or RP_ECORRUPT: not known. One pread of CO_PAGE_LEN bytes, in every case. */
int co_lookup(struct co_corpus *c, const uint8_t digest[CO_DIGEST_LEN], uint64_t *prevalence);

/* Reads every page and checks it: the first bad one in *page (RP_ECORRUPT, RP_EIO). tick may be NULL, else it
 * is called now and then with what is done of all; non-zero ends the reading and is returned. */
int co_verify(struct co_corpus *c, int (*tick)(uint64_t done, uint64_t all, void *ctx), void *ctx,
	      uint64_t *page);

#endif
