/* Inside of the SQLite driver. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>
#include "store/store.h"

#define ST_FILE "store.db"
#define ST_PATH_MAX 4096
#define ST_WHY_MAX 512
#define ST_APPLICATION_ID 0x526d7074 /* "Rmpt" in the file's header */
#define ST_SCHEMA_VERSION 2	     /* 1 had no mailboxes, and is brought forward */

/* How long anything but st_begin, which is told, waits for another process. */
#define ST_WAIT_MS 2000

#define ST_PAGE 1024

/* The log's length, in pages, at which a commit has to move it into the database itself … */
#define ST_LOG_MAX 8000
/* … and at which st_tidy finds it worth doing. A log that starts anew costs its first commit a second sync.
 */
#define ST_LOG_TIDY 1000
/* Bytes of a log of ST_LOG_MAX pages, each with its header. */
#define ST_LOG_BYTES (32 + ST_LOG_MAX * (24 + ST_PAGE))

/* Rows read at a time by the walks, and throttles and mailboxes looked at by one st_tidy. */
#define ST_WALK_ROWS 64
#define ST_PRUNE_ROWS 2000

enum st_sql {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_ACCOUNT_LOAD,
	ST_ACCOUNT_INSERT,
	ST_ACCOUNT_UPDATE,
	ST_ACCOUNT_DELETE,
	ST_ACCOUNT_WALK,
	ST_ACCOUNT_COUNT,
	ST_THROTTLE_LOAD,
	ST_THROTTLE_SAVE,
	ST_THROTTLE_DELETE,
	ST_THROTTLE_NTH,
	ST_THROTTLE_PRUNE,
	ST_MAILBOX_LOAD,
	ST_MAILBOX_SAVE,
	ST_MAILBOX_DELETE,
	ST_MAILBOX_WALK,
	ST_MAILBOX_COUNT,
	ST_MAILBOX_NTH,
	ST_MAILBOX_PRUNE,
	ST_EVENT_LAST,
	ST_EVENT_ADD,
	ST_EVENT_NTH,
	ST_EVENT_WALK,
	ST_META_GET,
	ST_META_SET,
	ST_SQL_END
};

struct st_store {
	sqlite3 *db;
	sqlite3_stmt *sql[ST_SQL_END];
	char path[ST_PATH_MAX];
	dev_t dev; /* of the file that is open, and of its log */
	ino_t ino, log_ino;
	int64_t give_up; /* monotonic milliseconds: when to stop waiting for a lock */
	bool in_turn;
	int log_pages; /* after the last commit */
	bool log_has_room;
	/* Where the next st_tidy goes on. */
	uint8_t throttles_to[ST_HASH_LEN], mailboxes_to[ST_HASH_LEN];
	char why[ST_WHY_MAX];
};

/* From now on, wait at most ms for locks. st_busy is SQLite's busy handler for it. */
void st_wait(struct st_store *s, int ms);
int st_busy(void *store, int tries);
/* Keeps a line for st_why and returns err. */
int st_say(struct st_store *s, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same for SQLite's last error, as one of ours. */
int st_failed(struct st_store *s, const char *doing);

int st_prepare(struct st_store *s);
void st_finalize(struct st_store *s);
/* Steps: 1 for a row, 0 at the end, else our error. The caller calls st_done. */
int st_step(struct st_store *s, enum st_sql n, const char *doing);
void st_done(struct st_store *s, enum st_sql n);
/* Runs a statement that gives no row. */
int st_run(struct st_store *s, enum st_sql n, const char *doing);

int st_exec(struct st_store *s, const char *sql, const char *doing);

/* The tables of a new file; whether those of an old one are ours; and an older layout's brought forward. */
int st_schema_make(struct st_store *s);
int st_schema_check(struct st_store *s);
int st_schema_upgrade(struct st_store *s);

/* SQLite's hook after each commit. */
int st_log_grew(void *store, sqlite3 *db, const char *name, int pages);
int st_log_tidy(struct st_store *s);
/* Which log is ours; and where the file is no longer at its path: into the file with what the log holds, and,
 * once it is closed, away with the log. */
int st_log_remember(struct st_store *s);
void st_log_save(struct st_store *s);
void st_log_remove_stray(const struct st_store *s);

/* Decodes the record in column col; name is in a. */
int st_account_column(struct st_store *s, sqlite3_stmt *q, int col, struct st_account *a);
/* Every mailbox is read, as st_each_account reads accounts. */
int st_verify_mailboxes(struct st_store *s);
/* Copies text of at most max bytes into out of max + 1. False: longer, or not text. */
bool st_text_column(sqlite3_stmt *q, int col, char *out, size_t max);

#endif
