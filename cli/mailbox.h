/* The commands below rempart mailbox. argv[0]: the last word of each one's name. */
#ifndef CLI_MAILBOX_H
#define CLI_MAILBOX_H

#include "cli/cli.h"

#define CLI_MAILBOX_SET "mailbox set USER ADDRESS"
#define CLI_MAILBOX_PROVED "mailbox proved USER [--reason TEXT]"
#define CLI_MAILBOX_PULL "mailbox pull"
#define CLI_MAILBOX_SWEEP "mailbox sweep"

/* The value of the store that says when a sweep last came to its end: a Unix time, in digits. */
#define CLI_SWEEP_META "sweep"

int cli_mailbox_set(struct cli *c, int argc, char **argv);
int cli_mailbox_proved(struct cli *c, int argc, char **argv);
int cli_mailbox_pull(struct cli *c, int argc, char **argv);
int cli_mailbox_sweep(struct cli *c, int argc, char **argv);

#endif
