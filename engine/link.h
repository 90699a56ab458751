/*
 * rempartd's, and the command line's, way to rempart-fetch: connect, send one packet, wait elsewhere, take
 * one. Nothing here blocks but en_link_wait. That rempart-fetch does not answer is said once in the log, and
 * once more when it does again. now: monotonic, in milliseconds.
 */
#ifndef ENGINE_LINK_H
#define ENGINE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/range.h"

struct en_link;

struct en_link *en_link_new(void); /* NULL: no memory */
void en_link_free(struct en_link *l);

/* Sends packet to the socket at path. Returns a descriptor that becomes readable, and is then for
 * en_link_hear; or -1, and *cause is "fetch-gone" or "busy". */
int en_link_ask(struct en_link *l, const char *path, const uint8_t *packet, size_t len, int64_t now,
		const char **cause);
/* What came on fd: *packet of *len bytes, valid until the next call; one that is longer than packets are is
 * cut, and still too long for any decoder. Returns 1; 0: nothing came yet; -1: it is gone, and *cause is
 * "fetch-gone". fd stays the caller's to close. */
int en_link_hear(struct en_link *l, int fd, int64_t now, const uint8_t **packet, size_t *len,
		 const char **cause);
/* Wipes what came, once it has been read. */
void en_link_forget(struct en_link *l);
/* What came was an answer (true), or was none, or came too late (why: a few words for the log). */
void en_link_said(struct en_link *l, bool answer, const char *why, int64_t now);

/* The two in one, for a program that has nothing else to do: waits at most budget_ms. As en_link_hear, but
 * never 0: *cause is "timeout". */
int en_link_wait(struct en_link *l, const char *path, const uint8_t *packet, size_t len, int budget_ms,
		 const uint8_t **answer, size_t *answer_len, const char **cause);

#endif
