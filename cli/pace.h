/* So many questions a minute and no more, pure: the time is given, monotonic, in milliseconds. */
#ifndef CLI_PACE_H
#define CLI_PACE_H

#include <stdint.h>

struct cli_pace {
	unsigned long rate; /* a minute */
	int64_t next;	    /* microseconds: when the next question may go out */
};

/* rate: 1 to 1,000,000. */
void cli_pace_start(struct cli_pace *p, unsigned long rate, int64_t now);
/* Milliseconds until the next question may go out; 0: now. */
int64_t cli_pace_wait(const struct cli_pace *p, int64_t now);
/* One went out. */
void cli_pace_sent(struct cli_pace *p, int64_t now);
/* The server asked for so many seconds without any. */
void cli_pace_hold(struct cli_pace *p, int64_t seconds, int64_t now);

#endif
