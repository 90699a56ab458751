/*
 * One turn: requests in, one transaction, answers out. Holds the store and the key, and opens them again
 * when they were replaced or mended; while one is missing everything is answered RP_UNAVAILABLE.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <sys/types.h>
#include "common/config.h"
#include "common/reply.h"
#include "common/request.h"
#include "engine/clock.h"
#include "engine/finding.h"
#include "engine/lookup.h"
#include "engine/permit.h"

struct en_job {
	uid_t peer;
	enum en_who who; /* EN_ROOT, EN_PORTAL or EN_ANY */
	struct rp_request req;
	struct en_finding finding; /* about the digest in req */
	int64_t waited_ms;	   /* since it came: what is left of the budget is for the turn */
	struct rp_reply rep;	   /* filled in by en_engine_turn, always */
	struct en_lookup lookup;   /* about a mailbox; all zero in the beginning */
	/* Nothing was decided: it needs the finding, which is EN_ASK_FETCH, or that the lookup is over; to be
	 * tried again. */
	bool waits;
};

struct en_engine;

/* config and clock stay the caller's, and may change between turns. RP_ENOMEM. */
int en_engine_open(struct en_engine **out, const struct rp_config *config, struct en_clock *clock);
void en_engine_close(struct en_engine *e);

/* Decides jobs, n at most ST_TURN_MAX, in their order. When it returns, what the answers say is on disk. */
void en_engine_turn(struct en_engine *e, struct en_job *jobs, unsigned n);
/* After the answers are sent: writes the turn's events to the log and forgets its records. */
void en_engine_after(struct en_engine *e);

/* When nobody waits. */
void en_engine_tidy(struct en_engine *e);

#endif
