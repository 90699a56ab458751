#include "engine/lane.h"

#include <string.h>
#include "common/secret.h"
#include "engine/standing.h"
#include "engine/throttle.h"

static struct st_lane *find(struct st_account *a, const uint8_t lane[ST_HASH_LEN])
{
	for (int i = 0; i < ST_LANES_MAX; i++)
		if (a->lanes[i].last && rp_equal(a->lanes[i].source, lane, ST_HASH_LEN))
			return &a->lanes[i];
	return NULL;
}

/* The lane to give away: a free one, whose last is 0, comes first. */
static struct st_lane *oldest(struct st_account *a)
{
	struct st_lane *l = &a->lanes[0];

	for (int i = 1; i < ST_LANES_MAX; i++)
		if (a->lanes[i].last < l->last)
			l = &a->lanes[i];
	return l;
}

bool en_lane_own(const struct rp_config *config, const struct en_case *c, int64_t now)
{
	const struct st_lane *l = c->pair && c->account->exists ? find(c->account, c->lane) : NULL;

	return l && config->lane_days && now - l->last <= config->lane_days * 86400;
}

/* Without a token an account is like none: it may exist for a reason that an outsider must not see. */
static struct st_throttle *open_lane(struct en_case *c)
{
	return en_standing_tokens(c->account) ? &c->account->open : &c->unknown->t;
}

static void touch(struct st_throttle_record *r)
{
	r->exists = r->dirty = true;
}

static void forget(struct st_throttle_record *r)
{
	if (!r->exists)
		return;
	r->exists = false;
	r->dirty = true;
	r->t = (struct st_throttle){0};
}

enum en_reason en_lane_gate(const struct rp_config *config, struct en_case *c, int64_t now, bool sure,
			    int64_t *wait)
{
	const struct st_throttle *open = open_lane(c);

	*wait = 0;
	if (c->pair) {
		en_throttle_age(&c->pair->t, EN_PAIR_MEMORY, now);
		en_throttle_age(&c->origin->t, EN_SOURCE_MEMORY, now);
		if ((*wait = en_throttle_wait(&c->pair->t, &config->pair, now)))
			return EN_WAIT_PAIR;
	}
	if (en_lane_own(config, c, now))
		return EN_NO_REASON;
	if (c->pair && (*wait = en_throttle_wait(&c->origin->t, &config->source, now)))
		return EN_WAIT_SOURCE;
	if (sure)
		return EN_NO_REASON;
	if (open->failures >= config->shut_after)
		return EN_SHUT;
	if ((*wait = en_throttle_wait(open, &config->account, now)))
		return EN_WAIT_ACCOUNT;
	return EN_NO_REASON;
}

/* The pair makes it wait, but forgets within a day. The lane does not: one that is guessed at is lost, and
 * its source goes back into the open one. */
static void fail_lane(const struct rp_config *config, struct st_lane *l)
{
	if (++l->failures >= config->shut_after)
		*l = (struct st_lane){0};
}

void en_lane_failed(const struct rp_config *config, struct en_case *c, int64_t now)
{
	struct st_account *a = c->account;
	bool own = en_lane_own(config, c, now);

	if (c->pair) {
		en_throttle_fail(&c->pair->t, &config->pair, now);
		touch(c->pair);
	}
	if (own)
		fail_lane(config, find(a, c->lane));
	if (!own) {
		en_throttle_fail(open_lane(c), &config->account, now);
		if (open_lane(c) == &c->unknown->t)
			touch(c->unknown);
	}
	if (!own && c->pair) {
		en_throttle_fail(&c->origin->t, &config->source, now);
		touch(c->origin);
	}
	if (a->exists) {
		a->failures_since++;
		a->dirty = true;
	}
}

/* A login in a lane of its own leaves the open lane as it is: otherwise whoever guesses there would get
 * a new row of guesses each time the owner logs in. */
void en_lane_passed(const struct rp_config *config, struct en_case *c, int64_t now)
{
	struct st_account *a = c->account;
	struct st_lane *l;

	if (!en_lane_own(config, c, now))
		a->open = (struct st_throttle){0};
	if (!c->pair)
		return;
	forget(c->pair);
	l = find(a, c->lane);
	if (!l)
		l = oldest(a);
	memcpy(l->source, c->lane, ST_HASH_LEN);
	l->last = now;
	l->failures = 0;
}
