/* An attempt with a code, at a login or where a reset is asked for: counted, judged, and the code spent. */
#ifndef ENGINE_ATTEMPT_H
#define ENGINE_ATTEMPT_H

#include "common/config.h"
#include "common/reply.h"
#include "engine/case.h"
#include "engine/seal.h"

/* RP_OK (EN_TOTP or EN_RECOVERY), RP_DENIED, RP_THROTTLED (rep->n1: how long) or RP_UNAVAILABLE. tokenless:
 * the reason where there is no token to judge with, which is EN_NO_REASON where there is one. */
struct en_decision en_attempt(const struct rp_config *config, const struct en_seal *seal, int64_t now,
			      struct en_case *c, enum en_reason tokenless, struct rp_reply *rep);

#endif
