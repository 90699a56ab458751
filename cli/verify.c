#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include "common/secret.h"

static int tell(struct cli *c, const char *user, const struct rp_reply *rep)
{
	switch (rep->verdict) {
	case RP_OK:
		printf(T(c, N_("The code of %s is right. It is used up now.\n")), user);
		return CLI_YES;
	case RP_NOT_CONCERNED:
		printf(T(c, N_("No code is asked of %s.\n")), user);
		return CLI_NO;
	case RP_DENIED:
		printf(T(c, N_("The code is refused.\n")));
		return CLI_NO;
	case RP_THROTTLED:
		printf(T(c, N_("Too many attempts. Try again in %llu s.")), (unsigned long long)rep->n1);
		putchar('\n');
		return CLI_NO;
	case RP_FORBIDDEN:
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("You may ask only about yourself.")));
	default:
		return cli_fail(c, CLI_UNAVAILABLE, "%s",
				T(c, N_("rempartd could not decide; its log says why.")));
	}
}

int cli_verify(struct cli *c, int argc, char **argv)
{
	struct rp_request req = {.version = RP_VERSION, .verb = RP_AUTH, .service = "rempart"};
	struct rp_reply rep;
	int status;

	if (!cli_operands(argc, argv, 1) || !argv[1][0] || strlen(argv[1]) > RP_USER_MAX)
		return cli_usage("verify USER");
	if ((status = cli_daemon_reach(c)))
		return status;
	snprintf(req.user, sizeof req.user, "%s", cli_spelling(argv[1]));
	if (cli_ask(T(c, N_("Code: ")), req.code, sizeof req.code) < 0)
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("No code was given.")));
	status = cli_daemon_ask(c, &req, &rep);
	rp_request_wipe(&req);
	if (status)
		return status;
	status = tell(c, argv[1], &rep);
	rp_reply_wipe(&rep);
	return status;
}
