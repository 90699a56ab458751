/* One mailbox: what the store knows of it, and what rempart-fetch finds. */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "cli/cli.h"
#include "engine/boxes.h"

struct cli_look {
	struct en_boxes boxes;
	bool asked;
	char cause[EN_CAUSE_MAX + 1]; /* asked, and nothing was found out: why; else "" */
	struct rp_breach *breaches;   /* asked: all of them, whether they count or not */
	size_t n, room;
};

/* An address that a command was given; "-": it is read from standard input, after a prompt. 0, or an exit
 * status after it said why. Wipe out after use. */
int cli_look_text(const struct cli *c, const char *argument, char *out, size_t size);

/* What the store knows of the mailbox that a has registered; NULL: of text. RP_EINVAL: that is no address;
 * else as en_boxes_load. */
int cli_look_load(struct cli *c, struct st_account *a, const char *text, struct cli_look *l);
/* Asks: what the store knows is replaced by what was found out, or is as it was. RP_ENOMEM. */
int cli_look_ask(struct cli *c, struct cli_look *l);
/* l learns what found did, which was looked up before, if it is about the same mailbox; of the list, l knows
 * better. Whether there is something to save. */
bool cli_look_take(struct cli_look *l, const struct cli_look *found);
void cli_look_judge(const struct cli *c, const struct cli_look *l, int64_t proved, struct en_mail_verdict *v);
/* Wipes, too. */
void cli_look_end(struct cli_look *l);

#endif
