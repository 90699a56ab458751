#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "engine/audit.h"
#include "engine/boxes.h"
#include "engine/password.h"
#include "engine/past.h"
#include "engine/policy.h"
#include "engine/throttle.h"

/* A cause that persists is said again after so many seconds. */
#define SAY_AGAIN 60

/* Beside the errors, which are negative: the turn is to be tried once more with the key that is there now. */
#define KEY_CHANGED 1

struct en_engine {
	const struct rp_config *config;
	struct en_clock *clock;
	struct st_store *store;
	struct en_seal *seal;
	struct st_turn *turn;
	bool proved; /* this store and this key were seen to belong together */
	struct en_past past;
	char cause[256]; /* why nothing can be decided; empty when something can */
	int64_t said;	 /* when that was logged */
	unsigned refused;
	struct en_boxes boxes; /* of the request that is being decided */
	struct en_case cases[ST_TURN_MAX];
};

int en_engine_open(struct en_engine **out, const struct rp_config *config, struct en_clock *clock)
{
	struct en_engine *e = calloc(1, sizeof *e);

	*out = e;
	if (!e)
		return RP_ENOMEM;
	e->config = config;
	e->clock = clock;
	e->turn = st_turn_new();
	if (!e->turn) {
		en_engine_close(e);
		*out = NULL;
		return RP_ENOMEM;
	}
	return 0;
}

static void drop_store(struct en_engine *e)
{
	st_close(e->store);
	e->store = NULL;
	e->proved = e->past.looked = false;
}

void en_engine_close(struct en_engine *e)
{
	if (!e)
		return;
	drop_store(e);
	en_seal_close(e->seal);
	st_turn_free(e->turn);
	rp_wipe(e, sizeof *e);
	free(e);
}

/* The store and the key that are at their paths now. */
static int get_ready(struct en_engine *e, char *why, unsigned why_size)
{
	int err;

	if (e->seal && !en_seal_is_current(e->seal)) {
		en_seal_close(e->seal);
		e->seal = NULL;
		e->proved = false;
	}
	if (!e->seal && (err = en_seal_open(&e->seal, e->config->key, why, why_size)))
		return err;
	if (e->store && !st_is_current(e->store))
		drop_store(e);
	if (!e->store && (err = st_open(&e->store, e->config->state, false))) {
		snprintf(why, why_size, "%s", st_why(NULL));
		return err;
	}
	return 0;
}

static int64_t read_clock(struct en_engine *e)
{
	int64_t jump, now = en_clock_now(e->clock, &jump);

	e->past.jump += jump;
	return now;
}

static struct st_throttle_record *throttle(struct en_engine *e, const char *label, const char *user,
					   const char *source)
{
	char both[RP_USER_MAX + EN_SOURCE_MAX + 2];
	size_t user_len = strlen(user), source_len = strlen(source);
	uint8_t key[ST_HASH_LEN];

	memcpy(both, user, user_len + 1);
	memcpy(both + user_len + 1, source, source_len);
	en_seal_tag(e->seal, label, both, user_len + 1 + source_len, key);
	return st_turn_throttle(e->turn, key);
}

/* Names the records that a request concerns. */
static int prepare(struct en_engine *e, struct en_job *job, enum en_who who, struct en_case *c)
{
	const char *user = job->req.user;

	memset(c, 0, sizeof *c);
	c->req = &job->req;
	c->finding = job->finding;
	c->lookup = &job->lookup;
	c->self = who == EN_SELF;
	c->spent = e->past.spent;
	en_source_normal(job->req.source, c->source);
	if (!c->source[0] && (who == EN_ROOT || who == EN_SELF))
		strcpy(c->source, "local");
	c->exempt_group = en_permit_in_groups(user, e->config->exempt_groups);
	c->account = st_turn_account(e->turn, user);
	c->unknown = throttle(e, "account", user, "");
	if (c->source[0]) {
		c->pair = throttle(e, "pair", user, c->source);
		/* A program of the user's own may name any source: what it does there counts for him alone.
		 */
		c->origin = throttle(e, "source", who == EN_SELF ? user : "", c->source);
		en_seal_tag(e->seal, "lane", c->source, strlen(c->source), c->lane);
	}
	c->event = st_turn_event(e->turn);
	return c->event && c->account && c->unknown && (!c->source[0] || (c->pair && c->origin)) ? 0
												 : RP_EFULL;
}

