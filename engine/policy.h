/*
 * Policy: what is decided, and nothing else. A pure function of the request, the records it concerns and the
 * time: no I/O, no clock, no randomness (enrolment brings its own), nothing that can fail half way. Changed
 * records are marked dirty and the event is filled in, unless nothing was decided; the caller commits both or
 * neither.
 */
#ifndef ENGINE_POLICY_H
#define ENGINE_POLICY_H

#include "common/config.h"
#include "common/reply.h"
#include "engine/case.h"
#include "engine/seal.h"

/* Decides. rep gets verdict and n1, n2, t1 …; c->event gets verb, verdict, reason, names, time. Or sets
 * c->waits: to be decided with a finding. */
void en_policy_decide(const struct rp_config *config, const struct en_seal *seal, int64_t now,
		      struct en_case *c, struct rp_reply *rep);

#endif
