#include "engine/reset.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/secret.h"
#include "engine/address.h"
#include "engine/attempt.h"
#include "engine/boxes.h"
#include "engine/lookup.h"
#include "engine/standing.h"

/* A decision, and what is said of it to those who may know. */
struct ruling {
	struct en_decision d;
	int64_t ends;			   /* Unix time; 0: no such */
	char words[ST_EVENT_TEXT_MAX - 4]; /* about the mailbox; "": it did not come to that */
};

static struct ruling rule(enum rp_verdict verdict, enum en_reason reason, int64_t ends)
{
	return (struct ruling){.d = {verdict, reason}, .ends = ends};
}

static void why_unknown(const struct en_case *c, struct en_mail_verdict *v)
{
	const struct en_lookup *k = c->lookup;

	if (!k->ask.verb || c->boxes->cause)
		return;
	if (!rp_equal(k->digest, c->boxes->address.digest, sizeof k->digest))
		strcpy(v->cause, "changed-meanwhile");
	else if (k->cause[0])
		strcpy(v->cause, k->cause);
}

/* What is known of the mailbox; sets c->waits where rempart-fetch may know more. */
static void look(const struct rp_config *config, int64_t now, struct en_case *c, struct en_mail_verdict *v)
{
	int64_t proved = c->account->exists ? c->account->mail.proved : 0;
	struct en_boxes *b = c->boxes;

	if (c->lookup->over)
		en_boxes_take(b, c->lookup, now);
	en_boxes_judge(config, b, proved, now, v);
	if (v->known != EN_MAIL_UNKNOWN)
		return;
	if (c->lookup->over) {
		why_unknown(c, v);
	} else if (!b->cause && en_mailbox_is_stale(config, &b->box, now)) {
		en_lookup_want(c->lookup, config, &b->address);
		c->waits = true;
	}
}

static struct ruling rule_mailbox(const struct rp_config *config, int64_t now, struct en_case *c)
{
	bool allow = config->unknown_reset == RP_UNKNOWN_ALLOW;
	int64_t until = c->boxes->box.listed ? c->boxes->box.until : 0;
	struct en_mail_verdict v;
	struct ruling r;

	look(config, now, c, &v);
	if (v.known == EN_MAIL_CLEAN)
		r = rule(RP_OK, EN_MAILBOX_CLEAN, 0);
	else if (v.known == EN_MAIL_FLAGGED)
		r = rule(RP_REFUSED, EN_MAILBOX_FLAGGED, until > now ? until : 0);
	else
		r = rule(allow ? RP_OK : RP_UNKNOWN, EN_MAILBOX_UNKNOWN, 0);
	en_mailbox_words(&v, r.words, sizeof r.words);
	return r;
}

static bool is_locked(const struct en_case *c)
{
	return c->account->exists && c->account->locked;
}

/* Whom a code opens the gate for: where it came from, so that nobody else who asks for this user meanwhile
 * gets through. */
static int64_t asker(const struct en_case *c)
{
	int64_t tag;

	if (!c->source[0])
		return 0;
	memcpy(&tag, c->lane, sizeof tag);
	return tag & INT64_MAX ? tag & INT64_MAX : 1;
}

static bool is_open(const struct en_case *c, int64_t now)
{
	const struct st_mail *m = &c->account->mail;

	return now < m->gate && m->gate - now <= EN_GATE_MOST && (!m->gate_of || m->gate_of == asker(c));
}

/* What was opened, or shut, for this account. EN_NO_REASON: nothing was. */
static struct ruling rule_account(int64_t now, const struct en_case *c)
{
	const struct st_mail *m = &c->account->mail;

	if (!c->account->exists)
		return rule(RP_OK, EN_NO_REASON, 0);
	if (is_open(c, now))
		return rule(RP_OK, EN_GATE_OPEN, m->gate);
	if (now < m->cooling)
		return rule(RP_REFUSED, EN_COOLING, m->cooling);
	return rule(RP_OK, EN_NO_REASON, 0);
}

static struct ruling rule_reset(const struct rp_config *config, int64_t now, struct en_case *c)
{
	struct ruling r;

	if (is_locked(c))
		return rule(RP_LOCKED, EN_ACCOUNT_LOCKED, 0);
	r = rule_account(now, c);
	if (r.d.reason == EN_NO_REASON && c->boxes->other)
		r = rule(RP_REFUSED, EN_OTHER_ADDRESS, 0);
	else if (r.d.reason == EN_NO_REASON)
		r = rule_mailbox(config, now, c);
	if (config->mailbox_audit)
		r.d.verdict = RP_OK;
	return r;
}

static struct ruling rule_code(const struct rp_config *config, const struct en_seal *seal, int64_t now,
			       struct en_case *c, struct rp_reply *rep)
{
	bool has_token = en_standing_tokens(c->account);

	return (struct ruling){
		.d = en_attempt(config, seal, now, c, has_token ? EN_NO_REASON : EN_NOT_ENROLLED, rep)};
}

/* Unless the help desk's is open for longer. */
static void open_gate(const struct en_case *c, int64_t now)
{
	struct st_mail *m = &c->account->mail;

	if (m->gate < now + EN_GATE_LASTS || !is_open(c, now)) {
		m->gate = now + EN_GATE_LASTS;
		m->gate_of = asker(c);
	}
	c->account->dirty = true;
}

static void shut_gate(struct st_mail *m)
{
	m->gate = m->gate_of = 0;
}

