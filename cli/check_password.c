/* rempart check-password: whether a password is in a leak. rempartd is told its SHA-1, and nobody else. */
#include "cli/leakcheck.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/secret.h"

/* As long as PAM's answers get (PAM_MAX_RESP_SIZE): no login takes a longer one. */
#define PASSWORD_MAX 512

int cli_password_elsewhere(const struct cli *c, int status)
{
	return cli_fail(
		c, status, "%s",
		T(c, N_("The password is read from standard input: others can see the command line.")));
}

static int no_password(const struct cli *c, int n)
{
	if (n == RP_EINVAL)
		return cli_fail(
			c, CLI_USAGE,
			T(c, N_("A password is one line of at most %d bytes, and has no NUL byte in it.")),
			PASSWORD_MAX);
	if (n == RP_EIO)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Standard input could not be read.")));
	return cli_fail(c, CLI_USAGE, "%s", T(c, N_("No password was given.")));
}

int cli_ask_password(const struct cli *c, uint8_t digest[RP_DIGEST_LEN])
{
	char password[PASSWORD_MAX + 1];
	int n = cli_ask(T(c, N_("Password: ")), password, sizeof password);
	int status = 0;

	if (n <= 0)
		return no_password(c, n);
	if (!EVP_Digest(password, (size_t)n, digest, NULL, EVP_sha1(), NULL))
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("libcrypto makes no SHA-1 here.")));
	rp_wipe(password, sizeof password);
	return status;
}

static int tell(const struct cli *c, const struct rp_reply *rep)
{
	switch (rep->verdict) {
	case RP_OK:
		puts(T(c, N_("This password is in no leak that is known here.")));
		return CLI_YES;
	case RP_LEAKED:
		printf(T(c, N_("This password is in leaks, seen at least %llu times. Choose another one.\n")),
		       (unsigned long long)rep->n1);
		return CLI_NO;
	case RP_UNKNOWN:
		if (!strcmp(rep->t1, "root-only"))
			return cli_fail(c, CLI_UNAVAILABLE, "%s",
					T(c, N_("The corpus on this machine does not have it. Ask as root: "
						"only then the range server is asked too.")));
		cli_fail(c, CLI_UNAVAILABLE,
			 T(c, N_("Whether this password is in a leak could not be found out: %s.")), rep->t1);
		return cli_fail(c, CLI_UNAVAILABLE, "%s", cli_leak_mend(c, rep->t1));
	default:
		return cli_fail(c, CLI_UNAVAILABLE, "%s",
				T(c, N_("rempartd could not decide; its log says why.")));
	}
}

static int tell_json(const struct cli *c, const struct rp_reply *rep)
{
	static const struct {
		const char *name;
		int status;
	} results[RP_VERDICT_END] = {
		[RP_OK] = {"clean", CLI_YES},
		[RP_LEAKED] = {"leaked", CLI_NO},
		[RP_UNKNOWN] = {"unknown", CLI_UNAVAILABLE},
	};

	if (!results[rep->verdict].name)
		return tell(c, rep);
	printf("{\"result\":\"%s\",\"seen\":%llu,\"cause\":", results[rep->verdict].name,
	       (unsigned long long)rep->n1);
	cli_json_string(rep->t1);
	puts("}");
	return results[rep->verdict].status;
}

int cli_check_password(struct cli *c, int argc, char **argv)
{
	struct rp_request req = {
		.version = RP_VERSION, .verb = RP_CHECK_PASSWORD, .service = "rempart", .has_digest = true};
	bool json = argc == 2 && !strcmp(argv[1], "--json");
	struct rp_reply rep;
	int status;

	if (argc != 1 && !json) {
		cli_usage("check-password [--json]");
		return cli_password_elsewhere(c, CLI_USAGE);
	}
	status = cli_daemon_reach(c);
	if (status == CLI_UNAVAILABLE)
		return cli_fail(c, status, "%s",
				T(c, N_("Without it, rempart corpus check looks into a corpus.")));
	status = cli_ask_password(c, req.digest);
	if (status)
		return status;
	status = cli_daemon_ask(c, &req, &rep);
	rp_request_wipe(&req);
	if (status)
		return status;
	status = json ? tell_json(c, &rep) : tell(c, &rep);
	rp_reply_wipe(&rep);
	return status;
}
