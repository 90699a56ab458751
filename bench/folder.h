/* The private folder that all of it happens in, and the programs that are run there. */
#ifndef BENCH_FOLDER_H
#define BENCH_FOLDER_H

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#define BN_PATH 256

/* Set by SIGINT, SIGTERM and SIGHUP: everything that lasts looks at it, so that the folder is removed. */
extern volatile sig_atomic_t bn_stopped;
void bn_catch_signals(void);
/* Back to dying of them: for a child. */
void bn_release_signals(void);

/* Makes a folder under TMPDIR, else /var/tmp: a disk, because a sync to memory measures nothing. 0 or -1. */
int bn_folder_make(char out[BN_PATH]);
void bn_folder_remove(const char *path);

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
