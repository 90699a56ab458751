/* What `rempart status` says of registered mailboxes and of resets. */
#ifndef CLI_MAILSTATUS_H
#define CLI_MAILSTATUS_H

#include "cli/cli.h"

enum cli_format { CLI_TEXT, CLI_JSON, CLI_CSV };

/* Of all accounts, those whose registered mailbox is flagged. An exit status. */
int cli_mailstatus_flagged(struct cli *c, enum cli_format format);

/* Of one account: lines of text, or fields of JSON that each begin with a comma. An exit status. */
int cli_mailstatus_text(struct cli *c, const struct st_account *a);
int cli_mailstatus_json(struct cli *c, const struct st_account *a);

#endif
