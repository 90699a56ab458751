#include "engine/permit.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/protocol.h"

static const unsigned may[RP_VERB_END] = {
	[RP_PING] = EN_ROOT | EN_PORTAL | EN_SELF | EN_ANY,
	[RP_AUTH] = EN_ROOT | EN_PORTAL | EN_SELF,
	[RP_SHAPE] = EN_ROOT | EN_PORTAL | EN_SELF,
	[RP_ACCOUNT] = EN_ROOT | EN_PORTAL | EN_SELF,
	/* A program of the user's own must not bind a token to the account before the user does. */
	[RP_ENROL_BEGIN] = EN_ROOT | EN_PORTAL,
	[RP_ENROL_CONFIRM] = EN_ROOT | EN_PORTAL,
	[RP_CHAUTHTOK] = EN_ROOT | EN_PORTAL | EN_SELF,
	[RP_SESSION] = EN_ROOT | EN_PORTAL,
	[RP_CHECK_PASSWORD] = EN_ROOT | EN_PORTAL | EN_SELF | EN_ANY,
	/* A program of the user's own must not open the way around his password. */
	[RP_RESET] = EN_ROOT | EN_PORTAL,
	[RP_MAILBOX] = EN_ROOT | EN_PORTAL,
};

bool en_permit(unsigned verb, enum en_who who)
{
	return verb < RP_VERB_END && may[verb] & who;
}

static bool uid_of(const char *word, uid_t *uid)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);
	const struct passwd *pw;

	if (!*end && n < UINT32_MAX) {
		*uid = (uid_t)n;
		return true;
	}
	pw = getpwnam(word);
	if (pw)
		*uid = pw->pw_uid;
	return pw;
}

const char *en_permit_portals(struct en_portals *p, const char *list, char word[64])
{
	char next[64];
	const char *bad = NULL;
	size_t n;

	p->n = 0;
	for (list += strspn(list, " \t,"); *list; list += n, list += strspn(list, " \t,")) {
		n = strcspn(list, " \t,");
		snprintf(next, sizeof next, "%.*s", (int)n, list);
		if (p->n < EN_PORTALS_MAX && uid_of(next, &p->uids[p->n]))
			p->n++;
		else if (!bad)
			bad = strcpy(word, next);
	}
	return bad;
}

enum en_who en_permit_peer(const struct en_portals *p, uid_t peer)
{
	if (peer == 0)
		return EN_ROOT;
	for (unsigned i = 0; i < p->n; i++)
		if (p->uids[i] == peer)
			return EN_PORTAL;
	return EN_ANY;
}

bool en_permit_is(uid_t peer, const char *user)
{
	const struct passwd *pw = getpwnam(user);

	return pw && pw->pw_uid == peer;
}

bool en_permit_in_groups(const char *user, const char *groups)
{
	gid_t gids[256];
	int n = sizeof gids / sizeof *gids;
	const struct passwd *pw = groups[0] ? getpwnam(user) : NULL;

	if (!pw || getgrouplist(user, pw->pw_gid, gids, &n) < 0)
		return false; /* unknown, or in more groups than we look at: the rule stays */
	for (int i = 0; i < n; i++) {
		const struct group *gr = getgrgid(gids[i]);

		if (gr && rp_list_has(groups, gr->gr_name))
			return true;
	}
	return false;
}
