/*
 * Recovery codes: look-up secrets of SP 800-63B. 24 letters of Base32 in six groups of four, 120 bits, so a
 * keyed hash is enough (ASVS 5.0, 6.5.2: 112 bits); each works once. The account's own key for the hashes is
 * sealed with it, and so is rotated like every secret.
 */
#ifndef ENGINE_RECOVERY_H
#define ENGINE_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include "engine/seal.h"
#include "store/store.h"

#define EN_RECOVERY_BYTES 15
#define EN_RECOVERY_TEXT 29 /* with five hyphens, without the NUL */

/* Replaces all codes of a by ST_RECOVERY_MAX new ones, and writes them into out, one a line: at least
 * ST_RECOVERY_MAX * (EN_RECOVERY_TEXT + 1) + 1 bytes. Wipe out after use. */
int en_recovery_make(const struct en_seal *s, struct st_account *a, char *out, size_t size);

/* Whether code has the form of a recovery code, hyphens, blanks and case aside. */
bool en_recovery_shaped(const char *code);

/* Uses code up. 0: it was one of a's and is gone; RP_ENOENT: it is none; RP_EKEY: a's key does not open. */
int en_recovery_use(const struct en_seal *s, struct st_account *a, const char *code);

#endif
