#include "cli/settle.h"

#include <stdio.h>
#include <string.h>
#include "common/secret.h"
#include "engine/audit.h"

/* What is known decides; "unknown" leaves it as it was. */
static enum cli_settled change(const struct st_mail *mail, const struct en_mail_verdict *v)
{
	if (v->known == EN_MAIL_FLAGGED && !mail->flagged)
		return CLI_NEWLY_FLAGGED;
	if (v->known == EN_MAIL_CLEAN && mail->flagged)
		return CLI_CLEAN_AGAIN;
	return CLI_SAME;
}

static void record(struct cli *c, struct st_account *a, enum cli_settled what,
		   const struct en_mail_verdict *v)
{
	char words[ST_EVENT_TEXT_MAX + 1], text[ST_EVENT_TEXT_MAX + 64];
	struct st_event *ev = st_turn_event(c->turn);
	bool flagged = what == CLI_NEWLY_FLAGGED;

	a->mail.flagged = flagged ? cli_now() : 0;
	a->mail.told = 0;
	a->dirty = true;
	snprintf(text, sizeof text, "%s: %s", cli_who(), en_mailbox_words(v, words, sizeof words));
	en_audit_admin(ev, cli_now(), flagged ? EN_FOUND_FLAGGED : EN_FOUND_CLEAN, a->name, text);
}

static int settle(struct cli *c, struct st_account *a, const struct en_lookup *found, enum cli_settled *was)
{
	struct cli_registered now;
	struct en_mail_verdict v;
	int status = cli_registered_read(c, a, &now), err = 0;

	if (!status && found)
		en_boxes_take(&now.boxes, found, cli_now());
	if (!status) {
		cli_registered_judge(c, &now, &v);
		*was = change(&a->mail, &v);
		if (*was != CLI_SAME)
			record(c, a, *was, &v);
		if (now.boxes.dirty)
			err = st_mailbox_save(c->store, &now.boxes.box);
	}
	rp_wipe(&now, sizeof now);
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	return status ? status : cli_commit(c);
}

int cli_settle(struct cli *c, const struct cli_registered *r, const struct en_lookup *found,
	       enum cli_settled *was)
{
	struct en_mail_verdict v;
	struct st_account *a;
	int status;

	*was = CLI_SAME;
	cli_registered_judge(c, r, &v);
	if (!found && change(&r->mail, &v) == CLI_SAME)
		return 0;
	st_turn_clear(c->turn);
	a = st_turn_account(c->turn, r->name);
	status = cli_begin(c);
	if (status)
		return status;
	if (a->exists && a->email_len)
		status = settle(c, a, found, was);
	st_rollback(c->store);
	return status;
}
