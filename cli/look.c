#include "cli/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/mailask.h"
#include "common/error.h"
#include "common/secret.h"

int cli_look_text(const struct cli *c, const char *argument, char *out, size_t size)
{
	int n = strcmp(argument, "-") ? snprintf(out, size, "%s", argument)
				      : cli_ask(T(c, N_("Address: ")), out, size);

	if (n == RP_EIO)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Standard input could not be read.")));
	if (n < 0 || (size_t)n >= size)
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	return 0;
}

int cli_look_load(struct cli *c, struct st_account *a, const char *text, struct cli_look *l)
{
	static const struct st_account nobody;
	struct en_address address;
	int err;

	memset(l, 0, sizeof *l);
	if (a)
		return en_boxes_load(&c->config, c->seal, c->store, a, "", &l->boxes);
	err = en_address_read(text, false, &address);
	if (!err)
		err = en_boxes_load(&c->config, c->seal, c->store, &nobody, address.normal, &l->boxes);
	rp_wipe(&address, sizeof address);
	return err;
}

static void keep(const struct rp_breach *b, void *ctx)
{
	struct cli_look *l = ctx;
	struct rp_breach *more = l->breaches;

	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		more = reallocarray(l->breaches, l->room, sizeof *more);
	}
	if (!more) {
		free(l->breaches);
		l->n = l->room = 0;
	}
	l->breaches = more;
	if (more)
		more[l->n++] = *b;
}

/* 0; -1: l->cause says why; RP_ENOMEM. */
static int ask(struct cli *c, struct en_link *link, struct cli_look *l)
{
	struct en_lookup k = {0};
	struct rp_mail_answer a;
	int err, n;

	en_lookup_want(&k, &c->config, &l->boxes.address);
	err = cli_mail_ask(c, link, k.ask.verb, k.ask.argument, &a, l->cause);
	n = err ? 0 : rp_mail_each(&a, k.ask.verb, k.digest, keep, l);
	rp_wipe(&k, sizeof k);
	if (err)
		return -1;
	if (n >= 0 && (size_t)n != l->n)
		return RP_ENOMEM;
	snprintf(l->cause, sizeof l->cause, "%s", n < 0 ? "bad-answer" : "");
	return n < 0 ? -1 : 0;
}

int cli_look_ask(struct cli *c, struct cli_look *l)
{
	struct en_link *link = en_link_new();
	struct st_mailbox *box = &l->boxes.box;
	int err = link ? ask(c, link, l) : RP_ENOMEM;

	en_link_free(link);
	l->asked = true;
	if (err) {
		l->n = 0;
		return err == RP_ENOMEM ? err : 0;
	}
	en_mailbox_begin(&c->config, cli_now(), box);
	for (size_t i = 0; i < l->n; i++)
		en_mailbox_add(&c->config, &l->breaches[i], box);
	box->exists = true;
	return 0;
}

bool cli_look_take(struct cli_look *l, const struct cli_look *found)
{
	struct st_mailbox *to = &l->boxes.box;

	if (!found->asked || !rp_equal(found->boxes.address.digest, l->boxes.address.digest, RP_DIGEST_LEN))
		return false;
	memcpy(l->cause, found->cause, sizeof l->cause);
	if (found->cause[0])
		return false;
	en_mailbox_take(to, &found->boxes.box);
	return to->exists = true;
}

void cli_look_judge(const struct cli *c, const struct cli_look *l, int64_t proved, struct en_mail_verdict *v)
{
	en_boxes_judge(&c->config, &l->boxes, proved, cli_now(), v);
	if (v->known == EN_MAIL_UNKNOWN && l->cause[0])
		memcpy(v->cause, l->cause, sizeof v->cause);
}

void cli_look_end(struct cli_look *l)
{
	free(l->breaches);
	rp_wipe(l, sizeof *l);
}
