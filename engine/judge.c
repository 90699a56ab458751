#include "engine/judge.h"

#include "common/error.h"
#include "common/secret.h"
#include "engine/recovery.h"
#include "engine/totp.h"

/* The last time step whose code is used. */
static uint64_t last_used(const struct st_token *t, int64_t spent, unsigned window)
{
	uint64_t then = spent && t->period ? (uint64_t)spent / t->period + window : 0;

	return then > t->last_counter ? then : t->last_counter;
}

static enum en_totp_match try_token(const struct en_seal *s, const struct st_account *a,
				    const struct st_token *t, int64_t now, uint64_t last, unsigned window,
				    const char *code, uint64_t *counter)
{
	uint8_t secret[EN_SECRET_MAX];
	enum en_totp_match match;
	int n = en_seal_get(s, a->name, "totp", t->id, &t->secret, secret, sizeof secret);

	if (n < 0)
		return EN_TOTP_ERROR;
	match = en_totp_check(&(struct en_totp){secret, (size_t)n, t->algorithm, t->digits, t->period}, now,
			      window, last, code, counter);
	rp_wipe(secret, sizeof secret);
	return match;
}

/* Two tokens may hold one secret: all that give the code are spent by it. */
static enum en_reason judge_totp(const struct en_seal *s, struct st_account *a, int64_t now, int64_t spent,
				 unsigned window, const char *code, bool *unavailable)
{
	static const enum en_reason why[] = {[EN_TOTP_NONE] = EN_WRONG,
					     [EN_TOTP_USED] = EN_USED,
					     [EN_TOTP_BEFORE] = EN_OLD,
					     [EN_TOTP_AFTER] = EN_FUTURE};
	enum en_reason reason = EN_WRONG;

	for (int i = 0; i < a->n_tokens; i++) {
		struct st_token *t = &a->tokens[i];
		enum en_totp_match match;
		uint64_t counter;

		if (t->state != ST_TOKEN_ACTIVE)
			continue;
		match = try_token(s, a, t, now, last_used(t, spent, window), window, code, &counter);
		if (match == EN_TOTP_GOOD) {
			t->last_counter = counter;
			a->dirty = true;
			reason = EN_TOTP;
		} else if (match == EN_TOTP_ERROR) {
			*unavailable = true;
		} else if (match != EN_TOTP_NONE && reason != EN_TOTP) {
			reason = why[match];
		}
	}
	return reason;
}

enum en_reason en_judge(const struct en_seal *s, struct st_account *a, int64_t now, int64_t spent,
			unsigned window, const char *code, bool *unavailable)
{
	enum en_reason reason;

	*unavailable = false;
	if (!code[0])
		return EN_EMPTY;
	if (en_recovery_shaped(code)) {
		int err = en_recovery_use(s, a, code);

		*unavailable = err && err != RP_ENOENT;
		return err ? EN_WRONG : EN_RECOVERY;
	}
	reason = judge_totp(s, a, now, spent, window, code, unavailable);
	if (reason == EN_TOTP)
		*unavailable = false;
	return reason;
}
