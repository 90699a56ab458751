#include "engine/seal.h"

#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "common/error.h"
#include "common/secret.h"
#include "engine/seal_internal.h"

#define NONCE_LEN 12
#define TAG_LEN 16
#define AAD_MAX (RP_USER_MAX + 64)
#define EMAIL "email"
#define CHECK_NAME "key-check"

struct en_seal {
	char path[RP_PATH_MAX];
	struct en_keys keys;
	EVP_CIPHER *aes;     /* fetched once: a fetch a login would cost more than the decryption */
	EVP_CIPHER_CTX *ctx; /* one thread, one context */
	EVP_MAC_CTX *mac;    /* HMAC-SHA-256 with the tag key in it */
};

static int open_mac(struct en_seal *s)
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
			       OSSL_PARAM_construct_end()};

	s->mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	return s->mac && EVP_MAC_init(s->mac, s->keys.tag, EN_KEY_LEN, params) == 1 ? 0 : RP_ENOMEM;
}

int en_seal_open(struct en_seal **out, const char *path, char *why, unsigned why_size)
{
	struct en_seal *s = calloc(1, sizeof *s);
	int err = RP_ENOMEM;

	*out = NULL;
	if (!s || strlen(path) >= sizeof s->path)
		goto fail;
	strcpy(s->path, path);
	err = en_keys_read(&s->keys, path, why, why_size);
	if (err)
		goto fail;
	s->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	s->ctx = EVP_CIPHER_CTX_new();
	if (!s->aes || !s->ctx || open_mac(s)) {
		snprintf(why, why_size, "libcrypto cannot do AES-256-GCM or HMAC-SHA-256");
		err = RP_ENOMEM;
		goto fail;
	}
	*out = s;
	return 0;
fail:
	en_seal_close(s);
	return err;
}

void en_seal_close(struct en_seal *s)
{
	if (!s)
		return;
	EVP_MAC_CTX_free(s->mac);
	EVP_CIPHER_CTX_free(s->ctx);
	EVP_CIPHER_free(s->aes);
	rp_wipe(s, sizeof *s);
	free(s);
}

int en_seal_is_current(const struct en_seal *s)
{
	char real[RP_PATH_MAX], why[64];
	const struct stat *old = &s->keys.st;
	struct stat st;

	if (en_keys_path(s->path, real, sizeof real, why, sizeof why) || stat(real, &st))
		return 0;
	return st.st_ino == old->st_ino && st.st_dev == old->st_dev && st.st_size == old->st_size &&
	       st.st_mode == old->st_mode && st.st_uid == old->st_uid &&
	       st.st_mtim.tv_sec == old->st_mtim.tv_sec && st.st_mtim.tv_nsec == old->st_mtim.tv_nsec;
}

uint32_t en_seal_generation(const struct en_seal *s)
{
	return s->keys.keys[s->keys.n - 1].generation;
}

unsigned en_seal_generations(const struct en_seal *s)
{
	return s->keys.n;
}

static const uint8_t *key_of(const struct en_seal *s, uint32_t generation)
{
	for (unsigned i = 0; i < s->keys.n; i++)
		if (s->keys.keys[i].generation == generation)
			return s->keys.keys[i].key;
	return NULL;
}

/* "USER NUL PURPOSE NUL ID": NUL is in neither, so no two of them are alike. */
static int associated_data(const char *user, const char *purpose, uint32_t id, uint8_t *out)
{
	size_t user_len = strlen(user) + 1, purpose_len = strlen(purpose) + 1;

	if (user_len + purpose_len + 4 > AAD_MAX)
		return RP_EINVAL;
	memcpy(out, user, user_len);
	memcpy(out + user_len, purpose, purpose_len);
	for (int i = 0; i < 4; i++)
		out[user_len + purpose_len + i] = (uint8_t)(id >> (24 - 8 * i));
	return (int)(user_len + purpose_len + 4);
}

/* out: nonce, ciphertext, tag. Returns its length. */
static int encrypt(const struct en_seal *s, const uint8_t *aad, int aad_len, const void *plain, size_t len,
		   uint8_t *out, size_t size)
{
	uint8_t *text = out + NONCE_LEN;
	int n;

	if (size < NONCE_LEN + len + TAG_LEN)
		return RP_EINVAL;
	if (rp_random(out, NONCE_LEN))
		return RP_EIO;
	if (EVP_EncryptInit_ex2(s->ctx, s->aes, s->keys.keys[s->keys.n - 1].key, out, NULL) != 1 ||
	    EVP_EncryptUpdate(s->ctx, NULL, &n, aad, aad_len) != 1 ||
	    EVP_EncryptUpdate(s->ctx, text, &n, plain, (int)len) != 1 ||
	    EVP_EncryptFinal_ex(s->ctx, text + len, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, text + len) != 1)
		return RP_EKEY;
	return (int)(NONCE_LEN + len + TAG_LEN);
}

static int decrypt(const struct en_seal *s, uint32_t generation, const uint8_t *aad, int aad_len,
		   const uint8_t *in, size_t in_len, void *out, size_t max)
{
	const uint8_t *key = key_of(s, generation), *text = in + NONCE_LEN;
	size_t len = in_len - NONCE_LEN - TAG_LEN;
	uint8_t tag[TAG_LEN];
	int n;

	if (!key || in_len < NONCE_LEN + TAG_LEN || len > max)
		return RP_EKEY;
	memcpy(tag, text + len, TAG_LEN);
	if (EVP_DecryptInit_ex2(s->ctx, s->aes, key, in, NULL) != 1 ||
	    EVP_DecryptUpdate(s->ctx, NULL, &n, aad, aad_len) != 1 ||
	    EVP_DecryptUpdate(s->ctx, out, &n, text, (int)len) != 1 ||
	    EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) != 1 ||
	    EVP_DecryptFinal_ex(s->ctx, (uint8_t *)out + len, &n) != 1) {
		rp_wipe(out, max);
		return RP_EKEY;
	}
	return (int)len;
}

