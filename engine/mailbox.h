/*
 * Is this mailbox flagged? The rule, pure: what the store knows of it, and each breach, against the
 * configuration. The list comes first; then stealer logs; then breaches. "Unknown" is an outcome of its own
 * and never turns into "clean".
 */
#ifndef ENGINE_MAILBOX_H
#define ENGINE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/config.h"
#include "common/mailbox.h"
#include "engine/finding.h"
#include "store/store.h"

/* How a breach stands with the rule: the first line that it does not meet. */
enum en_breach_rule {
	EN_RULE_COUNTS = 0,
	EN_RULE_NO_RECORD, /* nothing is known of it: whether it counts is unknown */
	EN_RULE_NEVER,	   /* [mailbox] stealer_logs or breaches = never */
	EN_RULE_NO_PASSWORDS,
	EN_RULE_UNVERIFIED,
	EN_RULE_FABRICATED,
	EN_RULE_SPAM_LIST,
	EN_RULE_BEFORE_PROOF, /* known before the last proof of control */
};

/* proved: the account's, or 0; [mailbox] proved_before is taken into account here. A stealer log only has to
 * be one, and to be recent enough if the configuration says so. A record without a time (added 0) is none. */
enum en_breach_rule en_mailbox_rule(const struct rp_config *config, const struct rp_breach *b,
				    int64_t proved);
/* "counts", "no-record", "never", "no-passwords", "unverified", "fabricated", "spam-list", "before-proof". */
const char *en_mailbox_rule_name(enum en_breach_rule rule);

/* Begins a lookup: m's lookup part is emptied, checked at now, under these rules. Whether m exists is the
 * caller's to say. */
void en_mailbox_begin(const struct rp_config *config, int64_t now, struct st_mailbox *m);
/* Adds a breach: m keeps of those that count (before any proof, which may come later) the one added last, of
 * stealer logs and of breaches. */
void en_mailbox_add(const struct rp_config *config, const struct rp_breach *b, struct st_mailbox *m);

/* to learns what from has of a lookup; the list's part of it stays. */
void en_mailbox_take(struct st_mailbox *to, const struct st_mailbox *from);

enum en_mail_known {
	EN_MAIL_CLEAN = 1,
	EN_MAIL_FLAGGED = 2,
	EN_MAIL_UNKNOWN = 3, /* cause: "never-looked-up", "too-old", "other-rules", "no-breach-record"; or one
				of rempart-fetch's, which the caller fills in */
};

struct en_mail_verdict {
	enum en_mail_known known;
	const char *source;		   /* flagged: "list", "stealer-list" (pulled) or "hibp" */
	char name[RP_BREACH_NAME_MAX + 1]; /* "hibp": of the breach; else "" */
	char note[ST_REASON_MAX + 1];	   /* "list": the administrator's reason */
	uint16_t classes;
	int64_t date;		      /* since when: put on the list, or added to the records */
	char cause[EN_CAUSE_MAX + 1]; /* unknown */
};

/*
 * Judges what m says at now. Without [mailbox] lookup what is not on the list is clean. A flag from a lookup
 * does not grow old, "clean" does after max_age; one made under other rules counts only as unknown. What a
 * clock that went back left in the future is not believed: a lookup is old, and a proof is none. m may be one
 * that does not exist.
 */
void en_mailbox_judge(const struct rp_config *config, const struct st_mailbox *m, int64_t proved, int64_t now,
		      struct en_mail_verdict *v);
/* Whether a lookup may tell more than m does: it is on, and there is none, an old one, one under other rules,
 * or one that missed a breach record an hour ago or more. What the list says does not matter here. */
bool en_mailbox_is_stale(const struct rp_config *config, const struct st_mailbox *m, int64_t now);

/* One line for events and for those who may have the reason, never an address: "hibp Adobe passwords,verified
 * 2013-12-04", "list 2026-11-20 \"CERT-FR\"", "unknown timeout". Returns out. */
const char *en_mailbox_words(const struct en_mail_verdict *v, char *out, size_t size);
/* "stealer-log", "passwords,verified" …: a breach's classes. Returns out. */
const char *en_mailbox_classes(uint16_t classes, char *out, size_t size);

#endif
