/* The signals that rempartd is told things by, as a descriptor of its loop. */
#ifndef ENGINE_SIGNALS_H
#define ENGINE_SIGNALS_H

#include <stdbool.h>

/* Blocks SIGTERM, SIGINT and SIGHUP. A descriptor that becomes readable when one of them comes; -1 with
 * errno.
 */
int en_signals_open(void);
/* Takes those that came: whether rempartd is told to end, and to read its configuration again. */
void en_signals_read(int fd, bool *end, bool *again);

#endif
