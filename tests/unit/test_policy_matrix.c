/*
 * engine/password.h through engine/policy.h: every combination of standing, finding, mark and configuration,
 * against the rules written down a second time and in another form.
 */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "tests/unit/world.h"

enum { FREE, ENROLLED, GROUP, SERVICE, GRACE, MAY_ENROL, UNENROLLED, LOCKED, STANDINGS };
enum { NO_DIGEST, NOT_CONFIGURED, LEAKED, SELDOM, CLEAN, UNKNOWN, OUTCOMES };

struct combination {
	unsigned standing, outcome, policy;
	bool marked, audit, self, told;
};

static const struct en_decision standings[STANDINGS] = {
	[FREE] = {RP_NOT_CONCERNED, EN_NOT_ENROLLED},	  [ENROLLED] = {RP_OK, EN_ENROLLED},
	[GROUP] = {RP_NOT_CONCERNED, EN_EXEMPT_GROUP},	  [SERVICE] = {RP_NOT_CONCERNED, EN_EXEMPT_SERVICE},
	[GRACE] = {RP_GRACE, EN_BEFORE_DEADLINE},	  [MAY_ENROL] = {RP_ENROL, EN_MAY_ENROL},
	[UNENROLLED] = {RP_UNENROLLED, EN_PAST_DEADLINE}, [LOCKED] = {RP_LOCKED, EN_ACCOUNT_LOCKED},
};

static void set_standing(struct world *w, unsigned standing)
{
	memset(&w->account, 0, sizeof w->account);
	strcpy(w->account.name, "martin");
	w->config.required = standing == GRACE || standing == MAY_ENROL || standing == UNENROLLED;
	w->config.deadline = standing == GRACE ? w->now + 10 : RP_NO_DEADLINE;
	strcpy(w->config.self_enrolment, standing == MAY_ENROL ? "sshd" : "none");
	strcpy(w->config.exempt_services, standing == SERVICE ? "sshd" : "");
	w->exempt_group = standing == GROUP;
	if (standing == ENROLLED)
		world_enrol(w, EN_SHA1, 6, 30);
	if (standing == LOCKED)
		w->account.exists = w->account.locked = true;
	w->account.dirty = false;
}

static void set_up(struct world *w, const struct combination *t)
{
	static const enum en_known known[OUTCOMES] = {[LEAKED] = EN_KNOWN_LEAKED,
						      [SELDOM] = EN_KNOWN_LEAKED,
						      [CLEAN] = EN_KNOWN_CLEAN,
						      [UNKNOWN] = EN_UNKNOWN};

	set_standing(w, t->standing);
	if (t->marked)
		world_mark(w);
	world_know(w, known[t->outcome]);
	w->digest = t->outcome != NO_DIGEST;
	w->config.change_min = w->config.login_min = t->outcome == SELDOM ? WORLD_SEEN + 1 : 1;
	w->config.breach_audit = t->audit;
	w->config.unknown_change = w->config.unknown_login = t->policy;
	w->self = t->self;
	w->flags = t->told ? RP_FLAG_TOLD : 0;
}

/* *kept: 1 marked, 0 not, -1 as it was. */
static struct en_decision rule_login(const struct combination *t, int *kept)
{
	struct en_decision d = standings[t->standing];
	bool clean = t->outcome == CLEAN || t->outcome == SELDOM;

	*kept = -1;
	if (t->standing == LOCKED || t->standing == UNENROLLED)
		return d;
	if (clean && !t->self)
		*kept = 0;
	if (t->outcome == LEAKED) {
		*kept = t->audit ? -1 : 1;
		d.reason = EN_LEAKED;
	} else if (t->marked && !clean && !t->audit) {
		d.reason = EN_MARKED;
	} else if (t->outcome == UNKNOWN) {
		d.reason = EN_UNCHECKED;
	}
	if (t->audit || t->standing == MAY_ENROL)
		return d;
	if (d.reason == EN_LEAKED || d.reason == EN_MARKED)
		d.verdict = RP_LEAKED;
	else if (d.reason == EN_UNCHECKED && t->policy == RP_UNKNOWN_REFUSE)
		d.verdict = RP_UNKNOWN;
	return d;
}

