/* What `rempart doctor` says of registered mailboxes: whether they can be looked up, and are. */
#ifndef CLI_MAILCHECK_H
#define CLI_MAILCHECK_H

#include "cli/report.h"

void cli_mail_check(struct cli_report *r);

#endif
