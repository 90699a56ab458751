#include "fetch/breaker.h"

bool fe_breaker_may(struct fe_breaker *b, int64_t now)
{
	if (b->state == FE_OPEN && now >= b->until) {
		b->state = FE_TRIAL;
		return true;
	}
	return b->state == FE_CLOSED;
}

static int64_t next_pause(const struct fe_breaker *b)
{
	if (b->state == FE_CLOSED)
		return FE_BREAKER_PAUSE_MS;
	return b->pause * 2 < FE_BREAKER_PAUSE_MAX_MS ? b->pause * 2 : FE_BREAKER_PAUSE_MAX_MS;
}

bool fe_breaker_failed(struct fe_breaker *b, int64_t now)
{
	if (b->state == FE_OPEN || (b->state == FE_CLOSED && ++b->failures < FE_BREAKER_FAILURES))
		return false;
	b->pause = next_pause(b);
	b->until = now + b->pause;
	b->state = FE_OPEN;
	return true;
}

bool fe_breaker_answered(struct fe_breaker *b)
{
	bool changed = b->state == FE_TRIAL;

	if (b->state != FE_OPEN)
		*b = (struct fe_breaker){.state = FE_CLOSED};
	return changed;
}

uint64_t fe_breaker_wait(const struct fe_breaker *b, int64_t now)
{
	if (b->state != FE_OPEN || now >= b->until)
		return 1;
	return (uint64_t)(b->until - now + 999) / 1000;
}
