/* A turn in SQLite: one BEGIN IMMEDIATE, prepared statements, one COMMIT, which is one sync of the log.
 * The lock is on the whole store, so that the order in which records are loaded does not matter here. */
#include "store/sqlite.h"

#include <string.h>
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "store/record.h"
#include "store/turn.h"

bool st_text_column(sqlite3_stmt *q, int col, char *out, size_t max)
{
	const unsigned char *text = sqlite3_column_text(q, col);
	size_t len = (size_t)sqlite3_column_bytes(q, col);

	if (!text || len > max || sqlite3_column_type(q, col) != SQLITE_TEXT)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return strlen(out) == len;
}

int st_account_column(struct st_store *s, sqlite3_stmt *q, int col, struct st_account *a)
{
	const void *blob = sqlite3_column_blob(q, col);
	int err = st_record_decode(a, blob, blob ? (size_t)sqlite3_column_bytes(q, col) : 0);
	char name[80];

	if (err)
		st_say(s, err, "%s: the record of account %s: %s", s->path,
		       rp_log_name(name, sizeof(name), a->name), rp_strerror(err));
	return err;
}

static int load_account(struct st_store *s, struct st_account *a, int64_t *row)
{
	sqlite3_stmt *q = s->sql[ST_ACCOUNT_LOAD];
	int err;

	sqlite3_bind_text(q, 1, a->name, -1, SQLITE_STATIC);
	err = st_step(s, ST_ACCOUNT_LOAD, "reading an account");
	if (err == 1) {
		*row = sqlite3_column_int64(q, 0);
		err = st_account_column(s, q, 1, a);
	}
	st_done(s, ST_ACCOUNT_LOAD);
	return err;
}

static int load_throttle(struct st_store *s, struct st_throttle_record *r)
{
	sqlite3_stmt *q = s->sql[ST_THROTTLE_LOAD];
	int err;

	sqlite3_bind_blob(q, 1, r->key, ST_HASH_LEN, SQLITE_STATIC);
	err = st_step(s, ST_THROTTLE_LOAD, "reading a throttle");
	if (err == 1) {
		r->exists = true;
		r->t.failures = (uint32_t)sqlite3_column_int64(q, 0);
		r->t.last = sqlite3_column_int64(q, 1);
		r->t.until = sqlite3_column_int64(q, 2);
		err = 0;
	}
	st_done(s, ST_THROTTLE_LOAD);
	return err;
}

int st_begin(struct st_store *s, struct st_turn *t, int budget_ms)
{
	int err;

	if (s->in_turn)
		return st_say(s, RP_EINVAL, "a turn is open already");
	st_turn_reset(t);
	st_wait(s, budget_ms);
	err = st_run(s, ST_BEGIN, "beginning a turn");
	if (err)
		goto out;
	s->in_turn = true;
	for (size_t i = 0; i < t->n_accounts && !err; i++)
		err = load_account(s, &t->accounts[i], &t->rows[i]);
	for (size_t i = 0; i < t->n_throttles && !err; i++)
		err = load_throttle(s, &t->throttles[i]);
	t->loaded = !err;
out:
	if (err)
		st_rollback(s);
	return err;
}

static int save_account(struct st_store *s, const struct st_account *a, int64_t row)
{
	enum st_sql n = row ? ST_ACCOUNT_UPDATE : ST_ACCOUNT_INSERT;
	uint8_t record[ST_RECORD_MAX];
	int err, len = 0;

	if (!a->exists && !row)
		return 0;
	if (!a->exists) {
		sqlite3_bind_int64(s->sql[ST_ACCOUNT_DELETE], 1, row);
		return st_run(s, ST_ACCOUNT_DELETE, "deleting an account");
	}
	len = st_record_encode(a, record, sizeof(record));
	if (len < 0)
		return st_say(s, len, "an account is out of bounds and cannot be written");
	if (row)
		sqlite3_bind_int64(s->sql[n], 1, row);
	else
		sqlite3_bind_text(s->sql[n], 1, a->name, -1, SQLITE_STATIC);
	sqlite3_bind_blob(s->sql[n], 2, record, len, SQLITE_STATIC);
	err = st_run(s, n, "writing an account");
	rp_wipe(record, (size_t)len);
	return err;
}

