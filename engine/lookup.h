/*
 * Asking rempart-fetch about a mailbox: the question that a request leads to, and what came of it. Nothing
 * here blocks. now: monotonic, in milliseconds.
 */
#ifndef ENGINE_LOOKUP_H
#define ENGINE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>
#include "common/config.h"
#include "common/mailbox.h"
#include "common/request.h"
#include "engine/address.h"
#include "engine/finding.h"
#include "engine/link.h"
#include "store/store.h"

struct en_lookup {
	bool over;		       /* there is nothing to wait for any more: decide with what there is */
	bool held;		       /* the answer leaves at its time, whatever was found out before */
	struct rp_mail_request ask;    /* verb 0: nothing has to be found out. Secret */
	uint8_t digest[RP_DIGEST_LEN]; /* of the mailbox that it is about */
	bool found;
	struct st_mailbox mailbox;    /* found: its lookup part; the time is left to who decides */
	char cause[EN_CAUSE_MAX + 1]; /* asked and not found: why */
	uint8_t status;		      /* enum rp_range_status, once rempart-fetch has answered */
	uint64_t detail;	      /* the answer's: how long to wait, say */
};

/* Whether it is a mailbox that rempart-fetch may have to be asked about. */
bool en_lookup_concerns(const struct rp_request *req);
/* The question about address: six digits, or the address where the configuration says so. */
void en_lookup_want(struct en_lookup *k, const struct rp_config *config, const struct en_address *address);
/* Asks: a descriptor that becomes readable, and is then for en_lookup_hear. -1: it cannot be asked, and k
 * says why. */
int en_lookup_ask(struct en_lookup *k, const struct rp_config *config, struct en_link *link, int64_t now);
/* False: nothing came on fd yet. True: k has what came, and fd is the caller's to close. */
bool en_lookup_hear(struct en_lookup *k, const struct rp_config *config, struct en_link *link, int fd,
		    int64_t now);
/* "timeout" where it was asked and is not waited for any longer, else "busy". */
void en_lookup_give_up(struct en_lookup *k, struct en_link *link, bool asked, int64_t now);

#endif
