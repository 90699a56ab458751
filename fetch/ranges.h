/*
 * Ranges, from memory or from the server: who asks, whether the server may be asked at all (its wait after a
 * 429, the breaker), who shares what is on its way already, and how long anybody waits.
 */
#ifndef FETCH_RANGES_H
#define FETCH_RANGES_H

#include <stddef.h>
#include <stdint.h>
#include "common/config.h"
#include "common/range.h"

/* Ranges on their way at a time; more prefixes than that are answered RP_RANGE_BUSY. */
#define FE_FLIGHTS_MAX 64
/* Part of the budget, in milliseconds, for what comes before and after. */
#define FE_SPARE_MS 100
/* After a 429, in seconds: where the server does not say how long, and at most. */
#define FE_RATE_WAIT 10
#define FE_RATE_WAIT_MAX 3600

struct fe_ranges;
struct fe_flight;

struct fe_answer {
	enum rp_range_status status;
	uint64_t detail;
	const uint8_t *rows;
	size_t n;
};

/* flight has landed: a is what everybody is told who was given it. */
typedef void fe_landed(void *ctx, const struct fe_flight *flight, const struct fe_answer *a);

/* RP_ENOMEM; RP_EINVAL: the configuration is not acceptable, and why says it. */
int fe_ranges_open(struct fe_ranges **out, const struct rp_config *config, fe_landed *landed, void *ctx,
		   char *why, size_t size);
void fe_ranges_close(struct fe_ranges *r);
/* Another configuration from here on; nothing is remembered of the server before. RP_EINVAL: as above, and
 * nothing changes. */
int fe_ranges_configure(struct fe_ranges *r, const struct rp_config *config, char *why, size_t size);

/* NULL: a has the answer, until the next call. Else the flight that will bring it, within the budget. */
const struct fe_flight *fe_ranges_ask(struct fe_ranges *r, const struct rp_range_request *req, int64_t now,
				      struct fe_answer *a);
/* Waits for timeout milliseconds, or until fd can be read, or the network has something. RP_EIO. */
int fe_ranges_wait(struct fe_ranges *r, int fd, int timeout, int64_t now);
/* Tells of every flight that has landed by now, or has to. */
void fe_ranges_land(struct fe_ranges *r, int64_t now);

#endif
