/*
 * What rempart-fetch said lately about an account's password, in memory alone and for a day: nothing that is
 * derived from a password is ever on a disk. An entry is found by a keyed hash of account and digest, under a
 * key that ends with the process; a password that was changed has another one, and so is asked about anew.
 */
#ifndef ENGINE_RECALL_H
#define ENGINE_RECALL_H

#include <stdbool.h>
#include "common/request.h"
#include "engine/finding.h"

#define EN_RECALL_ENTRIES 65536
#define EN_RECALL_MS ((int64_t)24 * 3600 * 1000)

struct en_recall;

/* NULL: no memory, or no randomness. */
struct en_recall *en_recall_new(void);
void en_recall_free(struct en_recall *r); /* wipes; NULL is allowed */

/* now: monotonic, in milliseconds. False: nothing is known, or not any more. */
bool en_recall_get(const struct en_recall *r, const struct rp_request *req, int64_t now,
		   struct en_finding *f);
/* In the place of what is oldest where it belongs. EN_UNKNOWN comes back with the cause "asked-lately". */
void en_recall_put(struct en_recall *r, const struct rp_request *req, int64_t now,
		   const struct en_finding *f);

#endif
