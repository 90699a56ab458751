/*
 * One question to rempartd: connect, check who serves, send one packet, wait for one, close.
 *
 * Contract: never blocks longer than budget_ms in all; raises no signal; leaves no descriptor behind;
 * touches no global state; the descriptor is close-on-exec. Safe in a threaded program.
 */
#ifndef COMMON_DIAL_H
#define COMMON_DIAL_H

#include <stdbool.h>
#include <sys/types.h>
#include "common/reply.h"
#include "common/request.h"

/* Whether the process that listens may be trusted with a code. ctx is the caller's. */
typedef bool rp_server_check(uid_t server, void *ctx);

/*
 * Asks. Returns 0 and fills in rep, whatever its verdict; or RP_ENOENT (nobody listens), RP_EPERM (the
 * listener is not trusted, or this process may not connect), RP_ETIME, RP_EIO, RP_EINVAL (the answer is
 * not one) or RP_EVERSION (it is another version's). rep->verdict is RP_UNAVAILABLE after every error.
 */
int rp_ask(const char *path, const struct rp_request *req, struct rp_reply *rep, int budget_ms,
	   rp_server_check *trusted, void *ctx);

/* The usual check without a lookup: root or this process's effective user. ctx is not used. */
bool rp_server_root_or_self(uid_t server, void *ctx);

#endif
