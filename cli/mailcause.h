/* Why it is not known whether a mailbox is flagged, in words: rempart check-email, mailbox and doctor say
 * them. */
#ifndef CLI_MAILCAUSE_H
#define CLI_MAILCAUSE_H

#include "cli/cli.h"

/* cause: a word of rempart-fetch's (rp_range_cause, engine/link.h), of en_mailbox_judge's, or
 * "not-configured", "bad-answer". What it means, and what to do, in the user's language. */
const char *cli_mail_cause(const struct cli *c, const char *cause);
const char *cli_mail_mend(const struct cli *c, const char *cause);

#endif