static void refuse_peer(struct en_engine *e, struct en_job *job, int64_t now)
{
	struct st_event *ev = st_turn_event(e->turn);
	char text[32];

	job->rep.verdict = RP_FORBIDDEN;
	if (!ev)
		return;
	snprintf(text, sizeof text, "uid-%u", (unsigned)job->peer);
	en_audit_admin(ev, now, EN_PEER, NULL, text);
	ev->verb = job->req.verb;
	ev->verdict = RP_FORBIDDEN;
}

/* What concerns no account. */
static bool answer_without_records(struct en_job *job)
{
	if (job->req.verb == RP_PING) {
		job->rep.verdict = RP_OK;
		return true;
	}
	if (job->req.verb != RP_CHECK_PASSWORD)
		return false;
	job->waits = job->finding.known == EN_ASK_FETCH;
	if (!job->waits)
		en_password_asked(&job->finding, &job->rep);
	return true;
}

static int prepare_all(struct en_engine *e, struct en_job *jobs, unsigned n, int64_t now)
{
	for (unsigned i = 0; i < n; i++) {
		enum en_who who = jobs[i].who;
		int err;

		if (who == EN_ANY && en_permit(jobs[i].req.verb, EN_SELF) &&
		    en_permit_is(jobs[i].peer, jobs[i].req.user))
			who = EN_SELF;
		e->cases[i].req = NULL;
		if (!en_permit(jobs[i].req.verb, who))
			refuse_peer(e, &jobs[i], now);
		else if (!answer_without_records(&jobs[i]) && (err = prepare(e, &jobs[i], who, &e->cases[i])))
			return err;
	}
	return 0;
}

/* How long this turn may wait for another process that writes: three quarters of what is left of the daemon's
 * budget, for the one that has waited longest. */
static int store_budget_ms(const struct en_job *jobs, unsigned n)
{
	int64_t left = RP_DAEMON_BUDGET_MS;

	for (unsigned i = 0; i < n; i++)
		if (RP_DAEMON_BUDGET_MS - jobs[i].waited_ms < left)
			left = RP_DAEMON_BUDGET_MS - jobs[i].waited_ms;
	return left > 0 ? (int)(left * 3 / 4) : 0;
}

/* The mailboxes come and go with each request: one before it may have changed which they are. What a session
 * would say of one that is damaged keeps nobody from logging in. */
static int decide(struct en_engine *e, struct en_job *job, struct en_case *c, int64_t now)
{
	bool concerned = en_boxes_concern(c);
	/* The address of RP_MAILBOX is one to come: nothing is asked about it. */
	const char *given = c->req->verb == RP_RESET ? c->req->address : "";
	int err = concerned ? en_boxes_load(e->config, e->seal, e->store, c->account, given, &e->boxes) : 0;
	bool silent = err == RP_ECORRUPT && c->req->verb == RP_SESSION;

	if (silent)
		rp_log(LOG_ERR, "a session opens without a word of its mailbox: %s", st_why(e->store));
	if (!err || silent) {
		c->boxes = concerned && !err ? &e->boxes : NULL;
		err = 0;
		en_policy_decide(e->config, e->seal, now, c, &job->rep);
		c->boxes = NULL;
		job->waits = c->waits;
	}
	if (!err && concerned && e->boxes.dirty)
		err = st_mailbox_save(e->store, &e->boxes.box);
	if (concerned)
		rp_wipe(&e->boxes, sizeof e->boxes);
	return err;
}

