#include "cli/pace.h"

#define US_PER_MS 1000
#define US_PER_MINUTE 60000000
/* What was not asked because this program was late is made up for, but no more than that much of it. */
#define LATE_US 100000

void cli_pace_start(struct cli_pace *p, unsigned long rate, int64_t now)
{
	p->rate = rate;
	p->next = now * US_PER_MS;
}

int64_t cli_pace_wait(const struct cli_pace *p, int64_t now)
{
	int64_t left = p->next - now * US_PER_MS;

	return left > 0 ? (left + US_PER_MS - 1) / US_PER_MS : 0;
}

void cli_pace_sent(struct cli_pace *p, int64_t now)
{
	int64_t oldest = now * US_PER_MS - LATE_US;

	p->next = (p->next > oldest ? p->next : oldest) + US_PER_MINUTE / (int64_t)p->rate;
}

void cli_pace_hold(struct cli_pace *p, int64_t seconds, int64_t now)
{
	int64_t until = (now + seconds * 1000) * US_PER_MS;

	if (until > p->next)
		p->next = until;
}
