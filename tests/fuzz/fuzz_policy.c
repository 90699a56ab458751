/*
 * A life of one account, told by the input: each step is a packet, a moment and a place, goes through
 * rp_request_decode and en_policy_decide as in rempartd, and what must always be true is looked at after it.
 * Input: a byte for the configuration, then steps of 5 bytes (struct step), of which the kind TYPED is
 * followed by a length and that many bytes of code, and the kind PACKET by a whole packet, up to the end.
 */
#include "tests/fuzz/fuzz.h"

#include "engine/recovery.h"
#include "engine/reset.h"
#include "engine/standing.h"
#include "tests/unit/world.h"

#define SOURCES 4

enum kind { NOTHING, FIRST, SECOND, RECOVERY, TYPED, PACKET, KINDS };

struct step {
	uint8_t verb;  /* and in its high bits: flags, an exempt group, the administrator's lock */
	uint8_t pause; /* index of pauses, and in the high bits: audit, self, told, unknown is refused */
	uint8_t code;  /* kind, and in the high bits which */
	uint8_t place; /* source, service, what is known of the password, and whose account it is */
	uint8_t mail;  /* a reset or another address in place of verb, and what is known of the mailbox */
};

enum mailbox { CLEAN, FLAGGED, STALE, UNREADABLE };

static const int64_t pauses[] = {0,    1,     5,	  29, 30,  31,	  60, 900,
				 3600, 86400, 90 * 86400, -1, -30, -3600, 2,  10};
static const char *const sources[SOURCES] = {"", "192.0.2.7", "2001:db8::1", "::ffff:192.0.2.9"};
static const char *const services[] = {"sshd", "cron", "portal", "login"};

static struct world *world;
static struct st_account enrolled; /* two tokens, ten recovery codes */
static char recovery[ST_RECOVERY_MAX][EN_RECOVERY_TEXT + 2];
static struct en_address claire; /* registered, or given */
static struct en_boxes boxes;
static struct en_lookup lookup;
static struct st_throttle_record unknown, pairs[SOURCES], origins[SOURCES];

static void remove_world(void)
{
	world_end((void **)&world);
}

static void make_world(void)
{
	char codes[ST_RECOVERY_MAX * (EN_RECOVERY_TEXT + 1) + 1];

	MUST(!world_make((void **)&world) && !en_address_read("claire@example.org", false, &claire));
	atexit(remove_world);
	world_enrol(world, EN_SHA1, 6, 30);
	world_enrol(world, EN_SHA256, 8, 60);
	MUST(!en_recovery_make(world->seal, &world->account, codes, sizeof codes));
	for (int i = 0; i < ST_RECOVERY_MAX; i++)
		memcpy(recovery[i], codes + i * (EN_RECOVERY_TEXT + 1), EN_RECOVERY_TEXT);
	enrolled = world->account;
}

static const char *code_of(const struct step *s, const uint8_t *typed, size_t len, char out[RP_CODE_MAX + 1])
{
	unsigned which = s->code >> 4;
	int64_t off = (int64_t)which - 8;

	out[0] = '\0';
	switch (s->code % 16 % KINDS) {
	case FIRST:
		strcpy(out, world_code(EN_SHA1, 6, 30, world->now + 30 * off));
		break;
	case SECOND:
		strcpy(out, world_code(EN_SHA256, 8, 60, world->now + 60 * off));
		break;
	case RECOVERY:
		strcpy(out, recovery[which % ST_RECOVERY_MAX]);
		break;
	case TYPED:
		if (len > RP_CODE_MAX)
			len = RP_CODE_MAX;
		memcpy(out, typed, len);
		out[len] = '\0';
	}
	return out;
}

/* By our own arithmetic: whether code is right for an active token, here and now. */
static int is_right(const struct st_account *a, const char *code)
{
	for (int i = 0; i < a->n_tokens; i++)
		for (int64_t off = -world->config.window; off <= world->config.window; off++) {
			const struct st_token *t = &a->tokens[i];

			if (t->state == ST_TOKEN_ACTIVE && t->id <= 2 &&
			    !strcmp(code, world_code(t->algorithm, t->digits, t->period,
						     world->now + off * t->period)))
				return 1;
		}
	return 0;
}

/* How many codes were used up between the two. Counters never fall. */
static unsigned spent(const struct st_account *was, const struct st_account *is)
{
	unsigned n = was->n_recovery > is->n_recovery ? was->n_recovery - is->n_recovery : 0;

	for (int i = 0; i < is->n_tokens; i++)
		for (int j = 0; j < was->n_tokens; j++)
			if (is->tokens[i].id == was->tokens[j].id) {
				MUST(is->tokens[i].last_counter >= was->tokens[j].last_counter);
				n += is->tokens[i].last_counter > was->tokens[j].last_counter;
			}
	return n;
}

