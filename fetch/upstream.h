/*
 * One server: whether it may be asked now (its wait after a 429, its breaker), and what follows from how it
 * answers. The log hears what changes. now: monotonic, in milliseconds.
 */
#ifndef FETCH_UPSTREAM_H
#define FETCH_UPSTREAM_H

#include <stdint.h>
#include "common/range.h"
#include "fetch/breaker.h"

/* After a 429, in seconds: where the server does not say how long, and at most. */
#define FE_RATE_WAIT 10
#define FE_RATE_WAIT_MAX 3600

/* All zero, but for the name: nothing is known of it. */
struct fe_upstream {
	const char *name;
	struct fe_breaker breaker;
	int64_t silent_until;
};

/* NONE: it may be asked; then its outcome has to be told. Else why not: RATE or BREAKER, with its detail. */
enum rp_range_status fe_upstream_may(struct fe_upstream *u, int64_t now, uint64_t *detail);
/* How it went with the question that what stands for. RATE: detail becomes how long it is left alone. reason:
 * for the log, or NULL. */
void fe_upstream_judge(struct fe_upstream *u, uint32_t what, enum rp_range_status status, uint64_t *detail,
		       const char *reason, int64_t now);

#endif
