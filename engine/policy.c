#include "engine/policy.h"

#include <stdio.h>
#include <string.h>
#include "common/base32.h"
#include "common/error.h"
#include "common/secret.h"
#include "engine/attempt.h"
#include "engine/audit.h"
#include "engine/enrol.h"
#include "engine/lane.h"
#include "engine/password.h"
#include "engine/recovery.h"
#include "engine/reset.h"
#include "engine/standing.h"

/* A session that opens within so many seconds of an accepted code belongs to that login: "last login" is then
 * the one before. sshd's LoginGraceTime is of that order. */
#define LOGIN_LASTS 300

static void remember_login(const struct en_case *c, int64_t now)
{
	struct st_account *a = c->account;

	a->prev_ok = a->last_ok;
	a->prev_failures = a->failures_since;
	memcpy(a->prev_source, a->last_source, sizeof a->prev_source);
	a->last_ok = now;
	a->failures_since = 0;
	memcpy(a->last_source, c->source, sizeof a->last_source);
	a->dirty = true;
}

static struct en_decision decide_auth(const struct rp_config *config, const struct en_seal *seal, int64_t now,
				      struct en_case *c, struct rp_reply *rep)
{
	struct en_standing s = en_standing(config, c, now);
	bool enrolled = s.reason == EN_ENROLLED;
	struct en_decision d;

	if (!enrolled && !en_standing_is_short(s.reason))
		return (struct en_decision){RP_NOT_CONCERNED, s.reason};
	d = en_attempt(config, seal, now, c, enrolled ? EN_NO_REASON : s.reason, rep);
	if (d.verdict == RP_OK) {
		remember_login(c, now);
		c->account->mail.reset = 0;
	}
	return d;
}

static struct en_decision decide_shape(const struct rp_config *config, int64_t now, struct en_case *c,
				       struct rp_reply *rep)
{
	struct en_standing s = en_standing(config, c, now);

	if (en_standing_is_short(s.reason))
		rep->n1 = RP_SHAPE_DIGITS(6);
	for (int i = 0; s.reason == EN_ENROLLED && i < c->account->n_tokens; i++)
		if (c->account->tokens[i].state == ST_TOKEN_ACTIVE)
			rep->n1 |= RP_SHAPE_DIGITS(c->account->tokens[i].digits);
	return (struct en_decision){RP_OK, s.reason};
}

/* What a user's standing means once the stack has let him in. */
static struct en_decision admit(const struct rp_config *config, int64_t now, const struct en_case *c,
				struct rp_reply *rep)
{
	struct en_standing s = en_standing(config, c, now);

	if (c->account->exists && c->account->locked)
		return (struct en_decision){RP_LOCKED, EN_ACCOUNT_LOCKED};
	switch (s.reason) {
	case EN_ENROLLED:
		return (struct en_decision){RP_OK, s.reason};
	case EN_BEFORE_DEADLINE:
		rep->n1 = (uint64_t)s.deadline;
		return (struct en_decision){RP_GRACE, s.reason};
	case EN_MAY_ENROL:
		return (struct en_decision){RP_ENROL, s.reason};
	case EN_PAST_DEADLINE:
	case EN_AFTER_RESET:
		return (struct en_decision){RP_UNENROLLED, s.reason};
	default:
		return (struct en_decision){RP_NOT_CONCERNED, s.reason};
	}
}

static struct en_decision decide_account(const struct rp_config *config, int64_t now, struct en_case *c,
					 struct rp_reply *rep)
{
	struct en_decision d = admit(config, now, c, rep);

	if (d.verdict == RP_LOCKED || d.verdict == RP_UNENROLLED)
		return d;
	c->waits = c->finding.known == EN_ASK_FETCH;
	return c->waits ? d : en_password_presented(config, now, c, rep, d);
}

/* EN_NO_REASON: this user may enrol a token in this service's conversation. */
static enum en_reason enrolment_refused(const struct rp_config *config, int64_t now, struct en_case *c)
{
	struct en_standing s = en_standing(config, c, now);

	if (c->account->exists && c->account->locked)
		return EN_ACCOUNT_LOCKED;
	if (s.reason == EN_ENROLLED)
		return EN_HAS_TOKEN;
	if (s.reason == EN_EXEMPT_GROUP || s.reason == EN_EXEMPT_SERVICE || en_standing_reset(config, c) ||
	    !rp_list_has(config->self_enrolment, c->req->service))
		return EN_NOT_HERE;
	return EN_NO_REASON;
}

static struct en_decision decide_enrol_begin(const struct rp_config *config, const struct en_seal *seal,
					     int64_t now, struct en_case *c, struct rp_reply *rep)
{
	static const struct en_token_options plain = {0};
	struct st_account was = *c->account;
	uint8_t secret[EN_SECRET_MAX];
	size_t len = 0;
	enum en_reason refused = enrolment_refused(config, now, c);
	int qr = RP_EINVAL;

	if (refused != EN_NO_REASON)
		return (struct en_decision){RP_DENIED, refused};
	if (!en_enrol_add(seal, c->account, &plain, now, NULL, 0, secret, &len)) {
		struct en_totp t = {secret, len, EN_SHA1, 6, 30};

		rp_base32_encode(secret, len, rep->t1);
		if (en_totp_uri(&t, config->issuer, c->req->user, rep->t2, sizeof rep->t2) > 0)
			qr = en_enrol_qr(rep->t2, rep->t3, sizeof rep->t3);
	}
	rp_wipe(secret, sizeof secret);
	if (qr < 0) {
		*c->account = was;
		rp_reply_wipe(rep);
		return (struct en_decision){RP_UNAVAILABLE, EN_MAY_ENROL};
	}
	rep->t3_len = (uint16_t)qr;
	return (struct en_decision){RP_OK, EN_MAY_ENROL};
}

