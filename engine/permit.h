/* Who may ask what: one table. A peer is known by the effective uid it connected with. */
#ifndef ENGINE_PERMIT_H
#define ENGINE_PERMIT_H

#include <stdbool.h>
#include <sys/types.h>
#include "common/config.h"

enum en_who {
	EN_NOBODY = 0,
	EN_ROOT = 1,
	EN_PORTAL = 2, /* listed in [rempartd] portals */
	EN_SELF = 4,   /* asks about itself */
	EN_ANY = 8,
};

#define EN_PORTALS_MAX 64

struct en_portals {
	uid_t uids[EN_PORTALS_MAX];
	unsigned n;
};

/* Looks the blank-separated names and uids of list up, once: a lookup for each login would ask a directory.
 * Returns the first word that is no user here, or NULL. The rest are taken all the same. */
const char *en_permit_portals(struct en_portals *p, const char *list, char word[64]);

/* EN_ROOT, EN_PORTAL or EN_ANY, whomever it may ask about. */
enum en_who en_permit_peer(const struct en_portals *p, uid_t peer);
/* Whether the peer is this user (NSS). */
bool en_permit_is(uid_t peer, const char *user);
bool en_permit(unsigned verb, enum en_who who);

/* Whether user belongs to one of the groups of the blank-separated list (NSS). */
bool en_permit_in_groups(const char *user, const char *groups);

#endif
