/* Requests that wait for rempart-fetch while everybody else is served. */
#ifndef ENGINE_PARK_H
#define ENGINE_PARK_H

#include "common/range.h"
#include "common/request.h"
#include "engine/lookup.h"
#include "engine/seats.h"

/* So many at a time: more would hold up nobody for longer, but rempart-fetch has enough to do. */
#define EN_PARKED_MAX 256
/* Of them, about mailboxes: who asks for resets by the hundred leaves room for logins. */
#define EN_PARKED_MAILBOXES (EN_PARKED_MAX / 2)
/* Counted from when the request came, in milliseconds: rempart-fetch has answered by then, and what is left
 * of the daemon's budget is for the turn. */
#define EN_PARKED_MS (RP_FETCH_BUDGET_MS + 100)

struct en_parked {
	bool taken;
	int fd; /* to rempart-fetch; -1: it is not asked, or has answered */
	struct en_seat *seat;
	int64_t since;
	struct rp_request req; /* secret */
	struct en_lookup lookup;
};

/* All zero in the beginning, so that a place costs memory once it is taken. */
struct en_park {
	struct en_parked places[EN_PARKED_MAX];
	unsigned used, mailboxes;
};

bool en_park_has_room(const struct en_park *p, const struct rp_request *req);
/* Where en_park_has_room said so: keeps a copy of req and of lookup, and fd. */
struct en_parked *en_park_put(struct en_park *p, struct en_seat *seat, int fd, int64_t since,
			      const struct rp_request *req, const struct en_lookup *lookup);
struct en_parked *en_park_find(struct en_park *p, const struct en_seat *seat);
/* Hangs up on rempart-fetch, and stays until it is late. */
void en_park_hang_up(struct en_parked *k);
/* Hangs up and wipes. */
void en_park_leave(struct en_park *p, struct en_parked *k);
bool en_park_is_late(const struct en_parked *k, int64_t now);
/* Milliseconds until the next is late, at most most. */
int en_park_wait_ms(const struct en_park *p, int64_t now, int most);

#endif
