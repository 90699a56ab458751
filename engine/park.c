#include "engine/park.h"

#include <unistd.h>
#include "common/secret.h"

bool en_park_has_room(const struct en_park *p, const struct rp_request *req)
{
	return p->used < EN_PARKED_MAX && !(en_lookup_concerns(req) && p->mailboxes >= EN_PARKED_MAILBOXES);
}

struct en_parked *en_park_put(struct en_park *p, struct en_seat *seat, int fd, int64_t since,
			      const struct rp_request *req, const struct en_lookup *lookup)
{
	struct en_parked *k = p->places;

	while (k->taken)
		k++;
	*k = (struct en_parked){true, fd, seat, since, *req, *lookup};
	p->used++;
	p->mailboxes += en_lookup_concerns(req);
	return k;
}

struct en_parked *en_park_find(struct en_park *p, const struct en_seat *seat)
{
	for (unsigned i = 0; i < EN_PARKED_MAX; i++)
		if (p->places[i].taken && p->places[i].seat == seat)
			return &p->places[i];
	return NULL;
}

void en_park_hang_up(struct en_parked *k)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}

void en_park_leave(struct en_park *p, struct en_parked *k)
{
	en_park_hang_up(k);
	k->taken = false;
	p->used--;
	p->mailboxes -= en_lookup_concerns(&k->req);
	rp_request_wipe(&k->req);
	rp_wipe(&k->lookup, sizeof k->lookup);
}

bool en_park_is_late(const struct en_parked *k, int64_t now)
{
	return k->taken && now - k->since >= EN_PARKED_MS;
}

int en_park_wait_ms(const struct en_park *p, int64_t now, int most)
{
	for (unsigned i = 0; p->used && i < EN_PARKED_MAX; i++) {
		int64_t left = p->places[i].since + EN_PARKED_MS - now;

		if (p->places[i].taken && left < most)
			most = left > 0 ? (int)left : 0;
	}
	return most;
}
