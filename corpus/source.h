/*
 * Reading what the official downloader writes: one sorted file of "40 hex:count" lines, or a folder of
 * 1,048,576 files XXXXX.txt of "35 hex:count", or the former from a descriptor.
 *
 * Nothing is lost silently: every line that cannot be used, and every range that is missing or empty, is
 * reported with its file and line. Lower case, CR LF, a byte order mark, blank lines and padding (count 0)
 * are no oddities.
 */
#ifndef CORPUS_SOURCE_H
#define CORPUS_SOURCE_H

#include "corpus/corpus.h"

enum co_oddity {
	CO_ODD_LINE = 1,  /* not "hex:count": a page of HTML, for one */
	CO_ODD_NTLM = 2,  /* 32 hex digits, or 27 in a range: an NTLM digest */
	CO_ODD_COUNT = 3, /* the count is missing, no number, or too large */
	CO_ODD_ORDER = 4, /* before the line above; left out where it comes too late */
	CO_ODD_TWICE = 5, /* the same as the line above: the higher count counts */
	CO_ODD_EMPTY_PASSWORD =
		6,	       /* the digest of the empty password: passed over, it is nobody's password */
	CO_ODD_NUL = 7,	       /* a NUL byte, or a line longer than any */
	CO_ODD_MISSING = 8,    /* a range that is not in the folder */
	CO_ODD_EMPTY_FILE = 9, /* a range, or a file, without lines */
	CO_ODD_NAME = 10,      /* a file in the folder that is no range */
	CO_ODD_CUT = 11,       /* the file ends within a line */
	CO_ODD_GAP = 12, /* no digests between this line and the one above for too long: a part is missing */
};

struct co_source_calls {
	/* The digest of a line. RP_EINVAL: it comes too late (reported as CO_ODD_ORDER, left out); any other
	 * error ends the reading. */
	int (*digest)(const uint8_t digest[CO_DIGEST_LEN], uint64_t count, void *ctx);
	/* line 0: the file as a whole. left_out: something is not in the corpus because of it. Non-zero ends
	 * the reading. */
	int (*odd)(const char *file, uint64_t line, enum co_oddity what, bool left_out, void *ctx);
	/* Now and then: how many bytes, or ranges of a folder, are read of all (0: not known). May be NULL.
	 * Non-zero ends the reading. */
	int (*tick)(uint64_t done, uint64_t all, void *ctx);
	void *ctx;
};

/* path "-": fd 0. Returns what ended the reading: 0, or RP_ENOENT, RP_EPERM, RP_EIO, RP_ENOMEM with a line in
 * why, or what a call returned. */
int co_source_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size);
/* A few words in English for a message; never NULL. */
const char *co_oddity_name(enum co_oddity what);

#endif
