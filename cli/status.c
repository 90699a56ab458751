#include "cli/listed.h"

#include <getopt.h>
#include <stdio.h>
#include "cli/mailstatus.h"
#include "engine/standing.h"
#include "engine/throttle.h"
#include "engine/totp.h"

#define USAGE "status [USER] [--json] | status --flagged [--json | --csv]"

struct counts {
	long long accounts, with_token, pending, locked, shut, waiting, leaked, addresses, flagged;
	int64_t listed, looked_up;
	bool import_unfinished;
	int lists_unfinished;
	const struct rp_config *config;
};

static int count(const struct st_account *a, void *ctx)
{
	struct counts *n = ctx;
	unsigned active = en_standing_tokens(a);

	n->accounts++;
	n->with_token += active > 0;
	n->pending += !active && a->n_tokens;
	n->locked += a->locked;
	n->leaked += a->leaked_since != 0;
	n->addresses += a->email_len > 0;
	n->flagged += a->mail.flagged != 0;
	n->shut += a->open.failures >= n->config->shut_after;
	n->waiting += en_throttle_wait(&a->open, &n->config->account, cli_now()) > 0;
	return 0;
}

static void overview_json(const struct counts *n)
{
	printf("{\"accounts\":%lld,\"with_token\":%lld,\"pending\":%lld,\"locked\":%lld,\"shut\":%lld,"
	       "\"waiting\":%lld,\"leaked_passwords\":%lld,\"import_unfinished\":%s,\"lists_unfinished\":%d,"
	       "\"addresses\":%lld,\"flagged\":%lld,\"listed\":%lld,\"looked_up\":%lld}\n",
	       n->accounts, n->with_token, n->pending, n->locked, n->shut, n->waiting, n->leaked,
	       n->import_unfinished ? "true" : "false", n->lists_unfinished, n->addresses, n->flagged,
	       (long long)n->listed, (long long)n->looked_up);
}

static void overview_text(const struct cli *c, const struct counts *n)
{
	printf(T(c, N_("%lld accounts: %lld with a token, %lld pending, %lld locked, %lld shut by "
		       "failures, %lld waiting after some\n")),
	       n->accounts, n->with_token, n->pending, n->locked, n->shut, n->waiting);
	if (n->leaked)
		printf(T(c, N_("Passwords found in a leak, to be changed: %lld\n")), n->leaked);
	if (n->addresses)
		printf(T(c, N_("Addresses registered: %lld, of which %lld were flagged when they were last "
			       "looked at (status --flagged looks now)\n")),
		       n->addresses, n->flagged);
	if (n->listed || n->looked_up)
		printf(T(c, N_("Mailboxes on the list: %lld; looked up: %lld\n")), (long long)n->listed,
		       (long long)n->looked_up);
	if (n->import_unfinished)
		puts(T(c, N_("An import was not finished: the same command goes on where it stopped.")));
	if (n->lists_unfinished)
		printf(T(c, N_("Lists of addresses that are not finished: %d. The same command finishes "
			       "each.\n")),
		       n->lists_unfinished);
}

static int overview(struct cli *c, bool json)
{
	struct counts n = {.config = &c->config};

	if (st_each_account(c->store, "", 0, count, &n) ||
	    st_count_mailboxes(c->store, cli_now(), &n.listed, &n.looked_up))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	n.import_unfinished = cli_import_unfinished(c);
	n.lists_unfinished = cli_lists_unfinished(c);
	if (json)
		overview_json(&n);
	else
		overview_text(c, &n);
	return CLI_YES;
}

/* When the code that was accepted last began to be shown. */
static int64_t last_used(const struct st_token *t)
{
	return (int64_t)(t->last_counter * t->period);
}

static int known_sources(const struct st_account *a)
{
	int n = 0;

	for (int i = 0; i < ST_LANES_MAX; i++)
		n += a->lanes[i].last != 0;
	return n;
}

static void token_json(const struct st_token *t)
{
	char when[32], used[32];

	printf("{\"id\":%u,\"state\":\"%s\",\"algorithm\":\"%s\",\"digits\":%u,\"period\":%u,\"created\":\"%"
	       "s\",\"last_used\":\"%s\",\"label\":",
	       t->id, t->state == ST_TOKEN_ACTIVE ? "active" : "pending",
	       en_totp_algorithm_name(t->algorithm), t->digits, t->period, cli_time(t->created, when),
	       cli_time(last_used(t), used));
	cli_json_string(t->label);
	putchar('}');
}

