/*
 * What follows from a finding about a password, pure: the login that presents a leaked one goes on to its
 * change, and the account is marked until that is done; where one is chosen, it is refused.
 */
#ifndef ENGINE_PASSWORD_H
#define ENGINE_PASSWORD_H

#include "common/config.h"
#include "common/reply.h"
#include "engine/case.h"

/* The stack has verified the password, if there was one. otherwise: what is decided when nothing is wrong
 * with it. */
struct en_decision en_password_presented(const struct rp_config *config, int64_t now, struct en_case *c,
					 struct rp_reply *rep, struct en_decision otherwise);
/* The password is about to be set. otherwise: when nothing was asked about it. */
struct en_decision en_password_chosen(const struct rp_config *config, int64_t now, struct en_case *c,
				      struct rp_reply *rep, struct en_decision otherwise);
/* Somebody asks, about no account: OK, LEAKED or UNKNOWN. */
void en_password_asked(const struct en_finding *f, struct rp_reply *rep);

#endif
