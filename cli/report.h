/* The lines of `rempart doctor`: what was looked at, how it is, and how to mend it. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/cli.h"

struct cli_report {
	struct cli *cli;
	unsigned failed, warned;
};

enum cli_grade { CLI_OK, CLI_WARN, CLI_FAIL };

/* "FAIL what", and below it how to mend it (NULL: nothing to do), both in the user's language already. */
void cli_report(struct cli_report *r, enum cli_grade grade, const char *mend, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
