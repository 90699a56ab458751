/*
 * Lanes, pure: which throttles stand before an attempt, and what they learn from its outcome. A source from
 * which the account logged in lately has a lane of its own (its pair); everybody else shares the open lane,
 * so that an attacker elsewhere cannot lock the owner out.
 */
#ifndef ENGINE_LANE_H
#define ENGINE_LANE_H

#include "common/config.h"
#include "engine/case.h"
#include "engine/reason.h"

/* Whether the attempt comes in a lane of its own. */
bool en_lane_own(const struct rp_config *config, const struct en_case *c, int64_t now);

/* EN_NO_REASON: judge it. Otherwise why not, and *wait in seconds (0: until an administrator helps). sure:
 * the code has the form of a recovery code, which cannot be guessed: the account's own throttle does not hold
 * it. */
enum en_reason en_lane_gate(const struct rp_config *config, struct en_case *c, int64_t now, bool sure,
			    int64_t *wait);

void en_lane_failed(const struct rp_config *config, struct en_case *c, int64_t now);
void en_lane_passed(const struct rp_config *config, struct en_case *c, int64_t now);

#endif