int en_seal_put(const struct en_seal *s, const char *user, const char *purpose, uint32_t id,
		const void *plain, size_t len, struct st_sealed *out)
{
	uint8_t aad[AAD_MAX];
	int aad_len = associated_data(user, purpose, id, aad), n;

	if (aad_len < 0)
		return aad_len;
	memset(out, 0, sizeof *out);
	n = encrypt(s, aad, aad_len, plain, len, out->bytes, sizeof out->bytes);
	if (n < 0)
		return n;
	out->len = (uint16_t)n;
	out->generation = en_seal_generation(s);
	return 0;
}

int en_seal_get(const struct en_seal *s, const char *user, const char *purpose, uint32_t id,
		const struct st_sealed *in, void *out, size_t max)
{
	uint8_t aad[AAD_MAX];
	int aad_len = associated_data(user, purpose, id, aad);

	if (aad_len < 0)
		return aad_len;
	return decrypt(s, in->generation, aad, aad_len, in->bytes, in->len, out, max);
}

int en_seal_put_email(const struct en_seal *s, struct st_account *a, const char *address)
{
	uint8_t aad[AAD_MAX], sealed[ST_EMAIL_SEALED_MAX];
	int aad_len = associated_data(a->name, EMAIL, 0, aad), n = 0;

	if (aad_len < 0)
		return aad_len;
	if (address[0])
		n = encrypt(s, aad, aad_len, address, strlen(address), sealed, sizeof sealed);
	if (n < 0)
		return n;
	memcpy(a->email, sealed, (size_t)n);
	a->email_len = (uint16_t)n;
	a->email_generation = n ? en_seal_generation(s) : 0;
	a->dirty = true;
	return 0;
}

int en_seal_get_email(const struct en_seal *s, const struct st_account *a, char *out, size_t size)
{
	uint8_t aad[AAD_MAX];
	int aad_len = associated_data(a->name, EMAIL, 0, aad), n = 0;

	if (aad_len < 0)
		return aad_len;
	if (a->email_len)
		n = decrypt(s, a->email_generation, aad, aad_len, a->email, a->email_len, out, size - 1);
	if (n >= 0)
		out[n] = '\0';
	return n;
}

/* Seals in anew when an old generation sealed it. Returns 1 if it did, 0 if there was no need. */
static int renew(const struct en_seal *s, const char *user, const char *purpose, uint32_t id,
		 struct st_sealed *in)
{
	uint8_t plain[ST_SEALED_MAX];
	struct st_sealed again;
	int n, err;

	if (!in->len || in->generation == en_seal_generation(s))
		return 0;
	n = en_seal_get(s, user, purpose, id, in, plain, sizeof plain);
	if (n < 0)
		return n;
	err = en_seal_put(s, user, purpose, id, plain, (size_t)n, &again);
	rp_wipe(plain, sizeof plain);
	if (err)
		return err;
	*in = again;
	return 1;
}

static int renew_email(const struct en_seal *s, struct st_account *a)
{
	char address[ST_EMAIL_SEALED_MAX];
	int n;

	if (!a->email_len || a->email_generation == en_seal_generation(s))
		return 0;
	n = en_seal_get_email(s, a, address, sizeof address);
	if (n > 0)
		n = en_seal_put_email(s, a, address);
	rp_wipe(address, sizeof address);
	return n < 0 ? n : 1;
}

int en_seal_renew(const struct en_seal *s, struct st_account *a)
{
	struct st_account was = *a;
	int changed = renew(s, a->name, "recovery", 0, &a->recovery_key), n = changed;

	for (int i = 0; n >= 0 && i < a->n_tokens; i++, changed |= n)
		n = renew(s, a->name, "totp", a->tokens[i].id, &a->tokens[i].secret);
	if (n >= 0) {
		n = renew_email(s, a);
		changed |= n;
	}
	if (n < 0) {
		*a = was;
		return n;
	}
	a->dirty = was.dirty || changed > 0;
	return 0;
}

void en_seal_tag(const struct en_seal *s, const char *label, const void *data, size_t len,
		 uint8_t out[ST_HASH_LEN])
{
	uint8_t mac[32];
	size_t n = 0;

	/* Without a key and parameters, init starts over with those it has. Nothing here allocates; should
	 * libcrypto fail all the same, no tag would be safe to go on with. */
	if (EVP_MAC_init(s->mac, NULL, 0, NULL) != 1 ||
	    EVP_MAC_update(s->mac, (const uint8_t *)label, strlen(label) + 1) != 1 ||
	    EVP_MAC_update(s->mac, data, len) != 1 || EVP_MAC_final(s->mac, mac, &n, sizeof mac) != 1)
		abort();
	memcpy(out, mac, ST_HASH_LEN);
}

int en_seal_check(const struct en_seal *s, struct st_store *store)
{
	uint8_t want[ST_HASH_LEN], have[ST_HASH_LEN];
	int n;

	en_seal_tag(s, CHECK_NAME, "", 0, want);
	n = st_meta_get(store, CHECK_NAME, have, sizeof have);
	if (n == RP_ENOENT)
		return st_meta_set(store, CHECK_NAME, want, sizeof want);
	if (n < 0)
		return n;
	return n == ST_HASH_LEN && rp_equal(want, have, ST_HASH_LEN) ? 0 : RP_EKEY;
}
