/*
 * What rempartd knows of the time before this turn: its newest event, which a store that was just opened is
 * held against, and what of that is still to be recorded.
 */
#ifndef ENGINE_PAST_H
#define ENGINE_PAST_H

#include <stdbool.h>
#include <stdint.h>
#include "store/store.h"

struct en_past {
	bool looked;   /* at this store's newest event */
	int64_t seq;   /* of the newest event seen or made; 0: none */
	int64_t last;  /* time of the latest one */
	int64_t spent; /* codes up to this time are used: an older store took the place of what knew them */
	bool older;    /* that, not recorded yet */
	int64_t jump;  /* of the clock, not recorded yet */
};

/* What a store that was just opened says of the past. The clock may have gone back while nobody looked: its
 * newest event says when that was. And it may be a backup that knows nothing of the codes accepted since. */
int en_past_look(struct en_past *p, struct st_store *s, int64_t now);
/* The events that this leads to. RP_ENOMEM. */
int en_past_record(const struct en_past *p, struct st_turn *t, int64_t now);
void en_past_recorded(struct en_past *p);
/* For st_each_event: past is a struct en_past. */
int en_past_remember(const struct st_event *ev, void *past);

#endif
