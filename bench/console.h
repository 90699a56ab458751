/* Where nothing listens on /dev/log, a module that logs with LOG_CONS writes each line to the console, which
 * may be a serial line and slower than the login itself. */
#ifndef BENCH_CONSOLE_H
#define BENCH_CONSOLE_H

/* Puts /dev/null in the console's place, for this process and its children alone, where that would happen;
 * says so when it cannot. */
void bn_console_spare(void);

#endif
