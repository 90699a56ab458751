#include "engine/mailbox.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A breach record that is missing may come any day: so long after, it is looked for again. */
#define NO_RECORD_AGE 3600

static const char *const rule_names[] = {
	[EN_RULE_COUNTS] = "counts",	     [EN_RULE_NO_RECORD] = "no-record",
	[EN_RULE_NEVER] = "never",	     [EN_RULE_NO_PASSWORDS] = "no-passwords",
	[EN_RULE_UNVERIFIED] = "unverified", [EN_RULE_FABRICATED] = "fabricated",
	[EN_RULE_SPAM_LIST] = "spam-list",   [EN_RULE_BEFORE_PROOF] = "before-proof",
};

static const struct {
	enum rp_breach_class class;
	const char *name;
} class_names[] = {
	{RP_BREACH_PASSWORDS, "passwords"},	{RP_BREACH_VERIFIED, "verified"},
	{RP_BREACH_FABRICATED, "fabricated"},	{RP_BREACH_SPAM_LIST, "spam-list"},
	{RP_BREACH_STEALER_LOG, "stealer-log"}, {RP_BREACH_MALWARE, "malware"},
	{RP_BREACH_RETIRED, "retired"},		{RP_BREACH_NO_RECORD, "no-record"},
};

static bool is_stealer_log(const struct rp_breach *b)
{
	return b->classes & RP_BREACH_STEALER_LOG;
}

/* Without a time nobody can say whether it came after a proof. */
static bool has_record(const struct rp_breach *b)
{
	return !(b->classes & RP_BREACH_NO_RECORD) && b->added > 0;
}

/* Whether what became known at that time is held against a mailbox, whatever it is. */
static bool is_held(const struct rp_config *config, enum rp_counts counts, int64_t added, int64_t proved)
{
	int64_t proof = proved ? proved : config->proved_before;

	return counts == RP_COUNTS_ALWAYS || (counts == RP_COUNTS_SINCE_PROOF && (!proof || added > proof));
}

/* The rule but for the proof, which may change after a lookup. */
static enum en_breach_rule rule_but_proof(const struct rp_config *config, const struct rp_breach *b)
{
	if (!has_record(b))
		return EN_RULE_NO_RECORD;
	if (is_stealer_log(b))
		return config->stealer_logs == RP_COUNTS_NEVER ? EN_RULE_NEVER : EN_RULE_COUNTS;
	if (config->breaches == RP_COUNTS_NEVER)
		return EN_RULE_NEVER;
	if (!(b->classes & RP_BREACH_PASSWORDS) && !config->without_passwords)
		return EN_RULE_NO_PASSWORDS;
	if (!(b->classes & RP_BREACH_VERIFIED) && !config->unverified)
		return EN_RULE_UNVERIFIED;
	if (b->classes & RP_BREACH_FABRICATED && !config->fabricated)
		return EN_RULE_FABRICATED;
	if (b->classes & RP_BREACH_SPAM_LIST && !config->spam_lists)
		return EN_RULE_SPAM_LIST;
	return EN_RULE_COUNTS;
}

enum en_breach_rule en_mailbox_rule(const struct rp_config *config, const struct rp_breach *b, int64_t proved)
{
	enum en_breach_rule rule = rule_but_proof(config, b);
	enum rp_counts counts = is_stealer_log(b) ? config->stealer_logs : config->breaches;

	if (rule == EN_RULE_COUNTS && !is_held(config, counts, b->added, proved))
		return EN_RULE_BEFORE_PROOF;
	return rule;
}

const char *en_mailbox_rule_name(enum en_breach_rule rule)
{
	return rule_names[rule];
}

/* What rule_but_proof looks at, and so what a lookup kept. */
static uint8_t rules_now(const struct rp_config *config)
{
	const bool said[] = {
		config->stealer_logs == RP_COUNTS_NEVER,
		config->breaches == RP_COUNTS_NEVER,
		config->without_passwords,
		config->unverified,
		config->fabricated,
		config->spam_lists,
	};
	uint8_t rules = 0;

	for (unsigned i = 0; i < sizeof said / sizeof *said; i++)
		rules = (uint8_t)(rules | said[i] << i);
	return rules;
}

void en_mailbox_begin(const struct rp_config *config, int64_t now, struct st_mailbox *m)
{
	m->checked = now;
	m->rules = rules_now(config);
	m->no_record = false;
	memset(&m->stealer, 0, sizeof m->stealer);
	memset(&m->breach, 0, sizeof m->breach);
}

void en_mailbox_add(const struct rp_config *config, const struct rp_breach *b, struct st_mailbox *m)
{
	struct st_breach *kept = is_stealer_log(b) ? &m->stealer : &m->breach;
	enum en_breach_rule rule = rule_but_proof(config, b);

	if (rule == EN_RULE_NO_RECORD)
		m->no_record = true;
	if (rule != EN_RULE_COUNTS || b->added <= kept->added)
		return;
	kept->classes = b->classes;
	kept->added = b->added;
	kept->date = b->date;
	memcpy(kept->name, b->name, sizeof kept->name);
}