/* It happens now: a gate was for one, and the mailbox alone does not open the account. */
static void carry_out(const struct rp_config *config, int64_t now, struct en_case *c)
{
	struct st_account *a = c->account;
	bool mark = en_standing_asks_after_reset(config);

	if (!a->exists && !mark)
		return;
	if (!a->exists)
		a->created = now;
	shut_gate(&a->mail);
	if (mark)
		a->mail.reset = now;
	a->exists = a->dirty = true;
}

/* Why, for the event, and for the one who asks if he may know. A code's DENIED never says. */
static void tell(const struct rp_config *config, struct en_case *c, const struct ruling *r, bool explain,
		 struct rp_reply *rep)
{
	bool done = c->req->verb == RP_RESET && c->req->flags & RP_FLAG_DONE && r->d.verdict == RP_OK;
	bool refused = r->d.verdict == RP_REFUSED || r->d.verdict == RP_UNKNOWN || r->d.verdict == RP_LOCKED;
	char *text = c->event->text;

	snprintf(text, sizeof c->event->text, "%s%s%s", done ? "done" : "", done && r->words[0] ? " " : "",
		 r->words);
	if (refused)
		snprintf(rep->t2, sizeof rep->t2, "%s", config->help_text);
	if (!explain || (!refused && r->d.verdict != RP_OK))
		return;
	snprintf(rep->t1, sizeof rep->t1, "%s%s%s", en_reason_name(r->d.reason), r->words[0] ? " " : "",
		 r->words);
	rep->n1 = (uint64_t)r->ends;
}

struct en_decision en_reset_decide(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				   struct en_case *c, struct rp_reply *rep)
{
	bool explain = c->req->flags & RP_FLAG_EXPLAIN, done = c->req->flags & RP_FLAG_DONE;
	bool code = c->req->code[0] && config->reset_code && !(explain && is_locked(c));
	struct ruling r = code ? rule_code(config, seal, now, c, rep) : rule_reset(config, now, c);

	c->lookup->held = config->mailbox_lookup && !explain && !code;
	if (c->lookup->held && !c->lookup->over)
		c->waits = true;
	if (c->waits)
		return r.d;
	if (!explain && (r.d.verdict == RP_LOCKED || r.d.verdict == RP_UNKNOWN))
		r.d.verdict = RP_REFUSED;
	if (r.d.verdict == RP_OK && done)
		carry_out(config, now, c);
	else if (r.d.verdict == RP_OK && code)
		open_gate(c, now);
	tell(config, c, &r, explain, rep);
	return r.d;
}

/* With the account's address flagged, or nobody knows, it takes more than the password: a code, or the gate,
 * which is spent. */
static struct ruling rule_change(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				 struct en_case *c, struct rp_reply *rep, bool *vouched)
{
	struct ruling r = rule_mailbox(config, now, c);

	if (c->waits || r.d.verdict == RP_OK || !c->boxes->registered || config->mailbox_audit) {
		r.d.verdict = RP_OK;
		return r;
	}
	if (c->req->code[0]) {
		r.d = rule_code(config, seal, now, c, rep).d;
	} else if (is_open(c, now)) {
		r.d = (struct en_decision){RP_OK, EN_GATE_OPEN};
		shut_gate(&c->account->mail);
	} else {
		r.d.verdict = RP_REFUSED;
	}
	*vouched = r.d.verdict == RP_OK;
	return r;
}

static int put(const struct en_seal *seal, int64_t now, struct en_case *c)
{
	struct st_account *a = c->account;

	if (!a->exists)
		a->created = now;
	a->exists = true;
	return en_address_register(seal, a, c->req->address);
}

struct en_decision en_reset_register(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				     struct en_case *c, struct rp_reply *rep)
{
	struct st_account was = *c->account;
	struct en_address fresh;
	bool vouched = false;
	struct ruling r;

	if (is_locked(c))
		r = rule(RP_LOCKED, EN_ACCOUNT_LOCKED, 0);
	else if (en_address_read(c->req->address, false, &fresh))
		r = rule(RP_BAD_REQUEST, EN_NOT_AN_ADDRESS, 0);
	else if (!strcmp(fresh.normal, c->boxes->address.normal))
		r = rule(RP_OK, EN_SAME_ADDRESS, 0);
	else
		r = rule_change(config, seal, now, c, rep, &vouched);
	rp_wipe(&fresh, sizeof fresh);
	if (c->waits)
		return r.d;
	if (r.d.verdict == RP_OK && put(seal, now, c)) {
		*c->account = was;
		r = rule(RP_UNAVAILABLE, r.d.reason, 0);
	} else if (vouched) {
		c->account->mail.cooling = now + config->cooling;
	}
	tell(config, c, &r, true, rep);
	return r.d;
}

enum en_reason en_reset_say(const struct rp_config *config, int64_t now, struct en_case *c,
			    enum en_reason reason, struct rp_reply *rep)
{
	/* Version 1 had no place for it. */
	bool silent = config->mailbox_audit || c->req->version < 2;
	struct st_mail *m = &c->account->mail;
	struct en_mail_verdict v;

	if (!c->boxes)
		return reason;
	en_boxes_judge(config, c->boxes, m->proved, now, &v);
	if (v.known != EN_MAIL_FLAGGED || (silent && m->flagged))
		return reason;
	if (!m->flagged)
		m->flagged = now;
	c->account->dirty = true;
	en_mailbox_words(&v, c->event->text, sizeof c->event->text);
	if (silent)
		return EN_MAILBOX_FLAGGED;
	m->told = now;
	snprintf(rep->t2, sizeof rep->t2, "%s", config->help_text);
	return EN_MAILBOX_TOLD;
}