/* Everything between begin and commit. On error nothing of it happened. */
static int decide_all(struct en_engine *e, struct en_job *jobs, unsigned n, int64_t now)
{
	int err = st_begin(e->store, e->turn, store_budget_ms(jobs, n));

	if (err)
		return err;
	/* A rotation that ended while this turn waited for the store: what it would seal nobody could open.
	 */
	if (!en_seal_is_current(e->seal)) {
		st_rollback(e->store);
		return KEY_CHANGED;
	}
	if (!e->proved && (err = en_seal_check(e->seal, e->store))) {
		st_rollback(e->store);
		return err;
	}
	for (unsigned i = 0; !err && i < n; i++)
		if (e->cases[i].req)
			err = decide(e, &jobs[i], &e->cases[i], now);
	if (err) {
		st_rollback(e->store);
		return err;
	}
	err = st_commit(e->store, e->turn);
	if (!err)
		e->proved = true;
	return err;
}

static void answer_unavailable(struct en_job *jobs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		rp_reply_wipe(&jobs[i].rep);
		jobs[i].waits = false;
		jobs[i].rep.version = jobs[i].req.version;
		jobs[i].rep.verb = jobs[i].req.verb;
	}
}

static void say_unavailable(struct en_engine *e, const char *cause, unsigned n, int64_t now)
{
	e->refused += n;
	if (!strcmp(cause, e->cause) && now - e->said < SAY_AGAIN && now >= e->said)
		return;
	rp_log(LOG_ERR, "logins are refused: %s (%u requests so far)", cause, e->refused);
	snprintf(e->cause, sizeof e->cause, "%s", cause);
	e->said = now;
}

static void say_available(struct en_engine *e)
{
	if (!e->cause[0])
		return;
	rp_log(LOG_NOTICE, "logins are decided again (%u requests were refused)", e->refused);
	e->cause[0] = '\0';
	e->refused = 0;
}

/* One damaged record is its owner's trouble, not that of all who came in the same turn. */
static void decide_singly(struct en_engine *e, struct en_job *jobs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (i)
			en_engine_after(e);
		en_engine_turn(e, &jobs[i], 1);
	}
}

static int attempt(struct en_engine *e, struct en_job *jobs, unsigned n, int64_t now, char *why,
		   unsigned why_size)
{
	int err;

	st_turn_clear(e->turn);
	answer_unavailable(jobs, n);
	err = get_ready(e, why, why_size);
	if (err)
		return err;
	if ((err = en_past_look(&e->past, e->store, now))) {
		snprintf(why, why_size, "%s", st_why(e->store));
		drop_store(e);
		return err;
	}
	snprintf(why, why_size, "there is no memory for this turn");
	if ((err = en_past_record(&e->past, e->turn, now)) || (err = prepare_all(e, jobs, n, now)))
		return err;
	err = decide_all(e, jobs, n, now);
	if (err == RP_EKEY)
		snprintf(why, why_size, "the store was made with another key than the one in the key file");
	else if (err == KEY_CHANGED)
		snprintf(why, why_size, "the key file changes all the time");
	else if (err)
		snprintf(why, why_size, "%s", st_why(e->store));
	if (err < 0 && err != RP_EBUSY && err != RP_EFULL)
		drop_store(e);
	return err;
}

void en_engine_turn(struct en_engine *e, struct en_job *jobs, unsigned n)
{
	char why[256] = "the clock cannot be read";
	int64_t now = read_clock(e);
	int err = now < 0 ? RP_EIO : attempt(e, jobs, n, now, why, sizeof why);

	if (err == KEY_CHANGED)
		err = attempt(e, jobs, n, now, why, sizeof why);
	if (!err) {
		en_past_recorded(&e->past);
		say_available(e);
	} else if (err == RP_ECORRUPT && n > 1) {
		decide_singly(e, jobs, n);
	} else {
		st_turn_clear(e->turn);
		answer_unavailable(jobs, n);
		say_unavailable(e, why, n, now);
	}
}

void en_engine_after(struct en_engine *e)
{
	const struct st_event *ev;

	for (size_t i = 0; (ev = st_turn_event_at(e->turn, i)); i++) {
		en_past_remember(ev, &e->past);
		en_audit_log(ev);
	}
	st_turn_clear(e->turn);
}

void en_engine_tidy(struct en_engine *e)
{
	int64_t now = read_clock(e);

	if (e->store && now > 0 && st_tidy(e->store, now - EN_PAIR_MEMORY, now - e->config->max_age))
		rp_log(LOG_WARNING, "tidying the store: %s", st_why(e->store));
}
