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

/* Whether that is enough of them. */
static bool count(struct fe_breaker *b, uint32_t prefix)
{
	unsigned i = 0;

	b->failures++;
	while (i < b->n_prefixes && b->prefixes[i] != prefix)
		i++;
	if (i == b->n_prefixes && i < FE_BREAKER_PREFIXES)
		b->prefixes[b->n_prefixes++] = prefix;
	return b->failures >= FE_BREAKER_FAILURES && b->n_prefixes == FE_BREAKER_PREFIXES;
}

bool fe_breaker_failed(struct fe_breaker *b, uint32_t prefix, int64_t now)
{
	if (b->state == FE_OPEN || (b->state == FE_CLOSED && !count(b, prefix)))
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
