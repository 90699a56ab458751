/*
 * Resets, pure: may this user's password be reset without the old one, and may he be reached at another
 * address from now on? And what a session says of a flagged mailbox.
 *
 * A code or the help desk opens the gate; else it is the mailbox that decides, to which the reset would go.
 * Who asks for somebody else learns nothing: what is refused has the same answer whatever the reason, for
 * users that do not exist too, and leaves at the same time (c->lookup->held).
 */
#ifndef ENGINE_RESET_H
#define ENGINE_RESET_H

#include "common/config.h"
#include "common/reply.h"
#include "engine/case.h"
#include "engine/seal.h"

/* A right code lets one reset through for so many seconds, from where it came: it is spent, and the new
 * password is still to be typed. */
#define EN_GATE_LASTS (15 * 60)
/* The help desk lets one through for at most so long. A gate that is open for longer was left by a clock that
 * went back, and is shut. */
#define EN_GATE_MOST 86400

/* RP_RESET. Sets c->waits, with the question in c->lookup, where the answer has to wait. */
struct en_decision en_reset_decide(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				   struct en_case *c, struct rp_reply *rep);
/* RP_MAILBOX, likewise. */
struct en_decision en_reset_register(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				     struct en_case *c, struct rp_reply *rep);
/* A session opens, with reason unless there is something to say. */
enum en_reason en_reset_say(const struct rp_config *config, int64_t now, struct en_case *c,
			    enum en_reason reason, struct rp_reply *rep);

#endif