static struct en_decision decide_enrol_confirm(const struct rp_config *config, const struct en_seal *seal,
					       int64_t now, struct en_case *c, struct rp_reply *rep)
{
	struct st_account was = *c->account;
	enum en_reason refused = enrolment_refused(config, now, c);
	int err;

	if (refused != EN_NO_REASON)
		return (struct en_decision){RP_DENIED, refused};
	err = en_enrol_confirm(seal, c->account, now, (unsigned)config->window, c->req->code);
	if (err == RP_ENOENT)
		return (struct en_decision){RP_DENIED, EN_NO_PENDING};
	if (err == RP_EINVAL)
		return (struct en_decision){RP_DENIED, c->req->code[0] ? EN_WRONG : EN_EMPTY};
	if (!err)
		err = en_recovery_make(seal, c->account, rep->t1, sizeof rep->t1);
	if (err) {
		*c->account = was;
		return (struct en_decision){RP_UNAVAILABLE, EN_MAY_ENROL};
	}
	en_lane_passed(config, c, now);
	remember_login(c, now);
	return (struct en_decision){RP_OK, EN_TOTP};
}

static struct en_decision decide_chauthtok(const struct rp_config *config, int64_t now, struct en_case *c,
					   struct rp_reply *rep)
{
	struct en_decision d = {RP_NOT_CONCERNED, en_standing(config, c, now).reason};

	if (c->account->exists && c->account->locked)
		return (struct en_decision){RP_LOCKED, EN_ACCOUNT_LOCKED};
	if (c->req->flags & RP_FLAG_PRELIM)
		return d;
	c->waits = c->finding.known == EN_ASK_FETCH;
	return c->waits ? d : en_password_chosen(config, now, c, rep, d);
}

static struct en_decision decide_session(const struct rp_config *config, int64_t now, struct en_case *c,
					 struct rp_reply *rep)
{
	const struct st_account *a = c->account;
	bool this_login = now - a->last_ok <= LOGIN_LASTS;
	enum en_reason reason = c->req->flags & RP_FLAG_CLOSE ? EN_CLOSED : EN_OPENED;

	if (!a->exists)
		return (struct en_decision){RP_NOT_CONCERNED, reason};
	rep->n1 = (uint64_t)(this_login ? a->prev_ok : a->last_ok);
	rep->n2 = this_login ? a->prev_failures : a->failures_since;
	memcpy(rep->t1, this_login ? a->prev_source : a->last_source, sizeof a->last_source);
	return (struct en_decision){RP_OK, en_reset_say(config, now, c, reason, rep)};
}

/* A name without an account, before the stack has authenticated anybody, may be a password typed into the
 * wrong field: its tag is recorded, so that attempts on one name can still be told from those on another. */
static void record(struct en_case *c, struct en_decision d, int64_t now)
{
	struct st_event *e = c->event;
	const uint8_t *tag = c->unknown->key;

	e->time = now;
	e->verb = c->req->verb;
	e->verdict = (uint8_t)d.verdict;
	e->reason = (uint8_t)d.reason;
	if (c->account->exists || (c->req->verb != RP_AUTH && c->req->verb != RP_RESET))
		snprintf(e->account, sizeof e->account, "%s", c->account->name);
	else
		snprintf(e->account, sizeof e->account, "unknown:%02x%02x%02x%02x", tag[0], tag[1], tag[2],
			 tag[3]);
	memcpy(e->service, c->req->service, sizeof e->service);
	memcpy(e->source, c->source, sizeof e->source);
	if (en_audit_is_cause(e))
		snprintf(e->text, sizeof e->text, "%s", c->finding.cause);
}

void en_policy_decide(const struct rp_config *config, const struct en_seal *seal, int64_t now,
		      struct en_case *c, struct rp_reply *rep)
{
	struct en_decision d = {RP_BAD_REQUEST, EN_NO_REASON};

	if (c->req->flags & RP_FLAG_AS_TYPED && !c->account->exists) {
		rep->verdict = RP_NO_ACCOUNT;
		return;
	}
	switch (c->req->verb) {
	case RP_AUTH:
		d = decide_auth(config, seal, now, c, rep);
		break;
	case RP_SHAPE:
		d = decide_shape(config, now, c, rep);
		break;
	case RP_ACCOUNT:
		d = decide_account(config, now, c, rep);
		break;
	case RP_ENROL_BEGIN:
		d = decide_enrol_begin(config, seal, now, c, rep);
		break;
	case RP_ENROL_CONFIRM:
		d = decide_enrol_confirm(config, seal, now, c, rep);
		break;
	case RP_CHAUTHTOK:
		d = decide_chauthtok(config, now, c, rep);
		break;
	case RP_SESSION:
		d = decide_session(config, now, c, rep);
		break;
	case RP_RESET:
		d = en_reset_decide(config, seal, now, c, rep);
		break;
	case RP_MAILBOX:
		d = en_reset_register(config, seal, now, c, rep);
		break;
	}
	if (c->waits)
		return;
	rep->verdict = (uint8_t)d.verdict;
	if (c->req->verb != RP_SHAPE)
		record(c, d, now);
}
