/* The tables, and what became of them from one layout to the next. */
#include <stdio.h>
#include "common/error.h"
#include "store/sqlite.h"

/* A mailbox is looked for by its key alone, and so has no second index; what its lookup found and who listed
 * it are in the record. */
#define MAILBOX                                                                                              \
	"CREATE TABLE mailbox(key BLOB PRIMARY KEY, listed INTEGER NOT NULL, until INTEGER NOT NULL,"        \
	" checked INTEGER NOT NULL, found INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;"

/* Accounts are found through one small index, whose upper pages stay in the cache however many there are.
 * Events have no index but their number, so that a login writes two pages; and as a record takes half a
 * kilobyte, pages of 1 KB. */
static const char schema[] =
	"CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" record BLOB NOT NULL);"
	"CREATE TABLE throttle(key BLOB PRIMARY KEY, failures INTEGER NOT NULL,"
	" last INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE event(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
	" verb INTEGER NOT NULL, verdict INTEGER NOT NULL, reason INTEGER NOT NULL,"
	" account TEXT NOT NULL, service TEXT NOT NULL, source TEXT NOT NULL,"
	" text TEXT NOT NULL);"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;" MAILBOX;

/* What makes layout n of layout n - 1. */
static const char *const steps[ST_SCHEMA_VERSION + 1] = {[2] = MAILBOX};

/* One number that a PRAGMA gives. */
static int pragma(struct st_store *s, const char *sql, int *out)
{
	sqlite3_stmt *q = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		*out = sqlite3_column_int(q, 0);
	else
		err = st_failed(s, "reading the header");
	sqlite3_finalize(q);
	return err;
}

static int set_version(struct st_store *s, const char *doing)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", ST_SCHEMA_VERSION);
	return st_exec(s, sql, doing);
}

int st_schema_make(struct st_store *s)
{
	static const char doing[] = "making it";
	char id[64];
	int err = st_exec(s, "PRAGMA page_size=1024; BEGIN IMMEDIATE", doing);

	snprintf(id, sizeof(id), "PRAGMA application_id=%d", ST_APPLICATION_ID);
	err = err ? err : st_exec(s, schema, doing);
	err = err ? err : st_exec(s, id, doing);
	err = err ? err : set_version(s, doing);
	err = err ? err : st_exec(s, "COMMIT", doing);
	return err ? err : st_exec(s, "PRAGMA journal_mode=WAL", doing);
}

static int check_version(struct st_store *s, int *version)
{
	int err = pragma(s, "PRAGMA user_version", version);

	if (err)
		return err;
	if (*version < 1)
		return st_say(s, RP_ECORRUPT, "%s is not a store of Rempart: restore a backup", s->path);
	if (*version > ST_SCHEMA_VERSION)
		return st_say(s, RP_EVERSION, "%s was made by a newer Rempart (layout %d, this one knows %d)",
			      s->path, *version, ST_SCHEMA_VERSION);
	return 0;
}

int st_schema_check(struct st_store *s)
{
	int id = 0, version = 0, err = pragma(s, "PRAGMA application_id", &id);

	if (!err && id != ST_APPLICATION_ID)
		err = st_say(s, RP_ECORRUPT, "%s is not a store of Rempart: restore a backup", s->path);
	return err ? err : check_version(s, &version);
}

/* Whoever comes second finds it done, once he has the lock, and has nothing to add. */
static int upgrade(struct st_store *s)
{
	static const char doing[] = "bringing an older store forward";
	int version = 0, err = st_exec(s, "BEGIN IMMEDIATE", doing);

	err = err ? err : check_version(s, &version);
	while (!err && version < ST_SCHEMA_VERSION)
		err = st_exec(s, steps[++version], doing);
	err = err ? err : set_version(s, doing);
	return err ? err : st_exec(s, "COMMIT", doing);
}

int st_schema_upgrade(struct st_store *s)
{
	int version = 0, err = check_version(s, &version);

	return err || version == ST_SCHEMA_VERSION ? err : upgrade(s);
}
