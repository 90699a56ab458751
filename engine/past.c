#include "engine/past.h"

#include <stdio.h>
#include <stdlib.h>
#include "common/error.h"
#include "engine/audit.h"
#include "engine/clock.h"

int en_past_remember(const struct st_event *ev, void *past)
{
	struct en_past *p = past;

	p->seq = ev->seq;
	if (ev->time > p->last)
		p->last = ev->time;
	return 0;
}

int en_past_look(struct en_past *p, struct st_store *s, int64_t now)
{
	int64_t before = p->seq;
	int err;

	if (p->looked)
		return 0;
	p->seq = 0;
	err = st_each_event(s, 0, 1, NULL, en_past_remember, p);
	if (err) {
		p->seq = before;
		return err;
	}
	p->looked = true;
	if (!before && p->last - now >= EN_CLOCK_JUMP)
		p->jump = now - p->last;
	if (p->seq < before) {
		p->spent = p->last;
		p->older = true;
	}
	return 0;
}

int en_past_record(const struct en_past *p, struct st_turn *t, int64_t now)
{
	bool jumped = llabs(p->jump) >= EN_CLOCK_JUMP;
	struct st_event *ev;
	char text[64];

	if (jumped) {
		if (!(ev = st_turn_event(t)))
			return RP_ENOMEM;
		snprintf(text, sizeof text, "by-%lld-s", llabs(p->jump));
		en_audit_admin(ev, now, p->jump < 0 ? EN_CLOCK_BACK : EN_CLOCK_FORWARD, NULL, text);
	}
	if (p->older) {
		if (!(ev = st_turn_event(t)))
			return RP_ENOMEM;
		en_audit_admin(ev, now, EN_OLDER_STORE, NULL, NULL);
	}
	return 0;
}

void en_past_recorded(struct en_past *p)
{
	p->jump = 0;
	p->older = false;
}
