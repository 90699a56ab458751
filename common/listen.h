/* The socket that a daemon serves. */
#ifndef COMMON_LISTEN_H
#define COMMON_LISTEN_H

#include <sys/types.h>

/* Listens at path with that mode. A socket that a killed daemon left is replaced; one that somebody serves is
 * not (RP_EBUSY), nor anything else (RP_EEXIST). Returns the descriptor, one of these, RP_EINVAL (path too
 * long), or RP_EIO, of which errno is the cause. */
int rp_listen(const char *path, mode_t mode);

/* The cause of what rp_listen returned, right after it, for a log. */
const char *rp_listen_why(int err);

#endif
