/*
 * Is this password in a leak? Asked in this order: the offline corpus; what rempart-fetch said lately;
 * rempart-fetch, which takes its time. Whoever says "leaked", and often enough for the policy, is believed at
 * once. A corpus that has everything says "clean" alone; another one does where nobody else can be asked.
 *
 * Nothing here blocks. now: monotonic, in milliseconds.
 */
#ifndef ENGINE_BREACH_H
#define ENGINE_BREACH_H

#include <stdbool.h>
#include "common/config.h"
#include "common/request.h"
#include "engine/finding.h"
#include "engine/link.h"

struct en_breach;

/* config and link stay the caller's; config may change between calls. NULL: no memory. */
struct en_breach *en_breach_new(const struct rp_config *config, struct en_link *link);
void en_breach_free(struct en_breach *b);

/*
 * What is known about req's password without waiting; EN_ASK_FETCH: rempart-fetch has to be asked.
 *
 * It is asked for root and portals alone (may_ask). Others could have it fail for everybody by what they ask,
 * and learn from how fast it answers what was asked lately. To them a question that only it could answer is
 * EN_UNKNOWN, "root-only"; and about their own account, of which they may claim any password, EN_NOT_ASKED.
 */
void en_breach_look(struct en_breach *b, const struct rp_request *req, bool may_ask, int64_t now,
		    struct en_finding *f);

/* Asks rempart-fetch: a descriptor that becomes readable, and is then for en_breach_hear. -1: it cannot be
 * asked, and f says so. */
int en_breach_ask(struct en_breach *b, const struct rp_request *req, int64_t now, struct en_finding *f);
/* False: nothing came on fd yet. True: f has the answer, and fd is the caller's to close. */
bool en_breach_hear(struct en_breach *b, int fd, const struct rp_request *req, int64_t now,
		    struct en_finding *f);
/* f is EN_UNKNOWN: "timeout" where it was asked and is not waited for any longer, else "busy". */
void en_breach_give_up(struct en_breach *b, const struct rp_request *req, int64_t now, bool asked,
		       struct en_finding *f);

#endif
