/*
 * Secrets at rest: AES-256-GCM, a random 96-bit nonce, and associated data that binds the bytes to one user
 * and one purpose (SP 800-38D). Keys come in generations, so that one is rotated out while logins go on.
 *
 * The key file: a line "rempart-key 1", a line "tag 64-HEX", then a line "GENERATION 64-HEX" a key; the last
 * one seals. It belongs to root or to this process's user, and nobody else may read it (0600 or 0400).
 */
#ifndef ENGINE_SEAL_H
#define ENGINE_SEAL_H

#include <stdint.h>
#include "store/store.h"

#define EN_KEY_LEN 32
#define EN_GENERATIONS_MAX 8

struct en_seal;

/* Reads path, or the systemd credential of "credential:NAME". Returns 0, RP_EKEY (missing, or not a key
 * file), RP_EPERM (owner or mode), RP_ENOMEM. why: one line, never with key material. */
int en_seal_open(struct en_seal **out, const char *path, char *why, unsigned why_size);
void en_seal_close(struct en_seal *s); /* wipes; NULL is allowed */
/* Whether the file at its path is the one that was read. One stat. */
int en_seal_is_current(const struct en_seal *s);

/* The generation that seals now, and how many there are in the file. */
uint32_t en_seal_generation(const struct en_seal *s);
unsigned en_seal_generations(const struct en_seal *s);

/* purpose and id name what is sealed: "totp" and the token's id, say. RP_EINVAL: it does not fit. */
int en_seal_put(const struct en_seal *s, const char *user, const char *purpose, uint32_t id,
		const void *plain, size_t len, struct st_sealed *out);
/* Returns the length of what was sealed, into out of size max. RP_EKEY: no such generation, or the bytes
 * were not sealed with it for this user, purpose and id. out is wiped on error. */
int en_seal_get(const struct en_seal *s, const char *user, const char *purpose, uint32_t id,
		const struct st_sealed *in, void *out, size_t max);

/* The e-mail address of an account. put: "" removes it. get: returns its length, 0 when there is none. */
int en_seal_put_email(const struct en_seal *s, struct st_account *a, const char *address);
int en_seal_get_email(const struct en_seal *s, const struct st_account *a, char *out, size_t size);

/* Everything of a that an old generation sealed is sealed with the newest; a->dirty is set when that changed
 * something. On error a is as it was. */
int en_seal_renew(const struct en_seal *s, struct st_account *a);

/* HMAC-SHA-256, cut, of label and data under the file's tag key, which rotations leave alone: for keys of
 * throttles and tags of unknown names, which nobody without the file can compute. */
void en_seal_tag(const struct en_seal *s, const char *label, const void *data, size_t len,
		 uint8_t out[ST_HASH_LEN]);

/* Whether the store was made with this key: remembers a tag in the store's meta when there is none yet. Only
 * inside a transaction. RP_EKEY: another key. */
int en_seal_check(const struct en_seal *s, struct st_store *store);

#endif
