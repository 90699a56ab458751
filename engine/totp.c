#include "engine/totp.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <string.h>
#include "common/base32.h"
#include "common/error.h"
#include "common/secret.h"

static const struct {
	const char *name;
	int flags;
	size_t secret_len;
} algorithms[] = {
	[EN_SHA1] = {"SHA1", 0, 20},
	[EN_SHA256] = {"SHA256", OATH_TOTP_HMAC_SHA256, 32},
	[EN_SHA512] = {"SHA512", OATH_TOTP_HMAC_SHA512, 64},
};

#define ALGORITHMS (sizeof algorithms / sizeof *algorithms)

struct compared {
	const char *code;
	size_t len;
};

/* liboath calls this for each step; 0 is a match. */
static int compare(void *handle, const char *otp)
{
	const struct compared *c = handle;

	return !(strlen(otp) == c->len && rp_equal(otp, c->code, c->len));
}

/* Position of code's step relative to now, within window steps: 0 and *pos, or not found. */
static int find(const struct en_totp *t, int64_t now, size_t window, const char *code, int *pos,
		uint64_t *counter)
{
	struct compared c = {code, strlen(code)};

	return oath_totp_validate4_callback((const char *)t->secret, t->secret_len, now, t->period, 0,
					    t->digits, window, pos, counter, algorithms[t->algorithm].flags,
					    compare, &c);
}

enum en_totp_match en_totp_check(const struct en_totp *t, int64_t now, unsigned window, uint64_t last,
				 const char *code, uint64_t *counter)
{
	int pos = 0, found;

	*counter = 0;
	if (!t->algorithm || t->algorithm >= ALGORITHMS || t->digits < 6 || t->digits > 8 || !t->period ||
	    now < 0)
		return EN_TOTP_ERROR;
	if (strlen(code) != t->digits || strspn(code, "0123456789") != t->digits)
		return EN_TOTP_NONE;
	found = find(t, now, window, code, &pos, counter);
	if (found >= 0)
		return *counter > last ? EN_TOTP_GOOD : EN_TOTP_USED;
	if (found != OATH_INVALID_OTP)
		return EN_TOTP_ERROR;
	found = find(t, now, EN_TOTP_FAR, code, &pos, counter);
	if (found == OATH_INVALID_OTP)
		return EN_TOTP_NONE;
	if (found < 0)
		return EN_TOTP_ERROR;
	return *counter < (uint64_t)now / t->period ? EN_TOTP_BEFORE : EN_TOTP_AFTER;
}

size_t en_totp_secret_len(unsigned algorithm)
{
	return algorithm < ALGORITHMS ? algorithms[algorithm].secret_len : 0;
}

const char *en_totp_algorithm_name(unsigned algorithm)
{
	return algorithm < ALGORITHMS ? algorithms[algorithm].name : NULL;
}

unsigned en_totp_algorithm_from(const char *name)
{
	for (unsigned i = 1; i < ALGORITHMS; i++)
		if (!strcasecmp(name, algorithms[i].name))
			return i;
	return 0;
}

/* Percent-encodes all but RFC 3986's unreserved characters. Returns where it ended, or NULL: no room. */
static char *escape(char *at, const char *end, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (end - at < 4)
			return NULL;
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    strchr("-._~", c))
			*at++ = (char)c;
		else
			at += sprintf(at, "%%%02X", c);
	}
	return at;
}

int en_totp_uri(const struct en_totp *t, const char *issuer, const char *user, char *out, size_t size)
{
	char secret[RP_BASE32_LEN(EN_SECRET_MAX) + 1];
	char *end = out + size, *at = out;
	int n;

	if (!en_totp_algorithm_name(t->algorithm) || t->secret_len > EN_SECRET_MAX || size < 64)
		return RP_EINVAL;
	at = stpcpy(at, "otpauth://totp/");
	if (!(at = escape(at, end, issuer)) || end - at < 2)
		return RP_EINVAL;
	*at++ = ':';
	if (!(at = escape(at, end, user)))
		return RP_EINVAL;
	rp_base32_encode(t->secret, t->secret_len, secret);
	n = snprintf(at, (size_t)(end - at), "?secret=%s&issuer=", secret);
	rp_wipe(secret, sizeof secret);
	if (n >= end - at || !(at = escape(at + n, end, issuer)))
		return RP_EINVAL;
	*at = '\0';
	if (t->algorithm != EN_SHA1) {
		n = snprintf(at, (size_t)(end - at), "&algorithm=%s", en_totp_algorithm_name(t->algorithm));
		if (n >= end - at)
			return RP_EINVAL;
		at += n;
	}
	if (t->digits != 6 || t->period != 30) {
		n = snprintf(at, (size_t)(end - at), "&digits=%u&period=%u", t->digits, t->period);
		if (n >= end - at)
			return RP_EINVAL;
		at += n;
	}
	return (int)(at - out);
}