static struct en_decision rule_change(const struct combination *t, int *kept)
{
	bool pass = t->audit || t->policy != RP_UNKNOWN_REFUSE;

	*kept = -1;
	if (t->standing == LOCKED)
		return standings[LOCKED];
	switch (t->outcome) {
	case LEAKED:
		*kept = t->told && !t->audit ? 1 : -1;
		return (struct en_decision){t->audit ? RP_OK : RP_LEAKED, EN_LEAKED};
	case SELDOM:
	case CLEAN:
		*kept = t->self ? -1 : 0;
		return (struct en_decision){RP_OK, EN_CHECKED};
	case UNKNOWN:
		*kept = pass && !t->self ? 0 : -1;
		return (struct en_decision){pass ? RP_OK : RP_UNKNOWN, EN_UNCHECKED};
	case NOT_CONFIGURED:
		*kept = t->self ? -1 : 0;
		break;
	}
	return (struct en_decision){RP_NOT_CONCERNED, standings[t->standing].reason};
}

static void try_one(struct world *w, const struct combination *t, enum rp_verb verb)
{
	struct en_decision want;
	int64_t since;
	char what[160];
	int kept;

	set_up(w, t);
	want = verb == RP_ACCOUNT ? rule_login(t, &kept) : rule_change(t, &kept);
	since = kept == 0 ? 0 : t->marked ? WORLD_LONG_AGO : kept == 1 ? w->now : 0;
	world_ask(w, verb, "");
	snprintf(what, sizeof what, "%s standing %u outcome %u policy %u%s%s%s%s: %s %s", en_verb_name(verb),
		 t->standing, t->outcome, t->policy, t->marked ? " marked" : "", t->audit ? " audit" : "",
		 t->self ? " self" : "", t->told ? " told" : "", en_verdict_name(w->rep.verdict),
		 en_reason_name(w->event.reason));
	if (w->rep.verdict != want.verdict || w->event.reason != want.reason ||
	    w->account.leaked_since != since ||
	    w->account.dirty != (since != (t->marked ? WORLD_LONG_AGO : 0)))
		fail_msg("%s, mark %lld, dirty %d", what, (long long)w->account.leaked_since,
			 w->account.dirty);
	assert_int_equal(w->event.verdict, want.verdict);
	if (want.verdict == RP_LEAKED)
		assert_int_equal(w->rep.n1, t->outcome == LEAKED ? WORLD_SEEN : 0);
	if (want.verdict == RP_GRACE)
		assert_int_equal(w->rep.n1, w->now + 10);
	assert_string_equal(w->rep.t1, want.verdict == RP_UNKNOWN ? "breaker-open" : "");
	assert_string_equal(w->event.text, t->outcome == UNKNOWN && want.reason != EN_ACCOUNT_LOCKED &&
							   want.reason != EN_PAST_DEADLINE
						   ? "breaker-open"
						   : "");
}

static void every_combination(void **state)
{
	unsigned n = 0;

	for (unsigned standing = 0; standing < STANDINGS; standing++)
		for (unsigned outcome = 0; outcome < OUTCOMES; outcome++)
			for (unsigned policy = RP_UNKNOWN_ALLOW; policy <= RP_UNKNOWN_RECHECK; policy++)
				for (unsigned bits = 0; bits < 16; bits++) {
					struct combination t = {standing, outcome,  policy,  bits & 1,
								bits & 2, bits & 4, bits & 8};

					try_one(*state, &t, RP_ACCOUNT);
					try_one(*state, &t, RP_CHAUTHTOK);
					n += 2;
				}
	assert_int_equal(n, STANDINGS * OUTCOMES * 3 * 16 * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_combination, world_make, world_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
