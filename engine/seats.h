/* The connections of rempartd: who sits where, and how many seats strangers may take. */
#ifndef ENGINE_SEATS_H
#define ENGINE_SEATS_H

#include <stdint.h>
#include <sys/types.h>
#include "engine/permit.h"
#include "engine/quota.h"

/* Connections at a time: in all, of all who are neither root nor a portal, and of one such uid. */
#define EN_CONNECTIONS_MAX 1024
#define EN_CONNECTIONS_STRANGERS 512
#define EN_CONNECTIONS_UID 32

enum en_seat_state {
	EN_SEAT_SILENT, /* nothing was said yet */
	EN_SEAT_ASKS,	/* its request is in this turn */
	EN_SEAT_PARKED, /* its request waits for rempart-fetch */
};

struct en_seat {
	int fd; /* -1: free */
	uid_t peer;
	enum en_who who;
	int64_t since;
	enum en_seat_state state;
	bool watched; /* in epoll */
};

struct en_seats {
	struct en_seat seats[EN_CONNECTIONS_MAX];
	unsigned used;
	struct en_quota quota;
};

void en_seats_init(struct en_seats *s);
/* A seat for who connected on fd. NULL: there is none for this peer; fd is still the caller's. now:
 * monotonic, in milliseconds. */
struct en_seat *en_seats_take(struct en_seats *s, const struct en_portals *portals, int fd, int64_t now);
/* Hangs up, which takes the descriptor out of epoll too. */
void en_seats_leave(struct en_seats *s, struct en_seat *seat);

#endif
