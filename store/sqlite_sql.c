/* Statements, how long they wait, and what is said when they fail. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "common/error.h"
#include "common/ticks.h"
#include "store/sqlite.h"

static const char *const statements[ST_SQL_END] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_ACCOUNT_LOAD] = "SELECT id, record FROM account WHERE name = ?1",
	[ST_ACCOUNT_INSERT] = "INSERT INTO account(name, record) VALUES(?1, ?2)",
	[ST_ACCOUNT_UPDATE] = "UPDATE account SET record = ?2 WHERE id = ?1",
	[ST_ACCOUNT_DELETE] = "DELETE FROM account WHERE id = ?1",
	[ST_ACCOUNT_WALK] = "SELECT name, record FROM account WHERE name > ?1 ORDER BY name LIMIT ?2",
	[ST_ACCOUNT_COUNT] = "SELECT count(*) FROM account",
	[ST_THROTTLE_LOAD] = "SELECT failures, last, until FROM throttle WHERE key = ?1",
	[ST_THROTTLE_SAVE] = "INSERT INTO throttle(key, failures, last, until) VALUES(?1, ?2, ?3, ?4)"
			     " ON CONFLICT(key) DO UPDATE SET failures = ?2, last = ?3, until = ?4",
	[ST_THROTTLE_DELETE] = "DELETE FROM throttle WHERE key = ?1",
	[ST_THROTTLE_NTH] = "SELECT key FROM throttle WHERE key >= ?1 ORDER BY key LIMIT 1 OFFSET ?2",
	[ST_THROTTLE_PRUNE] = "DELETE FROM throttle WHERE key >= ?1 AND key <= ?2 AND last < ?3",
	[ST_MAILBOX_LOAD] = "SELECT key, listed, until, checked, found, record FROM mailbox WHERE key = ?1",
	[ST_MAILBOX_SAVE] = "INSERT INTO mailbox(key, listed, until, checked, found, record)"
			    " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(key) DO UPDATE"
			    " SET listed = ?2, until = ?3, checked = ?4, found = ?5, record = ?6",
	[ST_MAILBOX_DELETE] = "DELETE FROM mailbox WHERE key = ?1",
	[ST_MAILBOX_WALK] = "SELECT key, listed, until, checked, found, record FROM mailbox WHERE key > ?1"
			    " ORDER BY key LIMIT ?2",
	[ST_MAILBOX_COUNT] = "SELECT count(*) FILTER (WHERE listed AND (until = 0 OR until > ?1)),"
			     " count(*) FILTER (WHERE checked) FROM mailbox",
	[ST_MAILBOX_NTH] = "SELECT key FROM mailbox WHERE key >= ?1 ORDER BY key LIMIT 1 OFFSET ?2",
	[ST_MAILBOX_PRUNE] = "DELETE FROM mailbox WHERE key >= ?1 AND key <= ?2 AND checked < ?3"
			     " AND NOT listed AND NOT found",
	[ST_EVENT_LAST] = "SELECT max(seq) FROM event",
	[ST_EVENT_ADD] = "INSERT INTO event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[ST_EVENT_NTH] = "SELECT seq FROM event WHERE seq > ?1 AND (?2 IS NULL OR account = ?2)"
			 " ORDER BY seq DESC LIMIT 1 OFFSET ?3",
	[ST_EVENT_WALK] = "SELECT * FROM event WHERE seq > ?1 AND seq <= ?2 AND (?3 IS NULL OR account = ?3)"
			  " ORDER BY seq LIMIT ?4",
	[ST_META_GET] = "SELECT value FROM meta WHERE name = ?1",
	[ST_META_SET] =
		"INSERT INTO meta(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
};

void st_wait(struct st_store *s, int ms)
{
	s->give_up = rp_now_ms() + ms;
}

int st_busy(void *ctx, int tries)
{
	const struct st_store *s = ctx;
	const struct timespec ms = {0, 1000000};

	(void)tries;
	if (rp_now_ms() >= s->give_up)
		return 0;
	nanosleep(&ms, NULL);
	return 1;
}

int st_say(struct st_store *s, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return err;
}

/* A write that failed, by the kernel's reason. */
static int io_error(int os)
{
	switch (os) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return RP_EFULL;
	case EACCES:
	case EPERM:
	case EROFS:
		return RP_EPERM;
	default:
		return RP_EIO;
	}
}

static int from_sqlite(int code, int os)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return RP_EBUSY;
	case SQLITE_FULL:
		return RP_EFULL;
	case SQLITE_NOMEM:
		return RP_ENOMEM;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return RP_EPERM;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return code == SQLITE_IOERR_NOMEM ? RP_ENOMEM : io_error(os);
	default:
		/* Not a database, a page that cannot be, a table or column that is missing. */
		return RP_ECORRUPT;
	}
}

int st_failed(struct st_store *s, const char *doing)
{
	int kernel = errno; /* SQLite keeps it for most failures, but not for a COMMIT's */
	int code = sqlite3_extended_errcode(s->db);
	bool by_kernel = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
	int last = sqlite3_system_errno(s->db);
	int os = by_kernel ? (last ? last : kernel) : 0;
	int err = from_sqlite(code, os);

	return st_say(s, err, "%s: %s: %s%s%s", s->path, doing, sqlite3_errstr(code), os ? ": " : "",
		      os ? strerror(os) : "");
}

int st_step(struct st_store *s, enum st_sql n, const char *doing)
{
	errno = 0;
	switch (sqlite3_step(s->sql[n])) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return st_failed(s, doing);
	}
}

void st_done(struct st_store *s, enum st_sql n)
{
	sqlite3_reset(s->sql[n]);
	sqlite3_clear_bindings(s->sql[n]);
}

int st_run(struct st_store *s, enum st_sql n, const char *doing)
{
	int err = st_step(s, n, doing);

	st_done(s, n);
	return err < 0 ? err : 0;
}

int st_exec(struct st_store *s, const char *sql, const char *doing)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : st_failed(s, doing);
}

int st_prepare(struct st_store *s)
{
	for (int i = 0; i < ST_SQL_END; i++)
		if (sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &s->sql[i], NULL))
			return st_failed(s, "opening it");
	return 0;
}

void st_finalize(struct st_store *s)
{
	for (int i = 0; i < ST_SQL_END; i++) {
		sqlite3_finalize(s->sql[i]);
		s->sql[i] = NULL;
	}
}
