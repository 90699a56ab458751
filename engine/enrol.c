#include "engine/enrol.h"

#include <qrencode.h>
#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/qr.h"
#include "common/secret.h"

#define PURPOSE "totp"

static void remove_at(struct st_account *a, int i)
{
	a->n_tokens--;
	memmove(&a->tokens[i], &a->tokens[i + 1], (size_t)(a->n_tokens - i) * sizeof a->tokens[0]);
	rp_wipe(&a->tokens[a->n_tokens], sizeof a->tokens[0]);
}

static struct st_token *pending(struct st_account *a)
{
	for (int i = 0; i < a->n_tokens; i++)
		if (a->tokens[i].state == ST_TOKEN_PENDING)
			return &a->tokens[i];
	return NULL;
}

static int check_options(const struct en_token_options *o, struct st_token *t)
{
	t->algorithm = (uint8_t)(o->algorithm ? o->algorithm : EN_SHA1);
	t->digits = (uint8_t)(o->digits ? o->digits : 6);
	t->period = (uint16_t)(o->period ? o->period : 30);
	if (!en_totp_algorithm_name(t->algorithm) || (t->digits != 6 && t->digits != 8) ||
	    (t->period != 30 && t->period != 60))
		return RP_EINVAL;
	if (o->label && strlen(o->label) > ST_LABEL_MAX)
		return RP_EINVAL;
	snprintf(t->label, sizeof t->label, "%s", o->label ? o->label : "");
	t->state = o->active ? ST_TOKEN_ACTIVE : ST_TOKEN_PENDING;
	return 0;
}

int en_enrol_add(const struct en_seal *s, struct st_account *a, const struct en_token_options *o, int64_t now,
		 const uint8_t *secret, size_t secret_len, uint8_t made[EN_SECRET_MAX], size_t *made_len)
{
	struct st_token t = {.created = now, .id = a->next_token ? a->next_token : 1};
	struct st_token *old = pending(a);
	int err = check_options(o, &t);

	if (err)
		return err;
	if (a->n_tokens == ST_TOKENS_MAX && !old)
		return RP_EFULL;
	if (!secret && !made_len)
		return RP_EINVAL;
	if (!secret) {
		*made_len = secret_len = en_totp_secret_len(t.algorithm);
		if (rp_random(made, secret_len))
			return RP_EIO;
		secret = made;
	}
	if (secret_len < EN_SECRET_MIN || secret_len > EN_SECRET_MAX)
		return RP_EINVAL;
	err = en_seal_put(s, a->name, PURPOSE, t.id, secret, secret_len, &t.secret);
	if (err)
		return err;
	if (old)
		remove_at(a, (int)(old - a->tokens));
	a->tokens[a->n_tokens++] = t;
	a->next_token = t.id + 1;
	if (!a->exists)
		a->created = now;
	a->exists = a->dirty = true;
	return 0;
}

int en_enrol_confirm(const struct en_seal *s, struct st_account *a, int64_t now, unsigned window,
		     const char *code)
{
	struct st_token *t = pending(a);
	uint8_t secret[EN_SECRET_MAX];
	enum en_totp_match match;
	uint64_t counter;
	int n;

	if (!t || now - t->created > EN_PENDING_LIFE)
		return RP_ENOENT;
	n = en_seal_get(s, a->name, PURPOSE, t->id, &t->secret, secret, sizeof secret);
	if (n < 0)
		return n;
	match = en_totp_check(&(struct en_totp){secret, (size_t)n, t->algorithm, t->digits, t->period}, now,
			      window, 0, code, &counter);
	rp_wipe(secret, sizeof secret);
	if (match != EN_TOTP_GOOD)
		return RP_EINVAL;
	t->state = ST_TOKEN_ACTIVE;
	t->last_counter = counter;
	a->dirty = true;
	return 0;
}

int en_enrol_revoke(struct st_account *a, uint32_t id)
{
	int removed = 0;

	for (int i = a->n_tokens - 1; i >= 0; i--) {
		if (id && a->tokens[i].id != id)
			continue;
		remove_at(a, i);
		removed++;
	}
	if (!removed)
		return RP_ENOENT;
	if (!a->n_tokens) {
		rp_wipe(&a->recovery_key, sizeof a->recovery_key);
		rp_wipe(a->recovery, sizeof a->recovery);
		a->n_recovery = 0;
	}
	a->dirty = true;
	return 0;
}

/* The last time step that was used with a secret; 0: none. */
static uint64_t last_used(const struct en_seal *s, const struct st_account *a, const uint8_t *secret,
			  size_t secret_len, unsigned period)
{
	uint8_t other[EN_SECRET_MAX];
	uint64_t last = 0;

	for (int i = 0; i < a->n_tokens; i++) {
		const struct st_token *t = &a->tokens[i];
		int n = en_seal_get(s, a->name, PURPOSE, t->id, &t->secret, other, sizeof other);

		if (n >= 0 && (size_t)n == secret_len && rp_equal(other, secret, secret_len) &&
		    t->period == period && t->last_counter > last)
			last = t->last_counter;
	}
	rp_wipe(other, sizeof other);
	return last;
}

int en_enrol_replace(const struct en_seal *s, struct st_account *a, const struct en_token_options *o,
		     int64_t now, const uint8_t *secret, size_t secret_len)
{
	uint64_t last = last_used(s, a, secret, secret_len, o->period ? o->period : 30);
	int err;

	en_enrol_revoke(a, 0);
	err = en_enrol_add(s, a, o, now, secret, secret_len, NULL, NULL);
	if (!err)
		a->tokens[0].last_counter = last;
	return err;
}

int en_enrol_qr(const char *text, uint8_t *out, size_t size)
{
	QRcode *qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	size_t side = qr ? (size_t)qr->width : 0, len = 1 + (side * side + 7) / 8;
	int result = RP_EINVAL;

	if (qr && side <= RP_QR_SIDE_MAX && len <= size) {
		memset(out, 0, len);
		out[0] = (uint8_t)side;
		for (size_t i = 0; i < side * side; i++)
			if (qr->data[i] & 1)
				out[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
		result = (int)len;
	}
	if (qr)
		rp_wipe(qr->data, side * side);
	QRcode_free(qr);
	return result;
}
