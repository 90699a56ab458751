/* The signals that a daemon is told things by, as a descriptor of its loop. */
#ifndef COMMON_SIGNALS_H
#define COMMON_SIGNALS_H

#include <stdbool.h>

/* Blocks SIGTERM, SIGINT and SIGHUP. A descriptor that becomes readable when one of them comes; -1 with
 * errno. */
int rp_signals_open(void);
/* Takes those that came: whether the daemon is told to end, and to read its configuration again. */
void rp_signals_read(int fd, bool *end, bool *again);

#endif
