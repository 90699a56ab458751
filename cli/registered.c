#include "cli/registered.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

#define CHUNK 256

struct cli_registered_walk {
	struct cli *cli;
	char after[RP_USER_MAX + 1]; /* the last account that was read */
	int read, n, at;	     /* accounts of this chunk, those with an address, the next of them */
	struct cli_registered chunk[CHUNK];
};

struct cli_registered_walk *cli_registered_begin(struct cli *c)
{
	struct cli_registered_walk *w = calloc(1, sizeof *w);

	if (w)
		w->cli = c;
	else
		cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	return w;
}

void cli_registered_end(struct cli_registered_walk *w)
{
	if (w)
		rp_wipe(w, sizeof *w);
	free(w);
}

static int load(struct cli *c, const struct st_account *a, struct en_boxes *b)
{
	return en_boxes_load(&c->config, c->seal, c->store, a, "", b);
}

int cli_registered_read(struct cli *c, const struct st_account *a, struct cli_registered *out)
{
	int err = load(c, a, &out->boxes);

	snprintf(out->name, sizeof out->name, "%s", a->name);
	out->mail = a->mail;
	/* A rotation of the key may have ended since it was read. */
	if (!err && out->boxes.cause && !en_seal_is_current(c->seal) && !cli_renew_seal(c))
		err = load(c, a, &out->boxes);
	return err ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : 0;
}

void cli_registered_judge(const struct cli *c, const struct cli_registered *r, struct en_mail_verdict *v)
{
	en_boxes_judge(&c->config, &r->boxes, r->mail.proved, cli_now(), v);
}

static int take(const struct st_account *a, void *ctx)
{
	struct cli_registered_walk *w = ctx;

	w->read++;
	snprintf(w->after, sizeof w->after, "%s", a->name);
	return a->email_len ? cli_registered_read(w->cli, a, &w->chunk[w->n++]) : 0;
}

static int read_chunk(struct cli_registered_walk *w)
{
	char after[RP_USER_MAX + 1];
	int status;

	memcpy(after, w->after, sizeof after);
	w->read = w->n = w->at = 0;
	status = st_each_account(w->cli->store, after, CHUNK, take, w);
	return status < 0 ? cli_fail(w->cli, CLI_UNAVAILABLE, "%s", st_why(w->cli->store)) : status;
}

const struct cli_registered *cli_registered_next(struct cli_registered_walk *w, int *status)
{
	*status = 0;
	while (w->at == w->n) {
		*status = read_chunk(w);
		if (*status || !w->read)
			return NULL;
	}
	return &w->chunk[w->at++];
}
