/* Housekeeping and the full check. */
#include <string.h>
#include "common/error.h"
#include "store/sqlite.h"

/* What is forgotten of a table with keys: those of a slice of it that are older than a time. */
struct slice {
	enum st_sql nth, prune;
	const char *doing;
	uint8_t *from; /* where the next slice begins */
};

/* The key ST_PRUNE_ROWS further, or past the last one: then the next round starts over. */
static int slice_end(struct st_store *s, const struct slice *c, uint8_t to[ST_HASH_LEN])
{
	sqlite3_stmt *q = s->sql[c->nth];
	int err;

	sqlite3_bind_blob(q, 1, c->from, ST_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, ST_PRUNE_ROWS - 1);
	err = st_step(s, c->nth, c->doing);
	if (err == 1 && sqlite3_column_bytes(q, 0) == ST_HASH_LEN)
		memcpy(to, sqlite3_column_blob(q, 0), ST_HASH_LEN);
	else
		memset(to, 0xff, ST_HASH_LEN);
	st_done(s, c->nth);
	return err;
}

static int prune(struct st_store *s, const struct slice *c, int64_t old)
{
	sqlite3_stmt *q = s->sql[c->prune];
	uint8_t to[ST_HASH_LEN];
	int err, more = slice_end(s, c, to);

	if (more < 0)
		return more;
	sqlite3_bind_blob(q, 1, c->from, ST_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_blob(q, 2, to, ST_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, old);
	err = st_run(s, c->prune, c->doing);
	if (err)
		return err;
	if (more)
		memcpy(c->from, to, ST_HASH_LEN);
	else
		memset(c->from, 0, ST_HASH_LEN);
	return 0;
}

int st_tidy(struct st_store *s, int64_t old, int64_t stale)
{
	const struct slice throttles = {ST_THROTTLE_NTH, ST_THROTTLE_PRUNE, "forgetting throttles",
					s->throttles_to};
	const struct slice mailboxes = {ST_MAILBOX_NTH, ST_MAILBOX_PRUNE, "forgetting mailboxes",
					s->mailboxes_to};
	int err;

	if (s->in_turn)
		return st_say(s, RP_EINVAL, "a turn is open");
	st_wait(s, ST_WAIT_MS);
	err = prune(s, &throttles, old);
	err = err ? err : prune(s, &mailboxes, stale);
	return err ? err : st_log_tidy(s);
}

static int check_pages(struct st_store *s)
{
	sqlite3_stmt *q = NULL;
	const unsigned char *said = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		said = sqlite3_column_text(q, 0);
	if (!said)
		err = st_failed(s, "checking it");
	else if (strcmp((const char *)said, "ok") != 0)
		err = st_say(s, RP_ECORRUPT, "%s: %s", s->path, (const char *)said);
	sqlite3_finalize(q);
	return err;
}

/* Decoding is the check. */
static int account_is_read(const struct st_account *a, void *ctx)
{
	(void)a;
	(void)ctx;
	return 0;
}

struct numbers {
	struct st_store *s;
	int64_t last; /* 0: none seen */
};

static int event_follows(const struct st_event *e, void *ctx)
{
	struct numbers *n = ctx;

	if (n->last && e->seq != n->last + 1)
		return st_say(n->s, RP_ECORRUPT, "%s: events %lld to %lld are missing", n->s->path,
			      (long long)n->last + 1, (long long)e->seq - 1);
	n->last = e->seq;
	return 0;
}

int st_verify(struct st_store *s)
{
	struct numbers numbers = {s, 0};
	int err;

	st_wait(s, ST_WAIT_MS);
	err = check_pages(s);
	err = err ? err : st_each_account(s, "", 0, account_is_read, NULL);
	err = err ? err : st_verify_mailboxes(s);
	return err ? err : st_each_event(s, 0, 0, NULL, event_follows, &numbers);
}
