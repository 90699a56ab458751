#include "cli/cli.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "engine/keyfile.h"

/* Made by root, it is for rempartd's user. Who owns the folder may have put a link in its place meanwhile. */
static int give_away(const char *path)
{
	const struct passwd *pw = geteuid() ? NULL : getpwnam("rempart");

	return pw ? lchown(path, pw->pw_uid, pw->pw_gid) : 0;
}

/* Made before its user, the store would be root's, and a rempartd that is not root would refuse every login.
 */
static bool nobody_to_own(const struct cli *c)
{
	return !geteuid() && !strcmp(c->config.state, RP_STATE_DEFAULT) && !getpwnam("rempart");
}

static int make_state(struct cli *c)
{
	if (mkdir(c->config.state, 0700) == 0)
		return give_away(c->config.state)
			       ? cli_fail(c, CLI_UNAVAILABLE, "%s: %s", c->config.state, strerror(errno))
			       : 0;
	return errno == EEXIST ? 0 : cli_fail(c, CLI_UNAVAILABLE, "%s: %s", c->config.state, strerror(errno));
}

static int make_key(struct cli *c, bool *made)
{
	char why[512];
	int err = en_keyfile_create(c->config.key, why, sizeof why);

	*made = !err;
	if (err == RP_EEXIST)
		return 0;
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", why);
	if (give_away(c->config.key))
		return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", c->config.key, strerror(errno));
	return 0;
}

/* From now on the store knows its key. */
static int bind(struct cli *c)
{
	int status = cli_open(c);

	if (status || (status = cli_begin(c)))
		return status;
	return st_commit(c->store, c->turn) ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : 0;
}

int cli_init(struct cli *c, int argc, char **argv)
{
	bool made = false;
	int status;

	if (!cli_operands(argc, argv, 0))
		return cli_usage("init");
	if (nobody_to_own(c))
		return cli_fail(
			c, CLI_UNAVAILABLE, "%s",
			T(c, N_("The store is to belong to the user rempart, and there is none yet. Make "
				"it first: systemd-sysusers rempart.conf")));
	if ((status = make_state(c)) || (status = make_key(c, &made)))
		return status;
	if (st_open(&c->store, c->config.state, true))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(NULL));
	st_close(c->store);
	c->store = NULL;
	status = bind(c);
	/* A new key beside a store that has another one would only look as if all were well. */
	if (status && made)
		unlink(c->config.key);
	if (!status)
		printf(T(c,
			 N_("Ready: the store is in %s, its key is %s. Keep a copy of the key elsewhere.\n")),
		       c->config.state, c->config.key);
	return status;
}
