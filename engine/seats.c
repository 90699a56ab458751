#include "engine/seats.h"

#include <sys/socket.h>
#include <unistd.h>

void en_seats_init(struct en_seats *s)
{
	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++)
		s->seats[i].fd = -1;
}

/* One user may have thousands of uids (subuid(5)), so all strangers together have a limit too. */
static bool has_room_for(const struct en_seats *s, uid_t stranger)
{
	unsigned own = 0, all = 0;

	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++) {
		const struct en_seat *seat = &s->seats[i];

		if (seat->fd < 0 || seat->who != EN_ANY)
			continue;
		own += seat->peer == stranger;
		all++;
	}
	return own < EN_CONNECTIONS_UID && all < EN_CONNECTIONS_STRANGERS;
}

struct en_seat *en_seats_take(struct en_seats *s, const struct en_portals *portals, int fd, int64_t now)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	enum en_who who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return NULL;
	who = en_permit_peer(portals, peer.uid);
	if (who == EN_ANY && (!has_room_for(s, peer.uid) || !en_quota_take(&s->quota, peer.uid, now)))
		return NULL;
	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++) {
		if (s->seats[i].fd >= 0)
			continue;
		s->seats[i] = (struct en_seat){.fd = fd, .peer = peer.uid, .who = who, .since = now};
		s->used++;
		return &s->seats[i];
	}
	return NULL;
}

void en_seats_leave(struct en_seats *s, struct en_seat *seat)
{
	close(seat->fd);
	seat->fd = -1;
	s->used--;
}
