/*
 * Time, as an input: the machine's clock, or a file that a test writes. Acceptance needs the real time of
 * day; whether it jumped is seen against the clock that only goes forward.
 */
#ifndef ENGINE_CLOCK_H
#define ENGINE_CLOCK_H

#include <stdint.h>

/* A difference beyond so many seconds between the two clocks is a jump: two TOTP steps. */
#define EN_CLOCK_JUMP 60

struct en_clock {
	int fd;		 /* of the test's file, or -1 */
	int64_t last;	 /* what was read last; 0: nothing yet */
	int64_t last_up; /* seconds since boot at that moment */
};

/* file: NULL for the machine's clock, otherwise a file with the Unix time in decimal. RP_ENOENT. */
int en_clock_open(struct en_clock *c, const char *file);
void en_clock_close(struct en_clock *c);
/* Unix time in seconds; negative when it cannot be read: then nothing may be decided. *jump: seconds by which
 * the clock jumped since the last call, 0 if less than EN_CLOCK_JUMP. */
int64_t en_clock_now(struct en_clock *c, int64_t *jump);

#endif
