/*
 * The mailboxes that a request concerns. Which they are is known only once its account is loaded, in which
 * the address is sealed; so they are loaded after it.
 *
 * The list is looked at for every spelling: the mailbox that address.h folds an address to, the address as it
 * is registered, and as it was given. A lookup is about the first of them alone.
 */
#ifndef ENGINE_BOXES_H
#define ENGINE_BOXES_H

#include "common/config.h"
#include "engine/address.h"
#include "engine/case.h"
#include "engine/lookup.h"
#include "engine/mailbox.h"

#define EN_SPELLINGS_MAX 2 /* beside the mailbox itself */

struct en_boxes {
	const char *cause;	   /* why none can be judged; NULL: there is one */
	bool registered;	   /* it is the account's; else the one that was given with a reset */
	bool other;		   /* another address than the account's was given */
	struct en_address address; /* secret */
	struct st_mailbox box;
	bool dirty; /* box is to be saved */
	struct st_mailbox spellings[EN_SPELLINGS_MAX];
	unsigned n_spellings;
};

/* Whether c's verb has anything to do with mailboxes: RESET, MAILBOX, and a session that may have to say that
 * the registered one is flagged. */
bool en_boxes_concern(const struct en_case *c);
/* Finds and loads them, those of the address that a has registered and of the one that was given ("": none),
 * inside the transaction: RP_ECORRUPT, RP_EIO … as st_mailbox_load. What is no address or does not open is a
 * cause. Wipe b after use. */
int en_boxes_load(const struct rp_config *config, const struct en_seal *seal, struct st_store *store,
		  const struct st_account *a, const char *given, struct en_boxes *b);
/* Takes what a lookup found over, pure: box is dirty then, unless it is not to be kept. An answer is about
 * the mailbox that was asked about, which may not be the account's any more. What is not the account's, and
 * not in the store already, is not kept: whoever asks for resets could fill the store. */
void en_boxes_take(struct en_boxes *b, const struct en_lookup *k, int64_t now);
/* What the store says of them, pure. proved counts for the registered one alone. */
void en_boxes_judge(const struct rp_config *config, const struct en_boxes *b, int64_t proved, int64_t now,
		    struct en_mail_verdict *v);

#endif
