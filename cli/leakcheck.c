#include "cli/leakcheck.h"

#include <stdio.h>
#include <string.h>
#include "common/dial.h"
#include "corpus/corpus.h"

#define BUDGET_MS 3000
#define MORE                                                                                                 \
	N_("rempartd(8) says what that means; more is in the log: journalctl -u rempartd -u rempart-fetch")

/* The SHA-1 of "123456". */
static const uint8_t common[RP_DIGEST_LEN] = {0x7c, 0x4a, 0x8d, 0x09, 0xca, 0x37, 0x62, 0xaf, 0x61, 0xe5,
					      0x95, 0x20, 0x94, 0x3d, 0xc2, 0x64, 0x94, 0xf8, 0x94, 0x1b};

const char *cli_leak_mend(const struct cli *c, const char *cause)
{
	if (!strcmp(cause, "not-configured"))
		return c->config.corpus[0] || c->config.fetch[0]
			       ? T(c, N_("Have rempartd read rempart.conf again: systemctl reload rempartd"))
			       : T(c,
				   N_("Name a corpus or rempart-fetch in rempart.conf, below [rempartd]."));
	if (!strncmp(cause, "corpus-", strlen("corpus-")))
		return T(c, N_("Correct corpus in rempart.conf, or make the file: rempart corpus build"));
	if (!strcmp(cause, "fetch-gone"))
		return T(c, N_("Start rempart-fetch: systemctl start rempart-fetch.socket"));
	return T(c, MORE);
}

static void check_corpus(struct cli_report *r)
{
	struct cli *c = r->cli;
	struct co_corpus *corpus;
	const struct co_info *info;
	char why[512];

	if (co_open(&corpus, c->config.corpus, why, sizeof why)) {
		cli_report(r, CLI_FAIL, cli_leak_mend(c, "corpus-missing"), "%s", why);
		return;
	}
	info = co_info(corpus);
	if (info->left_out)
		cli_report(r, CLI_WARN, T(c, N_("Make it again from a whole download.")),
			   T(c, N_("%s lacks %llu lines or ranges of its source")), c->config.corpus,
			   (unsigned long long)info->left_out);
	else
		cli_report(r, CLI_OK, NULL, T(c, N_("%s has %llu leaked passwords")), c->config.corpus,
			   (unsigned long long)info->keys);
	co_close(corpus);
}

static void check_answer(struct cli_report *r)
{
	struct cli *c = r->cli;
	struct rp_request req = {
		.version = RP_VERSION, .verb = RP_CHECK_PASSWORD, .service = "rempart", .has_digest = true};
	struct rp_reply rep;

	memcpy(req.digest, common, sizeof common);
	if (rp_ask(c->config.socket, &req, &rep, BUDGET_MS, cli_trusts, c))
		return; /* that rempartd does not answer has been said */
	if (rep.verdict == RP_LEAKED)
		cli_report(r, CLI_OK, NULL, "%s", T(c, N_("a leaked password is known for one")));
	else if (rep.verdict == RP_OK)
		cli_report(r, CLI_WARN, T(c, N_("Is the corpus a whole one? rempart corpus info says more.")),
			   "%s", T(c, N_("123456 passes for a password that is in no leak")));
	else if (rep.verdict == RP_UNKNOWN)
		cli_report(r, CLI_FAIL, cli_leak_mend(c, rep.t1),
			   T(c, N_("whether a password is in a leak could not be found out: %s")), rep.t1);
}

void cli_leak_check(struct cli_report *r)
{
	const struct rp_config *config = &r->cli->config;

	if (config->corpus[0])
		check_corpus(r);
	if (config->corpus[0] || config->fetch[0])
		check_answer(r);
	else
		cli_report(r, CLI_OK, NULL, "%s", T(r->cli, N_("leaked passwords are not looked for")));
}
