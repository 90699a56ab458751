/*
 * Throttling, pure. A throttle counts consecutive failures; some are free, then nothing is judged for 1, 2,
 * 4 … seconds after each, up to a limit. Nothing sleeps: the wait is told, and what comes before its end is
 * refused without being judged or counted, so that hammering does not prolong it.
 */
#ifndef ENGINE_THROTTLE_H
#define ENGINE_THROTTLE_H

#include <stdint.h>
#include "common/config.h"
#include "store/store.h"

/* Failures of a pair or a source are forgotten after so many seconds without one. Those of an account's open
 * lane never are: only a login in it, or an administrator, ends the row (SP 800-63B, 3.2.2). */
#define EN_PAIR_MEMORY (24 * 3600)
#define EN_SOURCE_MEMORY 3600

/* Seconds until something may be judged; 0: now. A clock that went back ends the wait, which it would
 * otherwise make as long as the jump: one attempt is judged, and its failure begins the next wait. */
int64_t en_throttle_wait(const struct st_throttle *t, const struct rp_throttle_config *c, int64_t now);
/* One failure more. */
void en_throttle_fail(struct st_throttle *t, const struct rp_throttle_config *c, int64_t now);
/* Forgets failures whose last is older than memory seconds. */
void en_throttle_age(struct st_throttle *t, int64_t memory, int64_t now);

#endif
