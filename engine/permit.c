#include "engine/permit.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
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
};

bool en_permit(unsigned verb, enum en_who who)
{
	return verb < RP_VERB_END && may[verb] & who;
}

static bool has_uid(const char *list, uid_t uid)
{
	char number[16];
	struct passwd *pw;

	snprintf(number, sizeof number, "%u", (unsigned)uid);
	if (rp_list_has(list, number))
		return true;
	pw = list[0] ? getpwuid(uid) : NULL;
	return pw && rp_list_has(list, pw->pw_name);
}

enum en_who en_permit_who(const struct rp_config *config, uid_t peer, const char *user)
{
	const struct passwd *pw;

	if (peer == 0)
		return EN_ROOT;
	if (has_uid(config->portals, peer))
		return EN_PORTAL;
	pw = getpwnam(user);
	return pw && pw->pw_uid == peer ? EN_SELF : EN_ANY;
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
