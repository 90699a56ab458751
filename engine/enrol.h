/*
 * Enrolment: a token is made pending, and counts once a code from it has come back. Used by rempartd for the
 * conversation of PAM and by the CLI for the administrator's.
 */
#ifndef ENGINE_ENROL_H
#define ENGINE_ENROL_H

#include "common/reply.h"
#include "engine/seal.h"
#include "engine/totp.h"
#include "store/store.h"

/* A pending token that nobody confirmed is worth nothing after so many seconds. */
#define EN_PENDING_LIFE 900

struct en_token_options {
	unsigned algorithm, digits, period; /* 0: SHA-1, 6, 30 (what every app can do) */
	const char *label;		    /* NULL or "": none */
	bool active;			    /* counts at once, without a code */
};

/*
 * Adds a token with the secret given (or, with secret NULL, a new one, copied to made of EN_SECRET_MAX
 * bytes whose length *made_len receives), in place of any pending one. a is made to exist and is dirty.
 * Returns 0, RP_EINVAL (options or secret out of bounds), RP_EFULL (ST_TOKENS_MAX), RP_EIO (no randomness),
 * RP_EKEY. On error a is as it was.
 */
int en_enrol_add(const struct en_seal *s, struct st_account *a, const struct en_token_options *o, int64_t now,
		 const uint8_t *secret, size_t secret_len, uint8_t made[EN_SECRET_MAX], size_t *made_len);

/* The same in place of every token; what was used of the same secret stays used. The recovery codes go. On
 * error a is to be thrown away. */
int en_enrol_replace(const struct en_seal *s, struct st_account *a, const struct en_token_options *o,
		     int64_t now, const uint8_t *secret, size_t secret_len);

/* The code proves the pending token: it becomes active. 0; RP_ENOENT (nothing pending, or too old); RP_EINVAL
 * (not its code); RP_EKEY. */
int en_enrol_confirm(const struct en_seal *s, struct st_account *a, int64_t now, unsigned window,
		     const char *code);

/* Removes the token with this id, or every token when id is 0; recovery codes go with the last one.
 * RP_ENOENT: there is none. */
int en_enrol_revoke(struct st_account *a, uint32_t id);

/* Draws text as a QR code in the form of reply.h's t3 (libqrencode, level M). Returns its length or
 * RP_EINVAL. */
int en_enrol_qr(const char *text, uint8_t *out, size_t size);

#endif