static int is_marked(const struct st_account *a)
{
	return a->exists && a->leaked_since;
}

/* Whether was became is by a change of the mark alone. */
static int mark_alone_changed(const struct st_account *was, const struct st_account *is)
{
	static struct st_account now;

	memcpy(&now, is, sizeof now);
	now.leaked_since = was->leaked_since;
	now.dirty = was->dirty;
	if (!was->exists && is->exists) {
		now.exists = false;
		now.created = was->created;
	}
	return is->dirty && !memcmp(&now, was, sizeof now);
}

/* Marks come from a leaked password alone, go with another one alone, and are obeyed. */
static void must_obey_marks(const struct en_case *c, const struct st_account *was, const struct rp_reply *rep)
{
	const struct st_account *is = c->account;
	unsigned verb = c->req->verb, verdict = rep->verdict;
	int audit = world->config.breach_audit, leaked = c->finding.known == EN_KNOWN_LEAKED;

	MUST(verdict != RP_LEAKED || (!audit && (verb == RP_ACCOUNT || verb == RP_CHAUTHTOK)));
	MUST(verdict != RP_UNKNOWN || (rep->t1[0] && (verb == RP_RESET || c->finding.known == EN_UNKNOWN)));
	if (is_marked(is) != is_marked(was)) {
		MUST(mark_alone_changed(was, is));
		MUST(verb == RP_ACCOUNT || (verb == RP_CHAUTHTOK && !(c->req->flags & RP_FLAG_PRELIM)));
		MUST(is_marked(is) ? leaked && !audit : !leaked && !c->self && c->req->has_digest);
	} else {
		MUST(is->leaked_since == was->leaked_since);
	}
	if (verb == RP_ACCOUNT && !audit && (leaked || is_marked(is)) && !c->self)
		MUST(verdict == RP_LEAKED || verdict == RP_ENROL || verdict == RP_UNENROLLED ||
		     verdict == RP_LOCKED);
}

/* Nothing was decided, and so nothing happened. */
static void must_have_let_be(const struct en_case *c, const struct st_account *was)
{
	MUST(!c->waits || c->finding.known == EN_ASK_FETCH || (c->boxes && !lookup.over));
	MUST(c->waits || (!was->exists && c->req->flags & RP_FLAG_AS_TYPED));
	MUST(!c->event->time && !memcmp(was, c->account, sizeof *was));
}

/* What opens a reset: nothing but what is written in docs/ARCHITECTURE.md. */
static int may_pass(const struct en_case *c, const struct st_account *was)
{
	int gate = was->exists && world->now < was->mail.gate;
	int cooling = was->exists && world->now < was->mail.cooling;
	int clean = !boxes.cause && !boxes.box.listed && !boxes.other &&
		    (!world->config.mailbox_lookup || boxes.box.checked);
	int code = c->event->reason == EN_TOTP || c->event->reason == EN_RECOVERY;

	if (was->exists && was->locked)
		return 0;
	if (c->req->verb == RP_MAILBOX)
		return clean || gate || code || !boxes.registered || c->event->reason == EN_SAME_ADDRESS;
	return gate || code || (clean && !cooling);
}

static void must_guard_resets(const struct en_case *c, const struct st_account *was,
			      const struct rp_reply *rep)
{
	const struct st_account *is = c->account;
	unsigned verb = c->req->verb, verdict = rep->verdict;
	int done = verb == RP_RESET && c->req->flags & RP_FLAG_DONE && verdict == RP_OK && is->exists;

	MUST(verdict != RP_OK || world->config.mailbox_audit || may_pass(c, was));
	MUST(is->mail.reset == was->mail.reset || (done && is->mail.reset == world->now));
	MUST(!done || !(is->mail.gate || is->mail.gate_of));
	MUST(!done || is->mail.reset == world->now || !en_standing_asks_after_reset(&world->config));
	MUST(is->mail.gate <= was->mail.gate || is->mail.gate == world->now + EN_GATE_LASTS);
	MUST(verb == RP_MAILBOX ||
	     (is->mail.cooling == was->mail.cooling && is->email_len == was->email_len));
	if (verb == RP_RESET && !(c->req->flags & RP_FLAG_EXPLAIN)) {
		MUST(verdict != RP_LOCKED && verdict != RP_UNKNOWN && !rep->t1[0]);
		MUST(verdict == RP_REFUSED ? !rep->n1 && !strcmp(rep->t2, world->config.help_text)
					   : !rep->n1 || verdict == RP_THROTTLED);
	}
}

