#include "fetch/upstream.h"

#include "common/log.h"

enum rp_range_status fe_upstream_may(struct fe_upstream *u, int64_t now, uint64_t *detail)
{
	bool was_open = u->breaker.state == FE_OPEN;

	*detail = 0;
	if (now < u->silent_until) {
		*detail = (uint64_t)(u->silent_until - now + 999) / 1000;
		return RP_RANGE_RATE;
	}
	if (!fe_breaker_may(&u->breaker, now)) {
		*detail = fe_breaker_wait(&u->breaker, now);
		return RP_RANGE_BREAKER;
	}
	if (was_open)
		rp_log(LOG_INFO, "%s is tried again", u->name);
	return RP_RANGE_NONE;
}

static void be_silent(struct fe_upstream *u, uint64_t *detail, int64_t now)
{
	if (!*detail)
		*detail = FE_RATE_WAIT;
	if (*detail > FE_RATE_WAIT_MAX)
		*detail = FE_RATE_WAIT_MAX;
	if (now >= u->silent_until)
		rp_log(LOG_WARNING, "%s wants %llu s of silence (429)", u->name, (unsigned long long)*detail);
	u->silent_until = now + (int64_t)*detail * 1000;
}

void fe_upstream_judge(struct fe_upstream *u, uint32_t what, enum rp_range_status status, uint64_t *detail,
		       const char *reason, int64_t now)
{
	char cause[64];

	if (status == RP_RANGE_RATE)
		be_silent(u, detail, now);
	/* A server that refuses is there; it is not a failure to wait for. */
	if (status == RP_RANGE_OK || status == RP_RANGE_RATE || (status == RP_RANGE_HTTP && *detail < 500)) {
		if (fe_breaker_answered(&u->breaker))
			rp_log(LOG_NOTICE, "%s answers again", u->name);
		return;
	}
	if (!fe_breaker_failed(&u->breaker, what, now))
		return;
	rp_range_cause(status, *detail, cause, sizeof cause);
	rp_log(LOG_WARNING, "%s fails (%s%s%s); it is left alone for %llu s", u->name, cause,
	       reason ? ": " : "", reason ? reason : "",
	       (unsigned long long)fe_breaker_wait(&u->breaker, now));
}
