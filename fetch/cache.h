/*
 * The answers that were asked for lately: in memory only, a fixed number of them, the one that was used least
 * lately goes first. Pure; now is monotonic, in milliseconds.
 */
#ifndef FETCH_CACHE_H
#define FETCH_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FE_CACHE_SIZE 128
/* So long an answer is taken as it is; then the server is asked whether it changed. */
#define FE_CACHE_FRESH_MS 60000
#define FE_ETAG_MAX 127

struct fe_kept {
	uint8_t *bytes; /* as parsed; NULL: nothing is kept */
	size_t len;
	int64_t checked; /* when the server last stood by it */
	char etag[FE_ETAG_MAX + 1];
};

struct fe_cache;

/* RP_ENOMEM. */
int fe_cache_open(struct fe_cache **out);
void fe_cache_close(struct fe_cache *c);
void fe_cache_empty(struct fe_cache *c);

/* The answer, where it is there and fresh, until the next call; else NULL. */
const struct fe_kept *fe_cache_get(struct fe_cache *c, unsigned kind, const char *prefix, int64_t now);
/* Moves the answer out, fresh or not, to be asked about again; false: there is none. */
bool fe_cache_take(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_kept *out);
/* Moves k in, in place of one that is there for this prefix. */
void fe_cache_put(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_kept *k);

/* Takes bytes over, which malloc gave. An ETag that is too long is none. */
void fe_kept_set(struct fe_kept *k, uint8_t *bytes, size_t len, const char *etag, int64_t now);
/* Wiped. */
void fe_kept_free(struct fe_kept *k);

#endif
