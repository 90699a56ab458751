/* Inside of a turn, for the drivers. */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "store/store.h"

#define ST_TURN_THROTTLES (3 * ST_TURN_MAX)
#define ST_TURN_EVENTS (4 * ST_TURN_MAX)

/* Open addressing, at most half full; a slot holds the index + 1 of a record, or 0. */
#define ST_ACCOUNT_SLOTS (2 * ST_TURN_MAX)
#define ST_THROTTLE_SLOTS (8 * ST_TURN_MAX)

struct st_turn {
	bool loaded; /* by st_begin: no further record may be named */
	size_t n_accounts, n_throttles, n_events;
	uint16_t account_slots[ST_ACCOUNT_SLOTS];
	uint16_t throttle_slots[ST_THROTTLE_SLOTS];
	int64_t rows[ST_TURN_MAX]; /* the driver's own mark of accounts[i]; 0: none */
	struct st_throttle_record throttles[ST_TURN_THROTTLES];
	struct st_account accounts[ST_TURN_MAX];
	struct st_event events[ST_TURN_EVENTS];
};

/* Every record as it was when it was named. */
void st_turn_reset(struct st_turn *t);
/* Closes the gaps of events that nobody filled in: pointers to events are not valid any longer. */
void st_turn_drop_empty_events(struct st_turn *t);

#endif
