/*
 * The password, of which nothing but the SHA-1 is kept or sent.
 *
 * Contract: what auth sees may be a guess, so its digest waits, in this process, for account: only there has
 * the stack verified it. Otherwise anybody could get the account of somebody else marked by typing a leaked
 * password.
 */
#ifndef PAM_MODULE_PASSWORD_H
#define PAM_MODULE_PASSWORD_H

#include <stdint.h>
#include <security/pam_modules.h>
#include "common/protocol.h"

void pm_digest(const char *password, uint8_t out[RP_DIGEST_LEN]);

/* Keeps the digest of PAM_AUTHTOK with the handle, and none where that is not set. Returns a PAM code. */
int pm_digest_keep(pam_handle_t *pamh);
/* What is kept of the present PAM_USER's password, NULL for nothing: valid until pm_digest_drop, the next
 * pm_digest_keep or pam_end, which wipe it. */
const uint8_t *pm_digest_kept(pam_handle_t *pamh);
void pm_digest_drop(pam_handle_t *pamh);

#endif
