/* Reading lines of any length from a file or a pipe, with a buffer that does not grow. */
#ifndef CORPUS_READER_H
#define CORPUS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct co_reader {
	/* The line in hand, without its newline and without a byte order mark before the first; NULL at the
	 * end. Of a line that does not fit there is the end alone, with the length of the whole. */
	const char *text;
	size_t len;
	bool unended; /* the file ends with it, and no newline does */
	uint64_t line;
	uint64_t read; /* bytes, of this file */
	/* Called after each read, and several times a second while there is nothing to read: non-zero ends
	 * the reading. */
	int (*tick)(void *ctx);
	void *ctx;
	int fd;
	char *buf;
	size_t at, end, dropped;
	bool eof;
};

/* RP_ENOMEM. */
int co_reader_init(struct co_reader *r, int (*tick)(void *ctx), void *ctx);
/* Begins with a file, whose descriptor stays the caller's. */
void co_reader_begin(struct co_reader *r, int fd);
/* RP_EIO with errno, or what tick returned. */
int co_reader_next(struct co_reader *r);
/* Wipes what was read: it may be passwords. */
void co_reader_free(struct co_reader *r);

#endif
