/* What `rempart doctor` says of leaked passwords: whether anybody is asked about them, and answers. */
#ifndef CLI_LEAKCHECK_H
#define CLI_LEAKCHECK_H

#include "cli/report.h"

/* Looks at the corpus itself, then has rempartd look for the most common password of all. */
void cli_leak_check(struct cli_report *r);

/* What to do when rempartd could not find out about a password: cause is the word that it says. */
const char *cli_leak_mend(const struct cli *c, const char *cause);

#endif
