#include "tests/pam/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <liboath/oath.h>
#include "engine/enrol.h"
#include "engine/recovery.h"
#include "tests/pam/visit.h"
#include "tests/unit/cmocka_all.h"

void people_enrol(const struct instance *i, const char *user, struct token *t)
{
	struct en_token_options o = {t->algorithm, t->digits, t->period, NULL, true};
	struct visit v;

	visit_begin(&v, i, user);
	assert_int_equal(en_enrol_add(v.seal, v.account, &o, i->now, NULL, 0, t->secret, &t->secret_len), 0);
	visit_end(&v);
}

void people_recovery(const struct instance *i, const char *user, char codes[ST_RECOVERY_MAX][RECOVERY_SIZE])
{
	char text[ST_RECOVERY_MAX * RECOVERY_SIZE + 1], *at = text;
	struct visit v;

	visit_begin(&v, i, user);
	assert_int_equal(en_recovery_make(v.seal, v.account, text, sizeof text), 0);
	visit_end(&v);
	for (int n = 0; n < ST_RECOVERY_MAX; n++)
		snprintf(codes[n], RECOVERY_SIZE, "%s", strsep(&at, "\n"));
}

void people_lock(const struct instance *i, const char *user, bool locked)
{
	struct visit v;

	visit_begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	v.account->locked = locked;
	visit_end(&v);
}

void people_deadline(const struct instance *i, const char *user, int64_t deadline)
{
	struct visit v;

	visit_begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	v.account->deadline = deadline;
	visit_end(&v);
}

struct st_account people_account(const struct instance *i, const char *user)
{
	struct st_account copy;
	struct visit v;

	visit_begin(&v, i, user);
	copy = *v.account;
	visit_end(&v);
	return copy;
}

struct counting {
	unsigned reason, n;
};

static int count_event(const struct st_event *e, void *ctx)
{
	struct counting *c = ctx;

	c->n += e->reason == c->reason;
	return 0;
}

unsigned people_events(const struct instance *i, const char *user, unsigned reason)
{
	struct counting c = {reason, 0};
	struct st_store *s;

	assert_int_equal(st_open(&s, i->state, false), 0);
	assert_int_equal(st_each_event(s, 0, 0, user, count_event, &c), 0);
	st_close(s);
	return c.n;
}

const char *token_code(const struct token *t, int64_t when, char out[CODE_SIZE])
{
	static const int flags[] = {0, 0, OATH_TOTP_HMAC_SHA256, OATH_TOTP_HMAC_SHA512};

	assert_int_equal(oath_totp_generate2((const char *)t->secret, t->secret_len, when,
					     t->period ? t->period : 30, 0, t->digits ? t->digits : 6,
					     flags[t->algorithm], out),
			 OATH_OK);
	return out;
}

const char *token_fresh_code(const struct token *t, struct instance *i, char out[CODE_SIZE])
{
	instance_pass_time(i, t->period ? 2 * t->period : 60);
	return token_code(t, i->now, out);
}

const char *token_wrong_code(const struct token *t, int64_t when, char out[CODE_SIZE])
{
	char right[CODE_SIZE];
	bool clash = true;

	for (int n = 0; clash; n++) {
		snprintf(out, CODE_SIZE, "%0*d", t->digits ? (int)t->digits : 6, n);
		clash = false;
		for (int step = -20; step <= 20; step++)
			clash |= !strcmp(token_code(t, when + step * 30, right), out);
	}
	return out;
}
