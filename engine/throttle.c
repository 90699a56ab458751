#include "engine/throttle.h"

int64_t en_throttle_wait(const struct st_throttle *t, const struct rp_throttle_config *c, int64_t now)
{
	int64_t wait = t->until - now;

	if (wait <= 0 || now < t->last)
		return 0;
	return wait < c->max_wait ? wait : c->max_wait;
}

void en_throttle_fail(struct st_throttle *t, const struct rp_throttle_config *c, int64_t now)
{
	int64_t over, wait = 0;

	if (t->failures < UINT32_MAX)
		t->failures++;
	over = (int64_t)t->failures - c->free;
	if (over > 0)
		wait = over > 20 ? c->max_wait : (int64_t)1 << (over - 1);
	t->last = now;
	t->until = now + (wait < c->max_wait ? wait : c->max_wait);
}

void en_throttle_age(struct st_throttle *t, int64_t memory, int64_t now)
{
	if (t->failures && now - t->last > memory)
		*t = (struct st_throttle){0};
}
