/* The clock of waits and ages: the machine's, which only goes forward; a test pushes it on with a file. */
#ifndef FETCH_CLOCK_H
#define FETCH_CLOCK_H

#include <stdint.h>

struct fe_clock {
	int fd;	       /* of the test's file, or -1 */
	int64_t start; /* what stood in it at first, in seconds */
};

/* file: NULL, or a file with the time in seconds, as for rempartd: by as much as it rises, time is later.
 * RP_ENOENT. */
int fe_clock_open(struct fe_clock *c, const char *file);
void fe_clock_close(struct fe_clock *c);
/* Milliseconds. */
int64_t fe_clock_now(const struct fe_clock *c);

#endif
