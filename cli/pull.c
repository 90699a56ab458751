/*
 * rempart mailbox pull: the addresses of which the portal's own passwords are in stealer logs, from
 * rempart-fetch, page by page; when all of them are there, those that are not on the list are put on it.
 */
#include "cli/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/listed.h"
#include "cli/mailask.h"
#include "cli/mailcause.h"
#include "common/error.h"
#include "common/secret.h"
#include "engine/address.h"

/* More users than any portal has: a server that never comes to an end. */
#define TOO_MANY 100000000

struct pull {
	struct cli *cli;
	struct cli_keys keys;
	size_t came, odd; /* odd: what is no address */
	int64_t now;
	char cause[EN_CAUSE_MAX + 1];
};

static int take_address(struct pull *p, const char *line, size_t len)
{
	char text[RP_ADDRESS_MAX + 1] = "";
	struct en_address a;
	int err = 0;

	if (len <= RP_ADDRESS_MAX)
		memcpy(text, line, len);
	if (en_address_read(text, p->cli->config.providers, &a))
		p->odd++;
	else
		err = cli_keys_add(p->cli, &p->keys, a.digest);
	rp_wipe(text, sizeof text);
	rp_wipe(&a, sizeof a);
	return err;
}

/* 0; RP_EINVAL: it is no page. */
static int take_page(struct pull *p, const struct rp_mail_answer *answer)
{
	const char *at = (const char *)answer->first, *end = at + answer->first_len, *nl;
	int err = 0;

	for (; !err && at < end; at = nl + 1) {
		nl = memchr(at, '\n', (size_t)(end - at));
		if (!nl)
			return RP_EINVAL;
		p->came++;
		err = take_address(p, at, (size_t)(nl - at));
	}
	return err;
}

/* 0; -1: p->cause says why; RP_ENOMEM. */
static int take_all(struct pull *p, struct en_link *link)
{
	struct rp_mail_answer a;
	size_t before;

	do {
		char first[32];
		int err;

		before = p->came;
		snprintf(first, sizeof first, "%zu", before);
		if (cli_mail_ask(p->cli, link, RP_MAIL_STEALERS, first, &a, p->cause))
			return -1;
		err = take_page(p, &a);
		if (err == RP_ENOMEM)
			return err;
		if (err || a.detail > TOO_MANY || (p->came == before && p->came < a.detail)) {
			strcpy(p->cause, "bad-answer");
			return -1;
		}
	} while (p->came < a.detail);
	return 0;
}

/* What is on the list already needs no write. */
static int leave_new(struct pull *p)
{
	struct cli *c = p->cli;
	struct st_mailbox m;
	size_t kept = 0;

	for (size_t i = 0; i < p->keys.n; i++) {
		if (st_mailbox_load(c->store, p->keys.key[i], &m))
			return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
		if (!cli_is_listed(&m, p->now))
			memmove(p->keys.key[kept++], p->keys.key[i], ST_HASH_LEN);
	}
	p->keys.n = kept;
	return 0;
}

static bool put_on(struct st_mailbox *m, void *ctx)
{
	const struct pull *p = ctx;

	if (cli_is_listed(m, p->now)) /* meanwhile */
		return false;
	m->listed = ST_LISTED_STEALER;
	m->since = p->now;
	m->until = 0;
	m->reason[0] = '\0';
	return m->exists = true;
}

static int write_new(struct pull *p)
{
	struct cli *c = p->cli;
	struct cli_listing l = {
		.doing = T(c, N_("flagging")), .reason = EN_ADMIN_PULL, .change = put_on, .ctx = p};
	char note[64];
	int status;

	cli_keys_sort(&p->keys);
	status = leave_new(p);
	if (status)
		return status;
	snprintf(note, sizeof note, "%zu new of %zu addresses", p->keys.n, p->came);
	l.note = note;
	/* Tomorrow's list is another one, and finishes this one all the same. */
	en_seal_tag(c->seal, "list", "pull", strlen("pull"), l.mark);
	status = cli_keys_write(c, &p->keys, &l);
	if (!status)
		printf(T(c, N_("Addresses in stealer logs of the portal: %zu, of which new: %zu\n")), p->came,
		       p->keys.n);
	if (!status && p->odd)
		cli_fail(c, 0, T(c, N_("Left out, because they are no address: %zu")), p->odd);
	return status;
}

static int fail(struct pull *p)
{
	struct cli *c = p->cli;

	cli_fail(c, CLI_UNAVAILABLE, T(c, N_("Nothing was pulled: %s (%s).")), cli_mail_cause(c, p->cause),
		 p->cause);
	return cli_fail(c, CLI_UNAVAILABLE, "%s", cli_mail_mend(c, p->cause));
}

int cli_mailbox_pull(struct cli *c, int argc, char **argv)
{
	struct pull p = {.cli = c, .now = cli_now()};
	struct en_link *link;
	int err, status;

	if (!cli_operands(argc, argv, 0))
		return cli_usage(CLI_MAILBOX_PULL);
	link = en_link_new();
	err = link ? take_all(&p, link) : RP_ENOMEM;
	if (!err)
		status = write_new(&p);
	else if (err == RP_ENOMEM)
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	else
		status = fail(&p);
	cli_keys_free(&p.keys);
	en_link_free(link);
	return status;
}
