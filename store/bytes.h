/*
 * Records as bytes, for what is written and read back: integers are big-endian, strings have a byte of length
 * before them, other bytes two. A record ends with a checksum, the start of SHA-256 over whose record it is
 * and all before, so that one that was damaged, cut or put in another's place is seen.
 */
#ifndef STORE_BYTES_H
#define STORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"

#define ST_CHECK_LEN 8
#define ST_CHECKED_MAX 4096	       /* bytes of a record, and … */
#define ST_OWNER_MAX (RP_USER_MAX + 1) /* … of whose it is */

/* Where the next bytes go or come from. Once bad, nothing more is written or read. */
struct st_writer {
	uint8_t *buf;
	size_t size, at;
	bool bad;
};

struct st_reader {
	const uint8_t *buf;
	size_t size, at;
	bool bad;
};

void st_put(struct st_writer *w, const void *bytes, size_t n);
void st_put_int(struct st_writer *w, uint64_t v, unsigned width);
/* More than max: bad. */
void st_put_string(struct st_writer *w, const char *s, size_t max);
void st_put_bytes(struct st_writer *w, const uint8_t *bytes, size_t n, size_t max);
void st_put_check(struct st_writer *w, const void *owner, size_t owner_len);

void st_get(struct st_reader *r, void *out, size_t n);
/* Bad: 0. */
uint64_t st_get_int(struct st_reader *r, unsigned width);
uint64_t st_get_int_to(struct st_reader *r, unsigned width, uint64_t max);
/* 0 is never written, and is bad. */
int64_t st_get_time(struct st_reader *r);
/* out is zeroed and has max + 1 bytes. */
void st_get_string(struct st_reader *r, char *out, size_t max);
/* Takes the checksum off the end of what r reads; wrong: bad. */
void st_get_check(struct st_reader *r, const void *owner, size_t owner_len);

#endif
