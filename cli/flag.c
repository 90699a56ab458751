/*
 * rempart flag and unflag: the list of mailboxes that are known to be compromised. The whole list is read and
 * judged before anything is written, so that a bad line means that nothing is; addresses become keys at once.
 */
#include "cli/listed.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/flaglist.h"
#include "cli/look.h"
#include "cli/slurp.h"
#include "common/log.h"
#include "common/secret.h"

#define FLAG_USAGE "flag ADDRESS|--file LIST [--reason TEXT] [--until YYYY-MM-DD]"
#define UNFLAG_USAGE "unflag ADDRESS|--file LIST"
#define BAD_LINES_SHOWN 20

struct flag {
	const char *path; /* of the list; NULL: one address */
	const char *address;
	const char *reason; /* NULL: none */
	int64_t until, now;
	struct cli *cli;
	struct cli_keys keys;
	size_t total;	     /* mailboxes in the list */
	size_t bad, changed; /* changed: put on the list, or taken off */
	bool no_memory;
};

static void take(const uint8_t digest[RP_DIGEST_LEN], void *ctx)
{
	struct flag *f = ctx;

	f->no_memory |= cli_keys_add(f->cli, &f->keys, digest) != 0;
}

static void bad_line(size_t line, const char *why, void *ctx)
{
	struct flag *f = ctx;

	if (f->bad++ < BAD_LINES_SHOWN)
		fprintf(stderr, "%s:%zu: %s\n", f->path, line, T(f->cli, why));
}

/* fold: every spelling of a mailbox is one entry. */
static int read_text(struct flag *f, const char *text, size_t len, bool fold)
{
	const struct cli_flaglist_calls calls = {take, bad_line, f};
	struct cli *c = f->cli;

	cli_flaglist_read(text, len, fold, &calls);
	if (f->bad)
		return cli_fail(c, CLI_USAGE, T(c, N_("Bad lines: %zu. Nothing was done.")), f->bad);
	if (f->no_memory)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	if (!f->keys.n)
		return cli_fail(c, CLI_USAGE, T(c, N_("%s: there is no address in it. Nothing was done.")),
				f->path);
	return 0;
}

/* unfold: the keys of addresses as they are, too, because they may have been flagged so. */
static int read_both(struct flag *f, const char *text, size_t len, bool unfold)
{
	bool fold = f->cli->config.providers;
	int status = read_text(f, text, len, fold);

	cli_keys_sort(&f->keys);
	f->total = f->keys.n;
	if (!status && fold && unfold) {
		status = read_text(f, text, len, false);
		cli_keys_sort(&f->keys);
	}
	return status;
}

static int read_address(struct flag *f, bool unfold)
{
	struct cli *c = f->cli;
	bool fold = c->config.providers;
	char text[4 * RP_ADDRESS_MAX];
	struct en_address a;
	int status = cli_look_text(c, f->address, text, sizeof text);

	if (!status && en_address_read(text, fold, &a))
		status = cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	if (!status)
		take(a.digest, f);
	if (!status && fold && unfold && !en_address_read(text, false, &a))
		take(a.digest, f);
	rp_wipe(&a, sizeof a);
	rp_wipe(text, sizeof text);
	if (!status && f->no_memory)
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	f->total = 1;
	cli_keys_sort(&f->keys);
	return status;
}

static int read_list(struct flag *f, bool unfold)
{
	char *text;
	size_t len;
	int status;

	if (!f->path)
		return read_address(f, unfold);
	status = cli_slurp(f->cli, f->path, &text, &len);
	if (status)
		return status;
	status = read_both(f, text, len, unfold);
	rp_wipe(text, len);
	free(text);
	return status;
}

/* One that is on the list already stays for as long as it would have, or longer. */
static bool put_on(struct st_mailbox *m, void *ctx)
{
	struct flag *f = ctx;
	bool listed = cli_is_listed(m, f->now);
	int64_t until = f->until;
	const char *reason = f->reason ? f->reason : listed ? m->reason : "";

	if (listed && until && (!m->until || m->until > until))
		until = m->until;
	if (listed && m->listed == ST_LISTED_ADMIN && m->until == until && !strcmp(m->reason, reason))
		return false;
	f->changed += !listed;
	if (!listed)
		m->since = f->now;
	m->until = until;
	memmove(m->reason, reason, strlen(reason) + 1);
	m->listed = ST_LISTED_ADMIN;
	m->exists = true;
	return true;
}

