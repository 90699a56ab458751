/*
 * rempart.conf, read with libinih into one struct. Every key is in one table in config.c with its bounds
 * and its default; rempart.conf(5) is that table in words.
 */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define RP_CONFIG_DEFAULT "/etc/rempart/rempart.conf"
#define RP_STATE_DEFAULT "/var/lib/rempart"
#define RP_PATH_MAX 1024
#define RP_LIST_MAX 2048

/* A deadline that is not set: nobody is past it, and nobody is waited for. */
#define RP_NO_DEADLINE 0

/* What it means that nobody could say whether a password is in a leak. */
enum rp_unknown {
	RP_UNKNOWN_ALLOW = 0,	/* let pass, and take it for checked */
	RP_UNKNOWN_REFUSE = 1,	/* refuse, to be tried again */
	RP_UNKNOWN_RECHECK = 2, /* let pass, and look again at the next login */
};

/* What is held against a mailbox, and for how long. */
enum rp_counts {
	RP_COUNTS_SINCE_PROOF =
		0, /* what became known after the last proof that the user controls the mailbox */
	RP_COUNTS_ALWAYS = 1,
	RP_COUNTS_NEVER = 2,
};

/* One throttle: free failures, then a wait that doubles from 1 s up to max_wait seconds. */
struct rp_throttle_config {
	int64_t free;
	int64_t max_wait;
};

struct rp_config {
	/* [rempartd] */
	char socket[RP_PATH_MAX];
	char state[RP_PATH_MAX];   /* folder: the store is store.db in it */
	char key[RP_PATH_MAX];	   /* path, or credential:NAME of systemd */
	char portals[RP_LIST_MAX]; /* users, by name or uid, who may ask about others; separated by blanks */
	char corpus[RP_PATH_MAX];  /* of leaked passwords; empty: none */
	char fetch[RP_PATH_MAX];   /* rempart-fetch's socket, for the ranges that the corpus has not; empty:
				      none */
	unsigned log_stderr;	   /* log = syslog 0 | stderr 1 */
	/* [policy] */
	unsigned required;		   /* enrolment = optional 0 | required 1 */
	int64_t deadline;		   /* Unix time (a date: 00:00 UTC), or RP_NO_DEADLINE */
	char exempt_groups[RP_LIST_MAX];   /* looked up through NSS */
	char exempt_services[RP_LIST_MAX]; /* PAM services */
	char self_enrolment[RP_LIST_MAX];  /* PAM services whose conversation may enrol; "none" */
	char issuer[128];		   /* shown by the professional's app */
	int64_t window;			   /* time steps accepted on either side, 0 to 2 (RFC 6238, 5.2) */
	/* [breach] */
	unsigned breach_audit;			/* mode = enforce 0 | audit 1: record, let pass */
	int64_t change_min, login_min;		/* seen so often, a password counts as leaked */
	unsigned unknown_change, unknown_login; /* enum rp_unknown: what "could not be found out" means */
	/* [mailbox]: may a reset go to the registered address? */
	unsigned mailbox_audit;	 /* mode = enforce 0 | audit 1: record, let pass */
	unsigned mailbox_lookup; /* no 0 | yes 1: rempart-fetch is asked about addresses too */
	unsigned email_exact;	 /* yes 1: with the whole address, which is then known to the server */
	int64_t max_age;	 /* seconds after which a clean mailbox is looked up again */
	unsigned stealer_logs, breaches; /* enum rp_counts */
	unsigned unverified, fabricated; /* yes 1: breaches of that kind count too */
	unsigned spam_lists, without_passwords;
	int64_t proved_before;	   /* Unix time that counts as everybody's last proof until there is one */
	unsigned providers;	   /* yes 1: an address of a known provider is folded: address.h */
	unsigned unknown_reset;	   /* refuse RP_UNKNOWN_REFUSE | allow RP_UNKNOWN_ALLOW */
	unsigned reset_code;	   /* yes 1: a right code lets a reset through */
	unsigned code_after_reset; /* yes 1: the login after a reset is asked for a code, whatever policy says
				    */
	int64_t cooling;	   /* seconds without resets after a flagged address was changed; 0: none */
	char help_text[256];	   /* what to do, told to whom a reset is refused */
	int64_t sweep_rate;	   /* addresses a minute; 0: what the plan allows */
	/* [fetch]: rempart-fetch's own */
	char fetch_socket[RP_PATH_MAX];
	char passwords_url[RP_PATH_MAX]; /* the prefix is put behind it */
	char email_url[RP_PATH_MAX];	 /* of the e-mail API: service and parameter are put behind it */
	char api_key_file[RP_PATH_MAX];	 /* path, or credential:NAME of systemd; "none": no e-mail lookups */
	char portal_domain[256];	 /* whose stealer logs are pulled; "none" */
	char ca_file[RP_PATH_MAX];	 /* in place of the system's; empty: those */
	char proxy[RP_PATH_MAX];	 /* "none": none, whatever the environment says */
	/* [throttle] */
	struct rp_throttle_config account, pair, source;
	int64_t shut_after; /* consecutive failures that shut the open lane: at most 100 (SP 800-63B) */
	int64_t lane_days;  /* how long a source that logged in keeps a lane of its own */
};

/* The i-th key, and its default in the words of the file; false past the last. */
bool rp_config_key(unsigned i, const char **section, const char **name, const char **fallback);

/* Everything at its default. */
void rp_config_defaults(struct rp_config *c);

/*
 * Reads path over the defaults. The file must belong to root or to this process's user and must not be
 * writable by others. On error returns RP_ENOENT, RP_EPERM, RP_EIO or RP_EINVAL, and why holds one line:
 * "file:line: reason".
 */
int rp_config_read(struct rp_config *c, const char *path, char *why, unsigned why_size);

/* Whether word is one of list's blank-separated words. */
bool rp_list_has(const char *list, const char *word);

/* YYYY-MM-DD, midnight UTC, to Unix time. RP_EINVAL for anything else, 31 February too. */
int rp_date_parse(const char *s, int64_t *out);
/* "90", "90s", "30m", "2h" or "1d", to seconds. RP_EINVAL for anything else. */
int rp_seconds_parse(const char *s, int64_t *out);

#endif
