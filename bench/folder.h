/* The private folder that all of it happens in, and the programs that are run there. */
#ifndef BENCH_FOLDER_H
#define BENCH_FOLDER_H

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#define BN_PATH 256

/* Set by SIGINT, SIGTERM and SIGHUP: everything that lasts looks at it, so that the folder is removed. */
extern volatile sig_atomic_t bn_stopped;
/* Dying of them again: for a child. */
void bn_release_signals(void);

/* Calls bench, which returns 0 or -1, with plan and a folder under TMPDIR, else /var/tmp: a disk, because a
 * sync to memory measures nothing. From then on those signals are caught. Returns main's status. */
int bn_in_folder(int (*bench)(const void *plan, const char *folder), const void *plan);

/* All return 0 or -1 and say what failed. */
int bn_path(char out[BN_PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));
int bn_make_folder(const char *format, ...) __attribute__((format(printf, 1, 2)));
FILE *bn_create(const char *format, ...) __attribute__((format(printf, 1, 2)));
int bn_close(FILE *f); /* also when a write has failed before */

/* Starts argv with output to the end of log, killed when this process dies. Its pid, or -1. */
pid_t bn_start(const char *const argv[], const char *log);
/* Runs argv to its end: 0 when it exits with 0, otherwise -1 and the log is shown. */
int bn_run(const char *const argv[], const char *log);
/* Writes the file to stderr. */
void bn_show(const char *log);

#endif
