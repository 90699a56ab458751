/* Mailboxes: columns for what is counted and forgotten, a record for the rest. */
#include <math.h>
#include <string.h>
#include "common/error.h"
#include "store/record.h"
#include "store/sqlite.h"

static bool found(const struct st_mailbox *m)
{
	return m->checked && (m->stealer.added || m->breach.added);
}

static bool key_column(sqlite3_stmt *q, uint8_t key[ST_HASH_LEN])
{
	const void *blob = sqlite3_column_blob(q, 0);

	if (!blob || sqlite3_column_bytes(q, 0) != ST_HASH_LEN)
		return false;
	memcpy(key, blob, ST_HASH_LEN);
	return true;
}

/* The row that q stands at. */
static int read_row(struct st_store *s, sqlite3_stmt *q, struct st_mailbox *m)
{
	const void *record = sqlite3_column_blob(q, 5);
	sqlite3_int64 listed = sqlite3_column_int64(q, 1);
	int err = RP_ECORRUPT;

	memset(m, 0, sizeof(*m));
	if (key_column(q, m->key) && listed >= 0 && listed <= ST_LISTED_STEALER) {
		m->listed = (uint8_t)listed;
		m->until = sqlite3_column_int64(q, 2);
		m->checked = sqlite3_column_int64(q, 3);
		err = st_mailbox_decode(m, record, record ? (size_t)sqlite3_column_bytes(q, 5) : 0);
		if (!err && found(m) != sqlite3_column_int64(q, 4))
			err = RP_ECORRUPT;
	}
	return err ? st_say(s, err, "%s: the record of a mailbox: %s", s->path, rp_strerror(err)) : 0;
}

int st_mailbox_load(struct st_store *s, const uint8_t key[ST_HASH_LEN], struct st_mailbox *out)
{
	sqlite3_stmt *q = s->sql[ST_MAILBOX_LOAD];
	struct st_mailbox m = {.exists = false};
	int err;

	if (!s->in_turn)
		st_wait(s, ST_WAIT_MS);
	sqlite3_bind_blob(q, 1, key, ST_HASH_LEN, SQLITE_STATIC);
	err = st_step(s, ST_MAILBOX_LOAD, "reading a mailbox");
	if (err == 1)
		err = read_row(s, q, &m);
	st_done(s, ST_MAILBOX_LOAD);
	if (err)
		memset(&m, 0, sizeof(m));
	memcpy(m.key, key, ST_HASH_LEN);
	*out = m;
	return err;
}

static int delete_row(struct st_store *s, const uint8_t key[ST_HASH_LEN])
{
	sqlite3_bind_blob(s->sql[ST_MAILBOX_DELETE], 1, key, ST_HASH_LEN, SQLITE_STATIC);
	return st_run(s, ST_MAILBOX_DELETE, "deleting a mailbox");
}

int st_mailbox_save(struct st_store *s, const struct st_mailbox *m)
{
	sqlite3_stmt *q = s->sql[ST_MAILBOX_SAVE];
	uint8_t record[ST_MAILBOX_RECORD_MAX];
	int len;

	if (!s->in_turn)
		return st_say(s, RP_EINVAL, "no turn is open");
	if (!m->exists || (!m->listed && !m->checked))
		return delete_row(s, m->key);
	len = st_mailbox_encode(m, record, sizeof(record));
	if (len < 0)
		return st_say(s, len, "a mailbox is out of bounds and cannot be written");
	sqlite3_bind_blob(q, 1, m->key, ST_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, m->listed);
	sqlite3_bind_int64(q, 3, m->listed ? m->until : 0);
	sqlite3_bind_int64(q, 4, m->checked);
	sqlite3_bind_int(q, 5, found(m));
	sqlite3_bind_blob(q, 6, record, len, SQLITE_STATIC);
	return st_run(s, ST_MAILBOX_SAVE, "writing a mailbox");
}

int st_count_mailboxes(struct st_store *s, int64_t now, int64_t *listed, int64_t *checked)
{
	sqlite3_stmt *q = s->sql[ST_MAILBOX_COUNT];
	int err;

	if (!s->in_turn)
		st_wait(s, ST_WAIT_MS);
	sqlite3_bind_int64(q, 1, now);
	err = st_step(s, ST_MAILBOX_COUNT, "counting mailboxes");
	if (err == 1) {
		*listed = sqlite3_column_int64(q, 0);
		*checked = sqlite3_column_int64(q, 1);
	}
	st_done(s, ST_MAILBOX_COUNT);
	return err < 0 ? err : 0;
}

/* Reads at most ST_WALK_ROWS mailboxes after key, which becomes the last one's. Returns how many. */
static int read_on(struct st_store *s, bool first, uint8_t key[ST_HASH_LEN])
{
	sqlite3_stmt *q = s->sql[ST_MAILBOX_WALK];
	struct st_mailbox m = {.exists = false};
	int n = 0, err;

	st_wait(s, ST_WAIT_MS);
	if (first)
		sqlite3_bind_double(q, 1, -INFINITY); /* below whatever a damaged key may be */
	else
		sqlite3_bind_blob(q, 1, key, ST_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, ST_WALK_ROWS);
	while ((err = st_step(s, ST_MAILBOX_WALK, "reading mailboxes")) == 1 && !(err = read_row(s, q, &m)))
		n++;
	st_done(s, ST_MAILBOX_WALK);
	memcpy(key, m.key, ST_HASH_LEN);
	return err < 0 ? err : n;
}

int st_verify_mailboxes(struct st_store *s)
{
	uint8_t key[ST_HASH_LEN];
	int n = read_on(s, true, key);

	while (n == ST_WALK_ROWS)
		n = read_on(s, false, key);
	return n < 0 ? n : 0;
}
