/* Questions about mailboxes to rempart-fetch. */
#ifndef CLI_MAILASK_H
#define CLI_MAILASK_H

#include "cli/cli.h"
#include "common/mailbox.h"
#include "engine/finding.h"
#include "engine/link.h"

/* 0: a has the answer, in memory of link's until the next question. -1: cause has a word for why there is
 * none. */
int cli_mail_ask(const struct cli *c, struct en_link *link, enum rp_mail_verb verb, const char *argument,
		 struct rp_mail_answer *a, char cause[EN_CAUSE_MAX + 1]);

#endif
