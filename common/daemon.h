/* What the main functions of our daemons have in common: their arguments, and the socket that they serve. */
#ifndef COMMON_DAEMON_H
#define COMMON_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

enum { RP_EXIT_OK = 0, RP_EXIT_USAGE = 2, RP_EXIT_CANNOT_SERVE = 3 };

struct rp_daemon {
	const char *name;
	const char *config_path; /* RP_CONFIG_DEFAULT unless told otherwise */
	const char *clock_file;	 /* NULL: the machine's clock */
};

/* Reads the arguments into d, whose name is set. Returns -1 to go on, or the status to exit with. */
int rp_daemon_arguments(struct rp_daemon *d, int argc, char **argv);

/* What a daemon is before it reads anything: not dumped, private files, and writes that fail instead of
 * ending it. */
void rp_daemon_harden(void);

/* The socket that the service manager passed, or one that listens at path with that mode (*own: nobody else
 * holds it). Negative: there is none, and the log and standard error say why. */
int rp_daemon_listen(const char *path, mode_t mode, bool *own);

#endif