static void must_be_just(const struct en_case *c, const struct st_account *was, const struct rp_reply *rep)
{
	const struct st_account *is = c->account;
	unsigned verb = c->req->verb, verdict = rep->verdict, reason = c->event->reason, n = spent(was, is);
	int yes = reason == EN_TOTP || reason == EN_RECOVERY;
	int login = verb == RP_AUTH || verb == RP_ENROL_CONFIRM;

	MUST(verdict < RP_VERDICT_END);
	MUST(is->mail.reset == was->mail.reset || verb == RP_RESET || (verb == RP_AUTH && yes));
	if (verb == RP_SHAPE) {
		MUST(!c->event->time && !memcmp(was, is, sizeof *is));
		return;
	}
	MUST(c->event->verdict == verdict && c->event->verb == verb && c->event->time == world->now);
	MUST(!yes || verdict == RP_OK);
	MUST(!login || yes == (verdict == RP_OK));
	MUST(is->n_recovery <= was->n_recovery || (yes && verb == RP_ENROL_CONFIRM));
	if (verb != RP_ENROL_CONFIRM)
		MUST(n == (unsigned)yes);
	if (yes)
		MUST(!was->locked);
	if (yes && login)
		MUST(is->last_ok == world->now && !is->failures_since);
	if (yes && verb != RP_ENROL_CONFIRM && reason == EN_TOTP)
		MUST(is_right(was, c->req->code));
	if (c->boxes && verb != RP_SESSION)
		must_guard_resets(c, was, rep);
	if (verdict == RP_DENIED && (verb == RP_AUTH || verb == RP_RESET || verb == RP_MAILBOX)) {
		MUST(!is->exists || is->failures_since == was->failures_since + 1);
		MUST(!c->pair || (c->pair->t.failures && c->pair->t.last == world->now && c->pair->dirty));
		MUST(c->pair || (en_standing_tokens(is) ? is->open.failures > was->open.failures
							: c->unknown->t.failures));
	} else if (!yes && verb != RP_ENROL_BEGIN && verb != RP_ENROL_CONFIRM && !c->boxes) {
		MUST(!memcmp(was, is, sizeof *is) || is_marked(was) != is_marked(is));
	}
}

static struct en_finding finding_of(const struct step *s)
{
	static const enum en_known known[] = {EN_NOT_ASKED, EN_KNOWN_LEAKED, EN_KNOWN_CLEAN, EN_UNKNOWN};
	struct en_finding f = {.known = s->place >> 7 ? EN_ASK_FETCH : known[s->place >> 4 & 3]};

	f.prevalence = f.known == EN_KNOWN_LEAKED;
	if (f.known == EN_UNKNOWN)
		strcpy(f.cause, "timeout");
	return f;
}

static void set_mailbox(const struct rp_request *req, const struct st_account *a, const struct step *s)
{
	enum mailbox is = s->mail >> 3 & 3;

	memset(&boxes, 0, sizeof boxes);
	memset(&lookup, 0, sizeof lookup);
	boxes.address = claire;
	boxes.registered = a->exists && a->email_len;
	boxes.other = boxes.registered && req->verb == RP_RESET && s->mail >> 5 & 1;
	if (!boxes.registered && (req->verb == RP_MAILBOX || !req->address[0]))
		boxes.cause = "no-address";
	else if (is == UNREADABLE)
		boxes.cause = "unreadable";
	boxes.box.exists = is != STALE;
	boxes.box.listed = is == FLAGGED ? ST_LISTED_ADMIN : ST_LISTED_NOT;
	if (is != STALE)
		en_mailbox_begin(&world->config, world->now, &boxes.box);
	lookup.over = s->mail >> 6;
	if (s->mail >> 6 <= 1)
		return;
	en_lookup_want(&lookup, &world->config, &boxes.address);
	strcpy(lookup.cause, s->mail >> 6 == 3 ? "timeout" : "");
	lookup.found = s->mail >> 6 == 2;
	en_mailbox_begin(&world->config, 0, &lookup.mailbox);
}

