/*
 * Reading what the official downloader writes: one sorted file of "40 hex:count" lines, or a folder of
 * 1,048,576 files XXXXX.txt of "35 hex:count", or the former from a descriptor.
 *
 * Nothing is lost silently: every line that cannot be used, and every range that is missing or empty, is
 * reported with its file and line.
 */
#ifndef CORPUS_SOURCE_H
#define CORPUS_SOURCE_H

#include "corpus/corpus.h"

enum co_oddity {
	CO_ODD_LINE = 1,	   /* not "hex:count": a page of HTML, for one */
	CO_ODD_NTLM = 2,	   /* 32 hex digits, or 27 in a range: an NTLM digest */
	CO_ODD_COUNT = 3,	   /* the count is missing, no number, or too large */
	CO_ODD_ORDER = 4,	   /* before the line above */
	CO_ODD_TWICE = 5,	   /* the same as the line above: the higher count counts */
	CO_ODD_EMPTY_PASSWORD = 6, /* the digest of the empty password: left out, it is nobody's password */
	CO_ODD_NUL = 7,		   /* a NUL byte, or a line longer than any */
	CO_ODD_MISSING = 8,	   /* a range that is not in the folder */
	CO_ODD_EMPTY_FILE = 9,	   /* a range without lines */
	CO_ODD_NAME = 10,	   /* a file in the folder that is no range */
	CO_ODD_CUT = 11,	   /* the file ends within a line */
};

struct co_source_calls {
	/* The digest of a line. RP_EINVAL: it comes too late (reported as CO_ODD_ORDER, left out); any other
	 * error ends the reading. */
	int (*digest)(const uint8_t digest[CO_DIGEST_LEN], uint64_t count, void *ctx);
	/* line 0: the file as a whole. left_out: the line was not used. Non-zero ends the reading. */
	int (*odd)(const char *file, uint64_t line, enum co_oddity what, bool left_out, void *ctx);
	/* Now and then: bytes read of all (0: not known). Non-zero ends the reading. */
	int (*tick)(uint64_t done, uint64_t all, void *ctx);
	void *ctx;
};

/* path "-": fd 0. Returns what ended the reading: 0, RP_ENOENT, RP_EPERM, RP_EIO, or what a call returned. */
int co_source_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size);
/* About how many digests it has, from its size; 0: not known. */
uint64_t co_source_estimate(const char *path);
/* A few words in English for a message; never NULL. */
const char *co_oddity_name(enum co_oddity what);

#endif
