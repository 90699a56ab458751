/*
 * The accounts that have an e-mail address registered, in order of their names, with what the store says of
 * their mailboxes: in short reads, beside logins that go on.
 */
#ifndef CLI_REGISTERED_H
#define CLI_REGISTERED_H

#include "cli/cli.h"
#include "engine/boxes.h"

struct cli_registered {
	char name[RP_USER_MAX + 1];
	struct st_mail mail;
	struct en_boxes boxes;
};

struct cli_registered_walk;

struct cli_registered_walk *cli_registered_begin(struct cli *c); /* NULL after it said why */
/* The next one, valid until the next call; NULL at the end, or where *status is an exit status after it said
 * why. */
const struct cli_registered *cli_registered_next(struct cli_registered_walk *w, int *status);
void cli_registered_end(struct cli_registered_walk *w); /* wipes; NULL is allowed */

/* Of one account, which has an address. 0, or an exit status after it said why. Wipe out after use. */
int cli_registered_read(struct cli *c, const struct st_account *a, struct cli_registered *out);
/* What is known of it already. */
void cli_registered_judge(const struct cli *c, const struct cli_registered *r, struct en_mail_verdict *v);

#endif