static bool take_off(struct st_mailbox *m, void *ctx)
{
	struct flag *f = ctx;
	bool listed = m->exists && m->listed;

	f->changed += cli_is_listed(m, f->now);
	m->listed = ST_LISTED_NOT;
	m->since = m->until = 0;
	m->reason[0] = '\0';
	return listed;
}

static int write_list(struct flag *f, struct cli_listing *l)
{
	char note[ST_EVENT_TEXT_MAX + 1];
	int status;

	snprintf(note, sizeof note, "%zu address%s%s%s", f->total, f->total == 1 ? "" : "es",
		 f->reason ? ", " : "", f->reason ? f->reason : "");
	l->note = note;
	l->ctx = f;
	cli_keys_mark(f->cli, &f->keys, l->mark);
	status = cli_keys_write(f->cli, &f->keys, l);
	if (!status && f->path)
		rp_log(LOG_NOTICE, "%s: %zu addresses, %zu of them changed", en_reason_name(l->reason),
		       f->total, f->changed);
	return status;
}

static int check_until(struct cli *c, const char *day, struct flag *f)
{
	if (rp_date_parse(day, &f->until))
		return cli_usage(FLAG_USAGE);
	if (f->until <= f->now)
		return cli_fail(c, CLI_USAGE, T(c, N_("%s is over: nothing was flagged.")), day);
	return 0;
}

/* The operands: one address or one list. */
static bool take_operands(struct flag *f, int argc, char **argv)
{
	if (f->path)
		return optind == argc;
	f->address = argv[optind];
	return optind + 1 == argc;
}

int cli_flag(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"file", required_argument, NULL, 'f'},
						{"reason", required_argument, NULL, 'r'},
						{"until", required_argument, NULL, 'u'},
						{0}};
	struct cli_listing l = {.doing = T(c, N_("flagging")), .reason = EN_ADMIN_FLAG, .change = put_on};
	struct flag f = {.cli = c, .now = cli_now()};
	int o, status = 0;

	while (!status && (o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'f')
			f.path = optarg;
		else if (o == 'r')
			status = cli_check_reason(c, f.reason = optarg);
		else if (o == 'u')
			status = check_until(c, optarg, &f);
		else
			return cli_usage(FLAG_USAGE);
	}
	if (status)
		return status;
	if (!take_operands(&f, argc, argv))
		return cli_usage(FLAG_USAGE);
	status = read_list(&f, false);
	if (!status)
		status = write_list(&f, &l);
	cli_keys_free(&f.keys);
	if (!status && f.path)
		printf(T(c, N_("Addresses flagged: %zu, of which new: %zu\n")), f.total, f.changed);
	else if (!status)
		puts(f.changed ? T(c, N_("This address is flagged.")) : T(c, N_("It was flagged already.")));
	return status;
}

int cli_unflag(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"file", required_argument, NULL, 'f'}, {0}};
	struct cli_listing l = {
		.doing = T(c, N_("unflagging")), .reason = EN_ADMIN_UNFLAG, .change = take_off};
	struct flag f = {.cli = c, .now = cli_now()};
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'f')
			return cli_usage(UNFLAG_USAGE);
		f.path = optarg;
	}
	if (!take_operands(&f, argc, argv))
		return cli_usage(UNFLAG_USAGE);
	status = read_list(&f, true);
	if (!status)
		status = write_list(&f, &l);
	cli_keys_free(&f.keys);
	if (status)
		return status;
	if (f.path)
		printf(T(c, N_("Addresses in the list: %zu, of which were flagged until now: %zu\n")),
		       f.total, f.changed);
	else if (f.changed)
		puts(T(c, N_("This address is not flagged any more.")));
	else
		return cli_fail(c, CLI_NO, "%s", T(c, N_("This address was not flagged.")));
	return CLI_YES;
}
