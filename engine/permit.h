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

/* Who the peer is to this user: the first that holds of root, portal, self; else EN_ANY. */
enum en_who en_permit_who(const struct rp_config *config, uid_t peer, const char *user);
bool en_permit(unsigned verb, enum en_who who);

/* Whether user belongs to one of the groups of the blank-separated list (NSS). */
bool en_permit_in_groups(const char *user, const char *groups);

#endif
