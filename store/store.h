/*
 * The store: accounts, throttles and events, and the contract that every driver keeps.
 *
 * It is shaped like a turn. Name the records that the waiting requests concern (st_turn_account,
 * st_turn_throttle), st_begin loads and locks them in key order, the engine decides in memory, st_commit
 * writes what is dirty and the events, all in one transaction that is on disk when it returns 0. After any
 * error, and after a process killed at any moment, the store is as it was before the turn.
 *
 * Not thread-safe. Several processes may hold the same store: rempartd, and the CLI beside it.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/mailbox.h"
#include "common/protocol.h"

#define ST_TOKENS_MAX 8
#define ST_RECOVERY_MAX 10
#define ST_LANES_MAX 4
#define ST_SEALED_MAX 128 /* nonce 12, secret up to 64, tag 16, and room */
#define ST_EMAIL_SEALED_MAX 288
#define ST_HASH_LEN 16
#define ST_LABEL_MAX 32
#define ST_EVENT_TEXT_MAX 160
#define ST_REASON_MAX 80

/* Bytes sealed by engine/seal.h; opaque here. len 0: none. */
struct st_sealed {
	uint32_t generation; /* of the key */
	uint16_t len;
	uint8_t bytes[ST_SEALED_MAX];
};

enum st_token_state { ST_TOKEN_NONE = 0, ST_TOKEN_PENDING = 1, ST_TOKEN_ACTIVE = 2 };

struct st_token {
	uint32_t id; /* 1, 2, … within the account, never used again */
	uint8_t state;
	uint8_t algorithm; /* EN_SHA1 … of engine/totp.h */
	uint8_t digits;	   /* 6 to 8 */
	uint16_t period;   /* seconds */
	int64_t created;
	uint64_t last_counter; /* last time step accepted; a code is good only for a later one (RFC 6238, 5.2)
				*/
	char label[ST_LABEL_MAX + 1];
	struct st_sealed secret;
};

/* Failures of one account's open lane, one pair or one source. */
struct st_throttle {
	uint32_t failures; /* consecutive */
	int64_t last;	   /* time of the last one */
	int64_t until;	   /* nothing is judged before this time */
};

/* A source from which this account logged in. */
struct st_lane {
	uint8_t source[ST_HASH_LEN];
	int64_t last;	   /* time of the last login; 0: free */
	uint32_t failures; /* since then */
};

/* What is known of the address that an account has registered, and of resets. All zero for most. */
struct st_mail {
	int64_t proved;	 /* last proof that the user controls the mailbox; 0: none since it was registered */
	int64_t flagged; /* since then it was seen to be flagged; 0: it was not, or not any more */
	int64_t told;	 /* when its user was told so */
	int64_t cooling; /* no reset before this time */
	int64_t gate;	 /* one reset may go through until this time, whatever the mailbox */
	int64_t reset;	 /* the password was reset then, and no login with a code has followed; 0: none */
	int64_t gate_of; /* whom the gate is for: some of the tag of a source; 0: whoever asks */
};

struct st_account {
	char name[RP_USER_MAX + 1]; /* the key; bytes, compared exactly */
	bool exists; /* st_begin found it, or the engine made it; false and dirty at commit: it is deleted */
	bool dirty;  /* to be written by st_commit */

	bool locked; /* by an administrator */
	int64_t created;
	int64_t deadline;	 /* this user's own, or 0: the configuration's */
	int64_t leaked_since;	 /* the password was found in a leak then, and is to be changed; 0: none */
	struct st_throttle open; /* the open lane */
	struct st_lane lanes[ST_LANES_MAX];

	int64_t last_ok, prev_ok; /* the last two logins; 0: none */
	char last_source[64], prev_source[64];
	uint32_t failures_since, prev_failures; /* since last_ok; between prev_ok and last_ok */

	uint32_t next_token; /* id of the next token */
	uint8_t n_tokens;
	struct st_token tokens[ST_TOKENS_MAX];

	struct st_sealed recovery_key; /* keys the hashes below */
	uint8_t n_recovery;	       /* codes not used yet */
	uint8_t recovery[ST_RECOVERY_MAX][ST_HASH_LEN];

	uint32_t email_generation;
	uint16_t email_len; /* sealed; 0: none registered */
	uint8_t email[ST_EMAIL_SEALED_MAX];
	struct st_mail mail;
};

enum st_listed { ST_LISTED_NOT = 0, ST_LISTED_ADMIN = 1, ST_LISTED_STEALER = 2 };

/* The latest breach of one sort that counts against a mailbox. added 0: there is none. */
struct st_breach {
	uint16_t classes; /* enum rp_breach_class */
	int64_t added, date;
	char name[RP_BREACH_NAME_MAX + 1];
};

/*
 * What is known of one mailbox, whoever has registered it. Never the address: the key is a tag of its digest
 * (engine/address.h). Two parts that do not touch each other: the list, which administrators make, and what a
 * lookup found.
 */
struct st_mailbox {
	uint8_t key[ST_HASH_LEN];
	bool exists;

	uint8_t listed; /* enum st_listed */
	int64_t since;	/* when it was put on the list */
	int64_t until;	/* not flagged by the list from then on; 0: for good */
	char reason[ST_REASON_MAX + 1];

	int64_t checked; /* when it was last looked up; 0: never */
	uint8_t rules;	 /* of what counted then: engine/mailbox.h */
	bool no_record;	 /* it is in a breach that no record tells of */
	struct st_breach stealer, breach;
};

