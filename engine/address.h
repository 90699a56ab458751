/*
 * An e-mail address in one spelling, and what stands for it in the store.
 *
 * The normal form: blanks around it (and one pair of angle brackets) left out; ASCII letters in lower case;
 * the domain as A-labels (IDNA 2008, UTS 46 non-transitional: libidn2), without a dot at its end. It is what
 * Have I Been Pwned digests ("trimmed and lower-cased") wherever the domain is ASCII. Letters outside ASCII
 * stay as they are in the local part, of which only its server knows what it takes as the same.
 *
 * Quotes and backslashes stay only where the local part needs them.
 *
 * The mailbox: where a provider of the table in address.c delivers several spellings to one mailbox, that
 * one: "+tag" left out, dots left out, one domain for its others. Elsewhere the normal form.
 */
#ifndef ENGINE_ADDRESS_H
#define ENGINE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include "common/protocol.h"
#include "engine/seal.h"
#include "store/store.h"

struct en_address {
	char normal[RP_ADDRESS_MAX + 1];
	char mailbox[RP_ADDRESS_MAX + 1]; /* the same as normal unless folding is asked for and applies */
	uint8_t digest[RP_DIGEST_LEN];	  /* SHA-1 of mailbox: what is looked up */
};

/* fold: [mailbox] providers. RP_EINVAL: text is no address (one @ that is not quoted, a local part of 1 to 64
 * bytes, a domain of at least two labels that IDNA takes, UTF-8 of which one sees every character,
 * RP_ADDRESS_MAX in all), or RP_ENOMEM; then out is wiped. */
int en_address_read(const char *text, bool fold, struct en_address *out);

/* The key of a mailbox in the store, from the SHA-1 of an address in normal form: a list may hold digests
 * only. */
void en_address_key(const struct en_seal *s, const uint8_t digest[RP_DIGEST_LEN], uint8_t key[ST_HASH_LEN]);

/* Registers address for a ("" : none) in normal form, and forgets what was known of the one before: proof,
 * flag, that it was told; not cooling, gate and reset. a is dirty then; the same address again changes
 * nothing. RP_EINVAL: no address; else as en_seal_put_email. */
int en_address_register(const struct en_seal *s, struct st_account *a, const char *address);

#endif