static int save_throttle(struct st_store *s, const struct st_throttle_record *r)
{
	enum st_sql n = r->exists ? ST_THROTTLE_SAVE : ST_THROTTLE_DELETE;
	sqlite3_stmt *q = s->sql[n];

	sqlite3_bind_blob(q, 1, r->key, ST_HASH_LEN, SQLITE_STATIC);
	if (r->exists) {
		sqlite3_bind_int64(q, 2, r->t.failures);
		sqlite3_bind_int64(q, 3, r->t.last);
		sqlite3_bind_int64(q, 4, r->t.until);
	}
	return st_run(s, n, "writing a throttle");
}

static int save_event(struct st_store *s, const struct st_event *e)
{
	sqlite3_stmt *q = s->sql[ST_EVENT_ADD];

	sqlite3_bind_int64(q, 1, e->seq);
	sqlite3_bind_int64(q, 2, e->time);
	sqlite3_bind_int(q, 3, e->verb);
	sqlite3_bind_int(q, 4, e->verdict);
	sqlite3_bind_int(q, 5, e->reason);
	sqlite3_bind_text(q, 6, e->account, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 7, e->service, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 8, e->source, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 9, e->text, -1, SQLITE_STATIC);
	return st_run(s, ST_EVENT_ADD, "writing an event");
}

/* Numbers go on from the last event of whoever wrote it: this transaction has the lock. */
static int save_events(struct st_store *s, struct st_turn *t)
{
	int64_t seq = 0;
	int err;

	st_turn_drop_empty_events(t);
	if (!t->n_events)
		return 0;
	err = st_step(s, ST_EVENT_LAST, "reading the last event");
	if (err == 1)
		seq = sqlite3_column_int64(s->sql[ST_EVENT_LAST], 0);
	st_done(s, ST_EVENT_LAST);
	err = err < 0 ? err : 0;
	for (size_t i = 0; i < t->n_events && !err; i++) {
		t->events[i].seq = ++seq;
		err = save_event(s, &t->events[i]);
	}
	return err;
}

int st_commit(struct st_store *s, struct st_turn *t)
{
	int err = 0;

	if (!s->in_turn || !t->loaded)
		return st_say(s, RP_EINVAL, "no turn is open");
	for (size_t i = 0; i < t->n_accounts && !err; i++)
		if (t->accounts[i].dirty)
			err = save_account(s, &t->accounts[i], t->rows[i]);
	for (size_t i = 0; i < t->n_throttles && !err; i++)
		if (t->throttles[i].dirty)
			err = save_throttle(s, &t->throttles[i]);
	err = err ? err : save_events(s, t);
	err = err ? err : st_run(s, ST_COMMIT, "committing a turn");
	if (err)
		st_rollback(s);
	s->in_turn = false;
	return err;
}

/* After some failures SQLite has rolled back by itself. Its own failure to roll back closes the transaction
 * too, and the next one reads everything anew. Without statements yet, closing the file is what does it. */
void st_rollback(struct st_store *s)
{
	if (s->sql[ST_ROLLBACK] && !sqlite3_get_autocommit(s->db)) {
		sqlite3_step(s->sql[ST_ROLLBACK]);
		st_done(s, ST_ROLLBACK);
	}
	s->in_turn = false;
}

int st_meta_get(struct st_store *s, const char *name, void *out, size_t size)
{
	sqlite3_stmt *q = s->sql[ST_META_GET];
	int err;

	if (!s->in_turn)
		st_wait(s, ST_WAIT_MS);
	sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	err = st_step(s, ST_META_GET, "reading a value");
	if (err == 0)
		err = RP_ENOENT;
	if (err == 1) {
		const void *value = sqlite3_column_blob(q, 0);

		err = sqlite3_column_bytes(q, 0);
		if ((size_t)err > size)
			err = st_say(s, RP_EINVAL, "%s: the value %s is longer than its reader expects",
				     s->path, name);
		else if (err)
			memcpy(out, value, (size_t)err);
	}
	st_done(s, ST_META_GET);
	return err;
}

int st_meta_set(struct st_store *s, const char *name, const void *value, size_t len)
{
	sqlite3_stmt *q = s->sql[ST_META_SET];

	if (!s->in_turn)
		return st_say(s, RP_EINVAL, "no turn is open");
	sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(q, 2, len ? value : "", len, SQLITE_STATIC);
	return st_run(s, ST_META_SET, "writing a value");
}
