#include "engine/password.h"

#include <stdio.h>

/* Seen less often than policy cares for, it counts as clean. */
static enum en_known weigh(const struct en_finding *f, int64_t min)
{
	return f->known == EN_KNOWN_LEAKED && f->prevalence < (uint64_t)min ? EN_KNOWN_CLEAN : f->known;
}

static bool is_marked(const struct st_account *a)
{
	return a->exists && a->leaked_since;
}

static void mark(struct st_account *a, int64_t now)
{
	if (is_marked(a))
		return;
	if (!a->exists)
		a->created = now;
	a->leaked_since = now;
	a->exists = a->dirty = true;
}

/* A program of the user's own may say what it likes about his password: it cannot take his mark away. */
static void unmark(struct en_case *c)
{
	if (c->self || !is_marked(c->account))
		return;
	c->account->leaked_since = 0;
	c->account->dirty = true;
}

static void tell(const struct en_case *c, struct en_decision d, struct rp_reply *rep)
{
	if (d.verdict == RP_LEAKED)
		rep->n1 = c->finding.prevalence;
	else if (d.verdict == RP_UNKNOWN)
		snprintf(rep->t1, sizeof rep->t1, "%s", c->finding.cause);
}

struct en_decision en_password_presented(const struct rp_config *config, int64_t now, struct en_case *c,
					 struct rp_reply *rep, struct en_decision otherwise)
{
	bool enforce = !config->breach_audit;
	struct en_decision d = otherwise;

	switch (weigh(&c->finding, config->login_min)) {
	case EN_KNOWN_LEAKED:
		if (enforce)
			mark(c->account, now);
		d = (struct en_decision){RP_LEAKED, EN_LEAKED};
		break;
	case EN_KNOWN_CLEAN:
		unmark(c);
		break;
	case EN_UNKNOWN:
		d.reason = EN_UNCHECKED;
		if (config->unknown_login == RP_UNKNOWN_REFUSE)
			d.verdict = RP_UNKNOWN;
		/* fall through */
	default:
		if (enforce && is_marked(c->account))
			d = (struct en_decision){RP_LEAKED, EN_MARKED};
	}
	/* Who has to enrol does that first; the module then asks again. */
	if (!enforce || otherwise.verdict == RP_ENROL)
		d.verdict = otherwise.verdict;
	tell(c, d, rep);
	return d;
}

struct en_decision en_password_chosen(const struct rp_config *config, int64_t now, struct en_case *c,
				      struct rp_reply *rep, struct en_decision otherwise)
{
	bool enforce = !config->breach_audit;
	bool refuse = config->unknown_change == RP_UNKNOWN_REFUSE && enforce;
	struct en_decision d = otherwise;

	switch (weigh(&c->finding, config->change_min)) {
	case EN_KNOWN_LEAKED:
		d = (struct en_decision){enforce ? RP_LEAKED : RP_OK, EN_LEAKED};
		if (enforce && c->req->flags & RP_FLAG_TOLD)
			mark(c->account, now);
		break;
	case EN_KNOWN_CLEAN:
		unmark(c);
		d = (struct en_decision){RP_OK, EN_CHECKED};
		break;
	case EN_UNKNOWN:
		if (!refuse)
			unmark(c);
		d = (struct en_decision){refuse ? RP_UNKNOWN : RP_OK, EN_UNCHECKED};
		break;
	default: /* nobody is asked about leaks any more: it is another password at least */
		if (c->req->has_digest)
			unmark(c);
	}
	tell(c, d, rep);
	return d;
}

void en_password_asked(const struct en_finding *f, struct rp_reply *rep)
{
	static const enum rp_verdict verdicts[] = {[EN_NOT_ASKED] = RP_UNKNOWN,
						   [EN_KNOWN_LEAKED] = RP_LEAKED,
						   [EN_KNOWN_CLEAN] = RP_OK,
						   [EN_UNKNOWN] = RP_UNKNOWN};

	rep->verdict = (uint8_t)verdicts[f->known];
	rep->n1 = f->prevalence;
	snprintf(rep->t1, sizeof rep->t1, "%s", f->known == EN_NOT_ASKED ? "not-configured" : f->cause);
}
