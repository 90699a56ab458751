/* Time that only goes forward, for budgets and deadlines within a process. Time of day is engine/clock.h's.
 */
#ifndef COMMON_TICKS_H
#define COMMON_TICKS_H

#include <stdint.h>

/* Milliseconds since some moment in the past (CLOCK_MONOTONIC). */
int64_t rp_now_ms(void);

#endif
