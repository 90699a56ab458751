/* A progress bar on standard error, where that is a terminal: share done, rate, time left. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_progress {
	const char *what;
	size_t total;
	int64_t start, drawn; /* milliseconds */
	bool terminal;
};

/* A total that is not known: there is no share and no estimate. */
#define CLI_PROGRESS_UNKNOWN SIZE_MAX

void cli_progress_start(struct cli_progress *p, const char *what, size_t total);
/* Draws at most ten times a second, and at the end. */
void cli_progress_show(struct cli_progress *p, size_t done);
/* Takes the bar away, or leaves it as it is: what is written next has a line of its own. */
void cli_progress_clear(struct cli_progress *p);
void cli_progress_leave(struct cli_progress *p);

/* From now on SIGINT and SIGTERM only set a flag, so that work stops between two transactions. */
void cli_progress_catch_signals(void);
bool cli_progress_stopped(void);

#endif