static bool is_listed(const struct rp_config *config, const struct st_mailbox *m, int64_t proved, int64_t now)
{
	if (m->listed == ST_LISTED_NOT || (m->until && now >= m->until))
		return false;
	return m->listed != ST_LISTED_STEALER || is_held(config, config->stealer_logs, m->since, proved);
}

static void flag_by_list(const struct st_mailbox *m, struct en_mail_verdict *v)
{
	v->known = EN_MAIL_FLAGGED;
	v->date = m->since;
	if (m->listed == ST_LISTED_STEALER) {
		v->source = "stealer-list";
		v->classes = RP_BREACH_STEALER_LOG;
	} else {
		v->source = "list";
		snprintf(v->note, sizeof v->note, "%s", m->reason);
	}
}

static bool flag_by_breach(const struct rp_config *config, enum rp_counts counts, const struct st_breach *b,
			   int64_t proved, struct en_mail_verdict *v)
{
	if (!b->added || !is_held(config, counts, b->added, proved))
		return false;
	v->known = EN_MAIL_FLAGGED;
	v->source = "hibp";
	v->classes = b->classes;
	v->date = b->added;
	snprintf(v->name, sizeof v->name, "%s", b->name);
	return true;
}

/* A clock that went back leaves times to come. */
static bool is_old(const struct st_mailbox *m, int64_t max_age, int64_t now)
{
	return m->checked > now || now - m->checked > max_age;
}

/* Why what a lookup found, and it is nothing that counts, is not enough. NULL: it is. */
static const char *why_unknown(const struct rp_config *config, const struct st_mailbox *m, int64_t now)
{
	if (is_old(m, config->max_age, now))
		return "too-old";
	return m->no_record ? "no-breach-record" : NULL;
}

/* Why nothing can be made of the last lookup. NULL: something can. */
static const char *why_useless(const struct rp_config *config, const struct st_mailbox *m)
{
	if (m->checked <= 0)
		return "never-looked-up";
	return m->rules != rules_now(config) ? "other-rules" : NULL;
}

void en_mailbox_take(struct st_mailbox *to, const struct st_mailbox *from)
{
	to->checked = from->checked;
	to->rules = from->rules;
	to->no_record = from->no_record;
	to->stealer = from->stealer;
	to->breach = from->breach;
}

void en_mailbox_judge(const struct rp_config *config, const struct st_mailbox *m, int64_t proved, int64_t now,
		      struct en_mail_verdict *v)
{
	const char *cause;

	memset(v, 0, sizeof *v);
	v->known = EN_MAIL_UNKNOWN;
	if (proved > now)
		proved = 0;
	if (is_listed(config, m, proved, now)) {
		flag_by_list(m, v);
		return;
	}
	if (!config->mailbox_lookup) {
		v->known = EN_MAIL_CLEAN;
		return;
	}
	cause = why_useless(config, m);
	if (!cause && (flag_by_breach(config, config->stealer_logs, &m->stealer, proved, v) ||
		       flag_by_breach(config, config->breaches, &m->breach, proved, v)))
		return;
	if (!cause)
		cause = why_unknown(config, m, now);
	if (cause)
		snprintf(v->cause, sizeof v->cause, "%s", cause);
	else
		v->known = EN_MAIL_CLEAN;
}

bool en_mailbox_is_stale(const struct rp_config *config, const struct st_mailbox *m, int64_t now)
{
	int64_t max_age = m->no_record ? NO_RECORD_AGE : config->max_age;

	return config->mailbox_lookup && (why_useless(config, m) || is_old(m, max_age, now));
}

const char *en_mailbox_classes(uint16_t classes, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < sizeof class_names / sizeof *class_names && at < size; i++)
		if (classes & class_names[i].class)
			at += (size_t)snprintf(out + at, size - at, "%s%s", at ? "," : "",
					       class_names[i].name);
	return out;
}

/* "" for a time that no calendar has. */
static const char *day_of(int64_t t, char out[16])
{
	time_t seconds = t;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(out, 16, " %Y-%m-%d", &tm))
		out[0] = '\0';
	return out;
}

const char *en_mailbox_words(const struct en_mail_verdict *v, char *out, size_t size)
{
	char classes[96], day[16];

	en_mailbox_classes(v->classes, classes, sizeof classes);
	day_of(v->date, day);
	if (v->known == EN_MAIL_CLEAN)
		snprintf(out, size, "clean");
	else if (v->known != EN_MAIL_FLAGGED)
		snprintf(out, size, "unknown %s", v->cause);
	else if (v->name[0])
		snprintf(out, size, "%s %s%s%s%s", v->source, v->name, classes[0] ? " " : "", classes, day);
	else if (v->note[0])
		snprintf(out, size, "%s%s \"%s\"", v->source, day, v->note);
	else
		snprintf(out, size, "%s%s", v->source, day);
	return out;
}