/* Whose case it is: the account of the story, or a name that has none. */
static void decide(const struct rp_request *req, const struct step *s)
{
	static struct st_account nobody, was;
	static struct rp_reply rep;
	struct en_case c = {
		.req = req, .account = &world->account, .unknown = &unknown, .event = &world->event};
	unsigned at = s->place % SOURCES;

	if (strcmp(req->user, world->account.name)) {
		memset(&nobody, 0, sizeof nobody);
		strcpy(nobody.name, req->user);
		c.account = &nobody;
	}
	en_source_normal(req->source, c.source);
	c.lookup = &lookup;
	set_mailbox(req, c.account, s);
	c.boxes = en_boxes_concern(&c) ? &boxes : NULL;
	c.exempt_group = s->verb >> 6 == 3;
	c.self = s->pause >> 5 & 1;
	if (req->has_digest)
		c.finding = finding_of(s);
	if (c.source[0]) {
		c.pair = &pairs[at];
		c.origin = &origins[at];
		en_seal_tag(world->seal, "lane", c.source, strlen(c.source), c.lane);
	}
	memset(&rep, 0, sizeof rep);
	memset(&world->event, 0, sizeof world->event);
	memcpy(&was, c.account, sizeof was);
	en_policy_decide(&world->config, world->seal, world->now, &c, &rep);
	if (c.waits || rep.verdict == RP_NO_ACCOUNT) {
		must_have_let_be(&c, &was);
		return;
	}
	must_be_just(&c, &was, &rep);
	must_obey_marks(&c, &was, &rep);
}

static void take_packet(const uint8_t *packet, size_t len, const struct step *s)
{
	struct rp_request req;

	if (!rp_request_decode(&req, packet, len) && req.verb != RP_PING && req.verb != RP_CHECK_PASSWORD)
		decide(&req, s);
}

static void take_step(const struct step *s, const uint8_t *typed, size_t len)
{
	uint8_t packet[RP_PACKET_MAX];
	struct rp_request req = {.version = RP_VERSION, .verb = 1 + s->verb % 8, .flags = s->verb >> 3 & 3};
	int n;

	world->account.locked = s->verb >> 5 == 5;
	world->now += pauses[s->pause % 16];
	if (s->code % 16 % KINDS == PACKET) {
		take_packet(typed, len, s);
		return;
	}
	strcpy(req.user, s->place & 64 ? "mallory" : world->account.name);
	strcpy(req.service, services[s->place >> 2 & 3]);
	strcpy(req.source, sources[s->place % SOURCES]);
	code_of(s, typed, len, req.code);
	req.flags |= s->pause >> 6 & 1 ? RP_FLAG_TOLD : 0;
	req.has_digest = s->place >> 4 & 11;
	if (s->mail & 1) {
		req.verb = s->mail & 2 ? RP_MAILBOX : RP_RESET;
		req.flags = (s->pause & 16 ? RP_FLAG_EXPLAIN : 0) | (s->mail & 4 ? RP_FLAG_DONE : 0);
		strcpy(req.address, req.verb == RP_MAILBOX ? "new@example.org"
				    : s->verb & 32	   ? "claire@example.org"
							   : "");
	}
	world->config.mailbox_audit = s->verb & 1;
	world->config.mailbox_lookup = s->verb & 2;
	world->config.breach_audit = s->pause >> 4 & 1;
	world->config.unknown_login = world->config.unknown_change =
		s->pause >> 7 ? RP_UNKNOWN_REFUSE : RP_UNKNOWN_RECHECK;
	n = rp_request_encode(&req, packet, sizeof packet);
	MUST(n > 0);
	take_packet(packet, (size_t)n, s);
}

static void begin(uint8_t how)
{
	world->now = WORLD_START;
	world->account = enrolled;
	MUST(!en_seal_put_email(world->seal, &world->account, how & 128 ? "" : claire.normal));
	if (how & 1) {
		world->account.n_tokens = 0;
		world->account.n_recovery = 0;
	}
	world->config.required = how & 2;
	world->config.deadline = how & 4 ? WORLD_START + 3600 : RP_NO_DEADLINE;
	world->config.window = how >> 3 & 3 ? (how >> 3 & 3) - 1 : 1;
	world->config.lane_days = how & 32 ? 0 : 90;
	strcpy(world->config.exempt_services, how & 64 ? "cron" : "");
	memset(&unknown, 0, sizeof unknown);
	memset(pairs, 0, sizeof pairs);
	memset(origins, 0, sizeof origins);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;

	if (!world)
		make_world();
	if (!size)
		return 0;
	begin(*data++);
	while ((size_t)(end - data) >= sizeof(struct step)) {
		struct step s;
		size_t len = 0;

		memcpy(&s, data, sizeof s);
		data += sizeof s;
		if (s.code % 16 % KINDS == PACKET)
			len = (size_t)(end - data);
		else if (s.code % 16 % KINDS == TYPED && data < end)
			len = *data++ % (RP_CODE_MAX + 1);
		if (len > (size_t)(end - data))
			len = (size_t)(end - data);
		take_step(&s, data, len);
		data += len;
	}
	return 0;
}
