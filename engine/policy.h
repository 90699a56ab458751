/*
 * Policy: what is decided, and nothing else. A pure function of the request, the records it concerns and the
 * time: no I/O, no clock, no randomness (enrolment brings its own), nothing that can fail half way. Changed
 * records are marked dirty and the event is filled in; the caller commits both or neither.
 */
#ifndef ENGINE_POLICY_H
#define ENGINE_POLICY_H

#include <stdbool.h>
#include "common/config.h"
#include "common/reply.h"
#include "common/request.h"
#include "engine/seal.h"
#include "engine/source.h"
#include "store/store.h"

/* What one request concerns. */
struct en_case {
	const struct rp_request *req;
	char source[EN_SOURCE_MAX + 1]; /* normal form */
	bool exempt_group;
	bool local;    /* no source, and the peer is root or the user: someone at the machine */
	int64_t spent; /* codes up to this time are used, whatever the account says; 0: none */
	struct st_account *account;
	struct st_throttle_record *unknown;	  /* the open lane when account does not exist */
	struct st_throttle_record *pair, *origin; /* NULL when there is no source and it is not local */
	uint8_t lane[ST_HASH_LEN];		  /* the source, as lanes keep it */
	struct st_event *event;
};

/* Decides. rep gets verdict and n1, n2, t1 …; c->event gets verb, verdict, reason, names, time. */
void en_policy_decide(const struct rp_config *config, const struct en_seal *seal, int64_t now,
		      struct en_case *c, struct rp_reply *rep);

/* Number of active tokens of a. */
unsigned en_policy_tokens(const struct st_account *a);

#endif
