#include "cli/mailcheck.h"

#include <stdlib.h>
#include <string.h>
#include "cli/mailcause.h"
#include "cli/plan.h"
#include "cli/mailbox.h"

#define DAY 86400
/* The timer's day, and some that the machine may have been off. */
#define SWEPT_LATELY (8 * DAY)

static const char *default_of(const char *section, const char *name)
{
	const char *s, *n, *fallback = "";

	for (unsigned i = 0; rp_config_key(i, &s, &n, &fallback); i++)
		if (!strcmp(s, section) && !strcmp(n, name))
			return fallback;
	return "";
}

static void check_plan(struct cli_report *r, const struct cli_plan *p)
{
	const struct cli *c = r->cli;
	const struct rp_config *config = &c->config;

	if (!p->ranges && !config->email_exact)
		cli_report(r, CLI_FAIL, cli_mail_mend(c, "not-in-plan"),
			   T(c, N_("the API key's plan (%s) has no ranges, so no mailbox can be looked up")),
			   p->name);
	else
		cli_report(r, CLI_OK, NULL, T(c, N_("the API key works: plan %s, %lu questions a minute")),
			   p->name, p->rpm);
	if (config->email_exact)
		cli_report(r, CLI_WARN,
			   p->ranges ? T(c, N_("The plan has ranges: take email_exact out of rempart.conf."))
				     : NULL,
			   "%s", T(c, N_("whole addresses are sent: the server learns who your users are")));
	if (strcmp(config->portal_domain, "none") && config->stealer_logs != RP_COUNTS_NEVER &&
	    !p->stealer_logs)
		cli_report(r, CLI_WARN,
			   T(c, N_("Buy a plan that has them, or set portal_domain = none, below [fetch].")),
			   T(c, N_("stealer logs of %s are wanted, but the plan (%s) has none")),
			   config->portal_domain, p->name);
}

static void check_api(struct cli_report *r)
{
	const struct cli *c = r->cli;
	struct en_link *link = en_link_new();
	char cause[EN_CAUSE_MAX + 1] = "busy";
	struct cli_plan plan;
	int err = -1;

	if (link && c->config.fetch[0] && !strcmp(c->config.api_key_file, "none"))
		strcpy(cause, "no-api-key");
	else if (link)
		err = cli_plan_ask(c, link, &plan, cause);
	en_link_free(link);
	if (err)
		cli_report(r, CLI_FAIL, cli_mail_mend(c, cause),
			   T(c, N_("mailboxes cannot be looked up: %s (%s)")), cli_mail_cause(c, cause),
			   cause);
	else
		check_plan(r, &plan);
}

static void check_sweep(struct cli_report *r)
{
	const struct cli *c = r->cli;
	char text[32] = "", when[32];
	int n = st_meta_get(c->store, CLI_SWEEP_META, text, sizeof text - 1);
	int64_t swept = n > 0 ? strtoll(text, NULL, 10) : 0;

	if (cli_now() - swept > SWEPT_LATELY)
		cli_report(
			r, CLI_WARN,
			T(c, N_("Let it run every day: systemctl enable --now rempart-mailbox-sweep.timer")),
			T(c, N_("the last whole sweep of mailboxes: %s")), cli_time(swept, when));
	else
		cli_report(r, CLI_OK, NULL, T(c, N_("the last whole sweep of mailboxes: %s")),
			   cli_time(swept, when));
}

void cli_mail_check(struct cli_report *r)
{
	struct cli *c = r->cli;
	const struct rp_config *config = &c->config;
	int64_t listed = 0, checked = 0;

	if (c->store)
		st_count_mailboxes(c->store, cli_now(), &listed, &checked);
	if (!config->mailbox_lookup)
		cli_report(r, CLI_OK, NULL, T(c, N_("mailboxes are not looked up; %lld are on the list")),
			   (long long)listed);
	else
		check_api(r);
	if (config->mailbox_lookup && c->store)
		check_sweep(r);
	if (config->mailbox_lookup && config->breaches == RP_COUNTS_SINCE_PROOF && !config->proved_before)
		cli_report(r, CLI_WARN,
			   T(c, N_("Set the day from which breaches count: proved_before, below [mailbox].")),
			   "%s", T(c, N_("old breaches flag everybody who has proved nothing yet")));
	if ((config->mailbox_lookup || listed) &&
	    !strcmp(config->help_text, default_of("mailbox", "help_text")))
		cli_report(r, CLI_WARN, T(c, N_("Write a number into it: help_text, below [mailbox].")),
			   T(c, N_("whom a reset is refused is told: %s")), config->help_text);
}
