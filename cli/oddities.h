/* What is odd in a source of digests, said on standard error with file and line: the first of each kind, then
 * their number. Ranges that are missing one after the other are one line. */
#ifndef CLI_ODDITIES_H
#define CLI_ODDITIES_H

#include <limits.h>
#include "cli/cli.h"
#include "cli/progress.h"
#include "corpus/source.h"

struct cli_oddities {
	const struct cli *cli;
	struct cli_progress *progress;
	uint64_t said[CO_ODD_GAP + 1], unsaid[CO_ODD_GAP + 1]; /* of each kind */
	uint64_t all, left_out;
	uint64_t missing; /* in the run that is not yet said, with its first and last file, and what comes
			     next */
	unsigned long next;
	char first[PATH_MAX], last[PATH_MAX];
};

void cli_oddities_add(struct cli_oddities *o, const char *file, uint64_t line, enum co_oddity what,
		      bool left_out);
/* What is still to be said. */
void cli_oddities_end(struct cli_oddities *o);

#endif
