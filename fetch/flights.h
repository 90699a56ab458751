/*
 * Questions and their answers, from memory or from a server: whether the server may be asked at all, who
 * shares what is on its way already, what else an answer needs (the breach records), and how long anybody
 * waits. now: monotonic, in milliseconds.
 */
#ifndef FETCH_FLIGHTS_H
#define FETCH_FLIGHTS_H

#include <stddef.h>
#include <stdint.h>
#include "common/config.h"
#include "fetch/kind.h"

/* On their way to a server at a time; more than that are answered RP_RANGE_BUSY. */
#define FE_FLIGHTS_MAX 64
/* The breach records are asked for anew when a name has none, and after they could not be had: not sooner. */
#define FE_RECORDS_AGE_MS 300000
#define FE_RECORDS_RETRY_MS 10000
/* The further pages of a list come from the one that the first page was of, for so long. */
#define FE_PAGES_MS 600000

struct fe_flights;
struct fe_flight;

/* flight has landed: a is what everybody is told who was given it. */
typedef void fe_landed(void *ctx, const struct fe_flight *flight, const struct fe_answer *a);

/* RP_ENOMEM; RP_EINVAL: the configuration is not acceptable, and why says it. */
int fe_flights_open(struct fe_flights **out, const struct rp_config *config, fe_landed *landed, void *ctx,
		    char *why, size_t size);
void fe_flights_close(struct fe_flights *r);
/* Another configuration from here on, and its API key; nothing is remembered of the servers before.
 * RP_EINVAL: as above, and nothing changes. Without a key that can be read there are no answers that need
 * one; the log says so. */
int fe_flights_configure(struct fe_flights *r, const struct rp_config *config, char *why, size_t size);

/* NULL: a has the answer, until the next call. Else the flight that will bring it. */
const struct fe_flight *fe_flights_ask(struct fe_flights *r, const struct fe_question *q, int64_t now,
				       struct fe_answer *a);
/* What to tell who cannot wait for flight any longer. */
void fe_flights_late(const struct fe_flight *flight, struct fe_answer *a);
/* Waits for timeout milliseconds, or until fd can be read, or the network has something. RP_EIO. */
int fe_flights_wait(struct fe_flights *r, int fd, int timeout, int64_t now);
/* Tells of every flight that has landed by now, or has to. */
void fe_flights_land(struct fe_flights *r, int64_t now);

#endif
