#include "cli/cli.h"

#include <sys/stat.h>
#include "common/dial.h"
#include "common/error.h"

bool cli_trusts(uid_t server, void *ctx)
{
	const struct cli *c = ctx;
	struct stat st;

	return rp_server_root_or_self(server, NULL) || (!stat(c->config.state, &st) && st.st_uid == server);
}

const char *cli_daemon_mend(const struct cli *c, int err)
{
	switch (err) {
	case RP_ENOENT:
		return T(c, N_("Start it: systemctl start rempartd.socket"));
	case RP_EPERM:
		return T(c, N_("Run this as root; if it says so there too, see who listens: ss -xlp"));
	default:
		return T(c, N_("Its log says why: journalctl -u rempartd"));
	}
}

int cli_daemon_ask(struct cli *c, const struct rp_request *req, struct rp_reply *rep)
{
	int err = rp_ask(c->config.socket, req, rep, RP_MODULE_BUDGET_MS, cli_trusts, c);

	if (!err)
		return 0;
	cli_fail(c, CLI_UNAVAILABLE, T(c, N_("rempartd does not answer at %s: %s")), c->config.socket,
		 rp_strerror(err));
	return cli_fail(c, CLI_UNAVAILABLE, "%s", cli_daemon_mend(c, err));
}

int cli_daemon_reach(struct cli *c)
{
	struct rp_request req = {.version = RP_VERSION, .verb = RP_PING};
	struct rp_reply rep;

	return cli_daemon_ask(c, &req, &rep);
}
