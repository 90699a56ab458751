/* A store of layout 1, which had no mailboxes, made in plain SQL. */
#ifndef TEST_STORE_OLD_H
#define TEST_STORE_OLD_H

#include "tests/unit/test_store.h"

#include <openssl/sha.h>
#include <sqlite3.h>
#include "store/record.h"

#define OLD_ACCOUNTS 40

static const char old_schema[] =
	"PRAGMA page_size=1024; BEGIN;"
	"CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, record BLOB NOT NULL);"
	"CREATE TABLE throttle(key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL,"
	" until INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE event(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, verb INTEGER NOT NULL,"
	" verdict INTEGER NOT NULL, reason INTEGER NOT NULL, account TEXT NOT NULL, service TEXT NOT NULL,"
	" source TEXT NOT NULL, text TEXT NOT NULL);"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"PRAGMA application_id=1382903924; PRAGMA user_version=1; COMMIT; PRAGMA journal_mode=WAL;"
	"INSERT INTO throttle VALUES(x'01000000000000000000000000000000', 3, 4, 5);"
	"INSERT INTO meta VALUES('old', 'value');"
	"INSERT INTO event VALUES(1, 2, 3, 4, 5, 'user1', 'sshd', '192.0.2.1', 'text')";

static inline void fill_old(struct st_account *a, unsigned n)
{
	memset(a, 0, sizeof(*a));
	snprintf(a->name, sizeof(a->name), "user%u", n);
	fill_account(a, n);
	memset(&a->mail, 0, sizeof(a->mail));
	if (n % 2) /* half of the records are of their version 1, without marks */
		a->leaked_since = 0;
}

/* A record as versions 1 and 2 had it: today's without what came later. */
static inline int old_record(unsigned n, uint8_t record[ST_RECORD_MAX])
{
	uint8_t all[32 + ST_RECORD_MAX] = "", sum[SHA256_DIGEST_LENGTH];
	struct st_account a;
	size_t name;
	int len;

	fill_old(&a, n);
	len = st_record_encode(&a, record, ST_RECORD_MAX);
	assert_true(len > 8);
	record[0] = n % 2 ? 1 : 2;
	name = strlen(a.name) + 1;
	memcpy(all, a.name, name);
	memcpy(all + name, record, (size_t)len - 8);
	SHA256(all, name + (size_t)len - 8, sum);
	memcpy(record + len - 8, sum, 8);
	return len;
}

static inline void make_with_sql(void)
{
	uint8_t record[ST_RECORD_MAX];
	sqlite3_stmt *q;
	sqlite3 *db;
	char name[16];

	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, old_schema, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "INSERT INTO account(name, record) VALUES(?1, ?2)", -1, &q, NULL),
		SQLITE_OK);
	for (unsigned i = 0; i < OLD_ACCOUNTS; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		sqlite3_bind_text(q, 1, name, -1, SQLITE_TRANSIENT);
		sqlite3_bind_blob(q, 2, record, old_record(i, record), SQLITE_TRANSIENT);
		assert_int_equal(sqlite3_step(q), SQLITE_DONE);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline size_t read_whole(const char *file, uint8_t *bytes, size_t size)
{
	FILE *f = fopen(in_folder(file), "r");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, size, f);
	assert_in_range(len, 1, size - 1);
	assert_int_equal(fclose(f), 0);
	return len;
}

/* The first time with SQL, then with the same bytes. */
static inline void make_old_store(void)
{
	static uint8_t bytes[65536];
	static size_t len;
	FILE *f;

	if (!len) {
		make_with_sql();
		len = read_whole("store.db", bytes, sizeof(bytes));
	} else {
		f = fopen(in_folder("store.db"), "w");
		assert_non_null(f);
		assert_int_equal(fwrite(bytes, 1, len, f), len);
		assert_int_equal(fclose(f), 0);
	}
	assert_int_equal(chmod(in_folder("store.db"), 0600), 0);
}

static inline int see_old_event(const struct st_event *e, void *ctx)
{
	assert_true(e->seq == 1 && e->time == 2 && e->verb == 3 && e->verdict == 4 && e->reason == 5);
	assert_string_equal(e->source, "192.0.2.1");
	++*(unsigned *)ctx;
	return 0;
}

/* Everything that make_old_store put in is there. */
static inline void assert_old_store(struct st_store *s)
{
	struct st_turn *t = st_turn_new();
	struct st_throttle_record *r = st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){1});
	struct st_account want;
	char value[8];
	unsigned events = 0;

	for (unsigned i = 0; i < OLD_ACCOUNTS; i++) {
		fill_old(&want, i);
		st_turn_account(t, want.name);
	}
	ok(s, st_begin(s, t, 2000));
	st_rollback(s);
	for (unsigned i = 0; i < OLD_ACCOUNTS; i++) {
		fill_old(&want, i);
		want.dirty = false;
		assert_memory_equal(st_turn_account(t, want.name), &want, sizeof(want));
	}
	assert_true(r->exists && r->t.failures == 3 && r->t.last == 4 && r->t.until == 5);
	assert_int_equal(st_meta_get(s, "old", value, sizeof(value)), 5);
	ok(s, st_each_event(s, 0, 0, NULL, see_old_event, &events));
	assert_int_equal(events, 1);
	ok(s, st_verify(s));
	st_turn_free(t);
}

#endif
