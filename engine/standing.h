/* Where a user stands with the policy, pure: enrolled, exempt, free, in grace, or short of a token. */
#ifndef ENGINE_STANDING_H
#define ENGINE_STANDING_H

#include "common/config.h"
#include "engine/case.h"
#include "engine/reason.h"

struct en_standing {
	enum en_reason reason; /* EN_ENROLLED, EN_EXEMPT_GROUP, EN_EXEMPT_SERVICE, EN_NOT_ENROLLED,
				  EN_BEFORE_DEADLINE, EN_MAY_ENROL, EN_PAST_DEADLINE or EN_AFTER_RESET */
	int64_t deadline;      /* with EN_BEFORE_DEADLINE */
};

/* Whether somebody stands outside for want of a token. */
bool en_standing_is_short(enum en_reason reason);

struct en_standing en_standing(const struct rp_config *config, const struct en_case *c, int64_t now);

/* Whether the login after a reset is to be asked for a code: [mailbox] code_after_reset, which audit only
 * records as it does the rest. */
bool en_standing_asks_after_reset(const struct rp_config *config);
/* Whether the password was reset and no login with a code has followed, which [mailbox] code_after_reset asks
 * for: neither grace nor enrolling in the conversation lets anybody in until then. */
bool en_standing_reset(const struct rp_config *config, const struct en_case *c);
/* Number of active tokens of a. */
unsigned en_standing_tokens(const struct st_account *a);

#endif
