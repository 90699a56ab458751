/* rempart reset-check: whether rempartd would let a reset through. The first line is for the one who wants
 * it, the next says why. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "common/secret.h"

#define USAGE "reset-check USER [ADDRESS] [--done] [--code] [--json]"

enum { ALLOW, REFUSE, UNKNOWN };

/* Who wants the reset is not told which of the last two it is. */
#define NOT_HERE N_("The password cannot be reset here.")

static const struct outcome {
	const char *name, *says;
	int status;
} outcomes[] = {
	[ALLOW] = {"allow", N_("The password may be reset."), CLI_YES},
	[REFUSE] = {"refuse", NOT_HERE, CLI_NO},
	[UNKNOWN] = {"unknown", NOT_HERE, CLI_UNAVAILABLE},
};

static const struct outcome *outcome_of(const struct rp_reply *rep)
{
	switch (rep->verdict) {
	case RP_OK:
		return &outcomes[ALLOW];
	case RP_REFUSED:
	case RP_LOCKED:
	case RP_DENIED:
	case RP_THROTTLED:
		return &outcomes[REFUSE];
	case RP_UNKNOWN:
		return &outcomes[UNKNOWN];
	default:
		return NULL;
	}
}

static int no_decision(const struct cli *c, const struct rp_reply *rep)
{
	return cli_fail(c, CLI_UNAVAILABLE, "%s",
			rep->verdict == RP_FORBIDDEN
				? T(c, N_("Only root and the users that [rempartd] portals names may ask."))
				: T(c, N_("rempartd could not decide; its log says why.")));
}

/* For the one who asks; rempartd says it only where it is about a mailbox. */
static const char *why(const struct rp_reply *rep)
{
	switch (rep->verdict) {
	case RP_LOCKED:
		return "account-locked";
	case RP_DENIED:
		return "wrong-code";
	case RP_THROTTLED:
		return "wait";
	default:
		return rep->t1;
	}
}

static bool lasts(const struct rp_reply *rep)
{
	return rep->n1 && (rep->verdict == RP_REFUSED || rep->verdict == RP_OK);
}

/* For the one who wants the reset. */
static void tell_person(const struct cli *c, const struct outcome *out, const struct rp_reply *rep)
{
	if (rep->verdict == RP_THROTTLED && rep->n1)
		printf(T(c, N_("Too many attempts. Try again in %llu s.")), (unsigned long long)rep->n1);
	else if (rep->verdict == RP_THROTTLED)
		fputs(T(c, N_("Too many attempts. Please ask your help desk to unlock your account.")),
		      stdout);
	else if (rep->verdict == RP_DENIED)
		fputs(T(c, N_("That code is not right.")), stdout);
	else
		fputs(T(c, out->says), stdout);
	if (out->status && rep->t2[0])
		printf(" %s", rep->t2);
	putchar('\n');
}

static void tell(const struct cli *c, const struct outcome *out, const struct rp_reply *rep)
{
	char when[32];

	tell_person(c, out, rep);
	fputs(why(rep), stdout);
	if (lasts(rep))
		printf(T(c, N_(", until %s")), cli_time((int64_t)rep->n1, when));
	putchar('\n');
}

static void tell_json(const struct outcome *out, const struct rp_reply *rep)
{
	char when[32];
	printf("{\"result\":\"%s\",\"why\":", out->name);
	cli_json_string(why(rep));
	printf(",\"until\":\"%s\",\"wait\":%llu,\"help\":", cli_time(lasts(rep) ? (int64_t)rep->n1 : 0, when),
	       (unsigned long long)(rep->verdict == RP_THROTTLED ? rep->n1 : 0));
	cli_json_string(rep->t2);
	puts("}");
}

static int ask(struct cli *c, struct rp_request *req, bool code, struct rp_reply *rep)
{
	int status = cli_daemon_reach(c);

	if (!status && code && cli_ask(T(c, N_("Code: ")), req->code, sizeof req->code) <= 0)
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("No code was given.")));
	if (!status)
		status = cli_daemon_ask(c, req, rep);
	return status || outcome_of(rep) ? status : no_decision(c, rep);
}

int cli_reset_check(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"done", no_argument, NULL, 'd'},
						{"code", no_argument, NULL, 'c'},
						{"json", no_argument, NULL, 'j'},
						{0}};
	struct rp_request req = {
		.version = RP_VERSION, .verb = RP_RESET, .flags = RP_FLAG_EXPLAIN, .service = "rempart"};
	const struct outcome *out;
	struct rp_reply rep;
	bool json = false, code = false;
	const char *user, *address;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == '?')
			return cli_usage(USAGE);
		req.flags |= o == 'd' ? RP_FLAG_DONE : 0;
		code |= o == 'c';
		json |= o == 'j';
	}
	if (optind + 1 != argc && optind + 2 != argc)
		return cli_usage(USAGE);
	user = cli_spelling(argv[optind]);
	address = optind + 2 == argc ? argv[optind + 1] : "";
	/* Without an @ it may be a code. */
	if (!user[0] || strlen(user) > RP_USER_MAX)
		return cli_usage(USAGE);
	if (strlen(address) > RP_ADDRESS_MAX || (address[0] && !strchr(address, '@')))
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	snprintf(req.user, sizeof req.user, "%s", user);
	snprintf(req.address, sizeof req.address, "%s", address);
	status = ask(c, &req, code, &rep);
	rp_request_wipe(&req);
	if (status == CLI_UNAVAILABLE && !json)
		puts(T(c, N_("The password cannot be reset right now. Please try again in a few minutes.")));
	if (status)
		return status;
	out = outcome_of(&rep);
	if (json)
		tell_json(out, &rep);
	else
		tell(c, out, &rep);
	return out->status;
}
