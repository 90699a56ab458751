/*
 * Mailboxes that are put on the list, or taken off, many at once: in short transactions beside a rempartd
 * that goes on, in the order of their keys, the event in the first. Each change may be made twice, so that
 * the same command finishes one that was cut off; until then the store says that a list is unfinished.
 */
#ifndef CLI_LISTED_H
#define CLI_LISTED_H

#include "cli/cli.h"

struct cli_keys {
	uint8_t (*key)[ST_HASH_LEN];
	size_t n, room;
};

/* The key of a digest. RP_ENOMEM. */
int cli_keys_add(struct cli *c, struct cli_keys *k, const uint8_t digest[RP_DIGEST_LEN]);
/* Sorted, each once. */
void cli_keys_sort(struct cli_keys *k);
void cli_keys_free(struct cli_keys *k);

struct cli_listing {
	const char *doing; /* of the progress bar */
	enum en_reason reason;
	const char *note;	   /* of the event */
	uint8_t mark[ST_HASH_LEN]; /* which list this is: cli_keys_mark, or the caller's own */
	/* Changes m, one of the keys'; whether there is anything to save. */
	bool (*change)(struct st_mailbox *m, void *ctx);
	void *ctx;
};

/* A list is known by its mailboxes, so that taking them off again finishes what put them on, too. */
void cli_keys_mark(struct cli *c, const struct cli_keys *k, uint8_t mark[ST_HASH_LEN]);
/* Sorted keys. Returns 0, CLI_NO when it was told to stop, or CLI_UNAVAILABLE; it said why. */
int cli_keys_write(struct cli *c, const struct cli_keys *k, const struct cli_listing *l);
/* How many lists are unfinished. */
int cli_lists_unfinished(struct cli *c);

/* Whether the list holds m against its mailbox at now. */
bool cli_is_listed(const struct st_mailbox *m, int64_t now);

#endif
