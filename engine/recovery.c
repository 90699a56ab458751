#include "engine/recovery.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <ctype.h>
#include <string.h>
#include "common/base32.h"
#include "common/error.h"
#include "common/secret.h"

#define PURPOSE "recovery"
#define LETTERS RP_BASE32_LEN(EN_RECOVERY_BYTES)

/* The hash that is kept of a code's bytes. The key is the account's own, so the user's name needs no part. */
static int hash(const uint8_t *key, const uint8_t *code, uint8_t out[ST_HASH_LEN])
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned len;

	if (!HMAC(EVP_sha256(), key, EN_KEY_LEN, code, EN_RECOVERY_BYTES, mac, &len))
		return RP_EIO;
	memcpy(out, mac, ST_HASH_LEN);
	return 0;
}

/* Groups of four with hyphens. */
static char *spell(const uint8_t *code, char *out)
{
	char letters[LETTERS + 1];

	rp_base32_encode(code, EN_RECOVERY_BYTES, letters);
	for (size_t i = 0; i < LETTERS; i++) {
		if (i && i % 4 == 0)
			*out++ = '-';
		*out++ = letters[i];
	}
	*out++ = '\n';
	rp_wipe(letters, sizeof letters);
	return out;
}

int en_recovery_make(const struct en_seal *s, struct st_account *a, char *out, size_t size)
{
	uint8_t key[EN_KEY_LEN], codes[ST_RECOVERY_MAX][EN_RECOVERY_BYTES];
	uint8_t hashes[ST_RECOVERY_MAX][ST_HASH_LEN];
	struct st_sealed sealed;
	int err = RP_EINVAL;

	if (size < ST_RECOVERY_MAX * (EN_RECOVERY_TEXT + 1) + 1)
		return RP_EINVAL;
	if ((err = rp_random(key, sizeof key)) || (err = rp_random(codes, sizeof codes)) ||
	    (err = en_seal_put(s, a->name, PURPOSE, 0, key, sizeof key, &sealed)))
		goto out;
	for (int i = 0; i < ST_RECOVERY_MAX; i++) {
		if ((err = hash(key, codes[i], hashes[i])))
			goto out;
		out = spell(codes[i], out);
	}
	*out = '\0';
	a->recovery_key = sealed;
	memcpy(a->recovery, hashes, sizeof hashes);
	a->n_recovery = ST_RECOVERY_MAX;
	a->dirty = true;
out:
	rp_wipe(key, sizeof key);
	rp_wipe(codes, sizeof codes);
	return err;
}

bool en_recovery_shaped(const char *code)
{
	size_t letters = 0;

	for (; *code; code++) {
		if (isalpha((unsigned char)*code) || (*code >= '2' && *code <= '7'))
			letters++;
		else if (*code != '-' && *code != ' ')
			return false;
	}
	return letters == LETTERS;
}

int en_recovery_use(const struct en_seal *s, struct st_account *a, const char *code)
{
	uint8_t key[EN_KEY_LEN], bytes[EN_RECOVERY_BYTES], h[ST_HASH_LEN];
	int err = RP_ENOENT, found = -1;

	if (!a->n_recovery || !en_recovery_shaped(code) ||
	    rp_base32_decode(code, bytes, sizeof bytes) != EN_RECOVERY_BYTES)
		goto out;
	if (en_seal_get(s, a->name, PURPOSE, 0, &a->recovery_key, key, sizeof key) != EN_KEY_LEN) {
		err = RP_EKEY;
		goto out;
	}
	if ((err = hash(key, bytes, h)))
		goto out;
	for (int i = 0; i < a->n_recovery; i++)
		if (rp_equal(h, a->recovery[i], ST_HASH_LEN))
			found = i;
	err = found < 0 ? RP_ENOENT : 0;
	if (err)
		goto out;
	a->n_recovery--;
	memmove(a->recovery[found], a->recovery[found + 1], (size_t)(a->n_recovery - found) * ST_HASH_LEN);
	rp_wipe(a->recovery[a->n_recovery], ST_HASH_LEN);
	a->dirty = true;
out:
	rp_wipe(key, sizeof key);
	rp_wipe(bytes, sizeof bytes);
	return err;
}
