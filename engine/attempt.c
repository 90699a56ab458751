#include "engine/attempt.h"

#include "engine/judge.h"
#include "engine/lane.h"
#include "engine/recovery.h"

struct en_decision en_attempt(const struct rp_config *config, const struct en_seal *seal, int64_t now,
			      struct en_case *c, enum en_reason tokenless, struct rp_reply *rep)
{
	struct st_account *a = c->account;
	bool sure = en_recovery_shaped(c->req->code), unavailable = false;
	int64_t wait;
	enum en_reason reason = en_lane_gate(config, c, now, sure, &wait);

	if (reason != EN_NO_REASON) {
		rep->n1 = (uint64_t)wait;
		return (struct en_decision){RP_THROTTLED, reason};
	}
	if (tokenless != EN_NO_REASON)
		reason = tokenless;
	else if (a->locked)
		reason = EN_ACCOUNT_LOCKED;
	else
		reason = en_judge(seal, a, now, c->spent, (unsigned)config->window, c->req->code,
				  &unavailable);
	if (reason == EN_TOTP || reason == EN_RECOVERY) {
		en_lane_passed(config, c, now);
		return (struct en_decision){RP_OK, reason};
	}
	en_lane_failed(config, c, now);
	return (struct en_decision){unavailable ? RP_UNAVAILABLE : RP_DENIED, reason};
}
