/* What rempartd's log says of the passwords that nobody could say anything about. */
#ifndef BENCH_BREACH_TALLY_H
#define BENCH_BREACH_TALLY_H

#include "bench/breach_storm.h"

/* Into the phases' unknown and causes. phase_of: each user's, who logged in once. Returns 0 or -1. */
int bn_tally(struct bn_storm *s, const uint8_t *phase_of);

#endif