static int account_json(struct cli *c, const struct st_account *a)
{
	char when[32];
	int status;

	fputs("{\"user\":", stdout);
	cli_json_string(a->name);
	printf(",\"locked\":%s,\"shut\":%s,\"failures\":%u,\"wait\":%lld,\"known_sources\":%d,\"recovery_"
	       "codes\":%u,\"email\":%s,\"deadline\":"
	       "\"%s\"",
	       a->locked ? "true" : "false", a->open.failures >= c->config.shut_after ? "true" : "false",
	       a->open.failures, (long long)en_throttle_wait(&a->open, &c->config.account, cli_now()),
	       known_sources(a), a->n_recovery, a->email_len ? "true" : "false", cli_time(a->deadline, when));
	printf(",\"leaked_since\":\"%s\"", cli_time(a->leaked_since, when));
	status = cli_mailstatus_json(c, a);
	printf(",\"last_login\":\"%s\",\"last_source\":", cli_time(a->last_ok, when));
	cli_json_string(a->last_source);
	printf(",\"failures_since\":%u,\"tokens\":[", a->failures_since);
	for (int i = 0; i < a->n_tokens; i++) {
		if (i)
			putchar(',');
		token_json(&a->tokens[i]);
	}
	puts("]}");
	return status;
}

static int account_text(struct cli *c, const struct st_account *a)
{
	long long wait = en_throttle_wait(&a->open, &c->config.account, cli_now());
	char when[32], used[32];

	printf("%s%s%s\n", a->name, a->locked ? T(c, N_(", locked")) : "",
	       a->open.failures >= c->config.shut_after ? T(c, N_(", shut by failures: unlock opens it"))
							: "");
	for (int i = 0; i < a->n_tokens; i++) {
		const struct st_token *t = &a->tokens[i];

		printf(T(c, N_("  token %u %s: %s, %u digits, %u s, since %s, last used %s%s\n")), t->id,
		       t->label, en_totp_algorithm_name(t->algorithm), t->digits, t->period,
		       cli_time(t->created, when), cli_time(last_used(t), used),
		       t->state == ST_TOKEN_ACTIVE ? "" : T(c, N_(", pending")));
	}
	printf(T(c, N_("  recovery codes left: %u\n")), a->n_recovery);
	printf(T(c, N_("  last login: %s %s\n")), cli_time(a->last_ok, when), a->last_source);
	printf(T(c, N_("  failures since: %u; in a row from elsewhere: %u\n")), a->failures_since,
	       a->open.failures);
	if (wait)
		printf(T(c, N_("  nothing from elsewhere is judged for %lld s\n")), wait);
	printf(T(c, N_("  sources it is known from: %d\n")), known_sources(a));
	if (a->leaked_since)
		printf(T(c, N_("  password: in a leak, to be changed (since %s)\n")),
		       cli_time(a->leaked_since, when));
	if (a->deadline)
		printf(T(c, N_("  needs a token from: %s\n")), cli_time(a->deadline, when));
	return cli_mailstatus_text(c, a);
}

int cli_status(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"flagged", no_argument, NULL, 'f'},
						{"json", no_argument, NULL, 'j'},
						{"csv", no_argument, NULL, 'c'},
						{0}};
	static struct st_account a;
	bool json = false, csv = false, flagged = false;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == '?')
			return cli_usage(USAGE);
		*(o == 'f' ? &flagged : o == 'j' ? &json : &csv) = true;
	}
	if (argc - optind > !flagged || csv > flagged || (csv && json))
		return cli_usage(USAGE);
	if (flagged)
		return cli_mailstatus_flagged(c, json ? CLI_JSON : csv ? CLI_CSV : CLI_TEXT);
	if (optind == argc)
		return overview(c, json);
	status = cli_load(c, argv[optind], &a);
	if (status)
		return status;
	if (!a.exists)
		return cli_fail(c, CLI_NO, T(c, N_("There is no account %s.")), argv[optind]);
	return json ? account_json(c, &a) : account_text(c, &a);
}
