/*
 * What a request waits for: rempart-fetch is asked about its password (breach.h) or about a mailbox
 * (lookup.h). Nothing here blocks. now: monotonic, in milliseconds.
 */
#ifndef ENGINE_INQUIRY_H
#define ENGINE_INQUIRY_H

#include "engine/breach.h"
#include "engine/lookup.h"

struct en_inquiry {
	const struct rp_config *config;
	struct en_breach *breach;
	struct en_link *link;
};

/* A descriptor that becomes readable, and is then for en_inquiry_hear. -1: it cannot be asked, as f or k
 * says, or need not be. */
int en_inquiry_ask(struct en_inquiry *q, const struct rp_request *req, int64_t now, struct en_finding *f,
		   struct en_lookup *k);
/* False: nothing came on fd yet. True: f or k has what came, and fd is the caller's to close. */
bool en_inquiry_hear(struct en_inquiry *q, int fd, const struct rp_request *req, int64_t now,
		     struct en_finding *f, struct en_lookup *k);
/* It was asked and is not waited for any longer, or could not be asked: which is what f or k then says. */
void en_inquiry_give_up(struct en_inquiry *q, const struct rp_request *req, int64_t now, bool asked,
			struct en_finding *f, struct en_lookup *k);

#endif