/* A throttle that is not in an account: a pair, a source, the open lane of a name that has no account. */
struct st_throttle_record {
	uint8_t key[ST_HASH_LEN];
	bool exists, dirty; /* as in st_account */
	struct st_throttle t;
};

/* One decision or one act of administration. Never a secret, a code or an e-mail address. */
struct st_event {
	int64_t seq;  /* given by st_commit, rising without a gap */
	int64_t time; /* Unix time, seconds */
	uint8_t verb; /* enum rp_verb, or 0: an act of administration, or rempartd's own */
	uint8_t verdict;
	uint8_t reason; /* enum en_reason of engine/reason.h */
	char account[RP_USER_MAX +
		     1]; /* or "unknown:" and a tag: a name without an account may be a password */
	char service[RP_SERVICE_MAX + 1];
	char source[64];
	char text[ST_EVENT_TEXT_MAX + 1]; /* administration: who did it and why; a password: why it is not
					     known whether it is in a leak */
};

#define ST_TURN_MAX 256 /* requests in one turn */

struct st_turn; /* records of one turn */

struct st_turn *st_turn_new(void); /* NULL: no memory */
void st_turn_free(struct st_turn *t);
/* Forgets everything, wiping it. */
void st_turn_clear(struct st_turn *t);

/* Names a record. The same key gives the same record. Before st_begin the record has only its key; pointers
 * stay valid until st_turn_clear. NULL when the turn is full (ST_TURN_MAX accounts, 3 * ST_TURN_MAX
 * throttles), the name is too long, or st_begin has run: what it did not load must not be decided on. */
struct st_account *st_turn_account(struct st_turn *t, const char *name);
struct st_throttle_record *st_turn_throttle(struct st_turn *t, const uint8_t key[ST_HASH_LEN]);
/* A new, zeroed event of this turn; one whose time is still 0 at st_commit is none, and is not written.
 * NULL when there are more than 4 * ST_TURN_MAX. */
struct st_event *st_turn_event(struct st_turn *t);
/* The n-th event, for the log once it is committed; NULL past the last. */
const struct st_event *st_turn_event_at(const struct st_turn *t, size_t n);

struct st_store;

/*
 * Opens the store in the folder state. create: makes it when it is not there (0600; whose the folder is when
 * root makes it, else this user's).
 * Returns 0, RP_ENOENT (none there), RP_EPERM, RP_EIO, RP_ECORRUPT, RP_EBUSY, RP_EFULL, RP_EVERSION (made by
 * a newer Rempart). st_why(NULL) explains.
 */
int st_open(struct st_store **out, const char *state, bool create);
void st_close(struct st_store *s);
/* One line about the last error of s, or of the last st_open: for the log. */
const char *st_why(const struct st_store *s);
/* Whether the file that is open is still the one at its path: a backup may have been put in its place. */
bool st_is_current(const struct st_store *s);

/* Begins the transaction, waiting for other processes at most budget_ms, and loads the records of t.
 * On error no transaction is open. RP_ECORRUPT: a record does not decode or its checksum is wrong. */
int st_begin(struct st_store *s, struct st_turn *t, int budget_ms);
/* Writes dirty records and the events and makes them durable. On error everything is rolled back: this and
 * every other process sees the store as it was. Only where the disk failed to sync the turn and then fails to
 * take it back as well, whoever opens the store later may find the turn done, whole. */
int st_commit(struct st_store *s, struct st_turn *t);
void st_rollback(struct st_store *s);

/* Small values beside the records. set: only between st_begin and st_commit. get: RP_ENOENT when missing;
 * returns the length otherwise. */
int st_meta_get(struct st_store *s, const char *name, void *out, size_t size);
int st_meta_set(struct st_store *s, const char *name, const void *value, size_t len);

/* Calls each for every account whose name is greater than after, in order of the name's bytes, at most limit
 * (0: all). each returns 0 to go on; anything else ends the walk and is returned. No transaction is held open
 * between calls of st_each_account; a long walk is many short ones. */
int st_each_account(struct st_store *s, const char *after, int limit,
		    int (*each)(const struct st_account *a, void *ctx), void *ctx);
/* Events with seq greater than after, oldest first; last > 0: only the newest last of them. account: NULL
 * for all. */
int st_each_event(struct st_store *s, int64_t after, int last, const char *account,
		  int (*each)(const struct st_event *e, void *ctx), void *ctx);
int st_count_accounts(struct st_store *s, int64_t *out);

/*
 * Mailboxes. Which one a request concerns is in its account, sealed, so they are loaded after st_begin, one
 * at a time: after the turn's accounts and throttles in the order of locks, and in the order of their keys
 * where there are several. load: outside a turn too; out->exists says whether it is there. save: only between
 * st_begin and st_commit; one that is neither listed nor checked, or does not exist, is deleted, and of a
 * part that is not there nothing is kept.
 */
int st_mailbox_load(struct st_store *s, const uint8_t key[ST_HASH_LEN], struct st_mailbox *out);
int st_mailbox_save(struct st_store *s, const struct st_mailbox *m);
/* How many are on the list (an until that is over does not count), and how many have been looked up. */
int st_count_mailboxes(struct st_store *s, int64_t now, int64_t *listed, int64_t *checked);

/* What is done when nobody waits: moves the log into the database, forgets throttles whose last failure is
 * before old and lookups from before stale. Not those that found a breach, which does not grow old, nor one
 * whose mailbox is on the list. A call looks at a slice of each, and the next goes on from there. */
int st_tidy(struct st_store *s, int64_t old, int64_t stale);
/* Reads everything and checks every record; RP_ECORRUPT when something is wrong. */
int st_verify(struct st_store *s);

#endif
