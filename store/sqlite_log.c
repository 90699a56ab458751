/*
 * The write-ahead log. A commit ends with a sync of what it appended, and that sync takes about half the time
 * where the file does not grow: the log is given its whole length once, and written over ever after.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "store/sqlite.h"

int st_log_grew(void *store, sqlite3 *db, const char *name, int pages)
{
	struct st_store *s = store;

	s->log_pages = pages;
	/* The commit itself is done. If this fails, the log grows, and the next one tries again. */
	if (pages >= ST_LOG_MAX)
		sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

/* Zeros are no frame of any log, so that a reader stops at them as it would at the end of the file. */
static int write_zeros(sqlite3_file *log, sqlite3_int64 at)
{
	static const char zeros[65536];
	int rc = SQLITE_OK;

	for (; at < ST_LOG_BYTES && rc == SQLITE_OK; at += (sqlite3_int64)sizeof(zeros))
		rc = log->pMethods->xWrite(log, zeros, sizeof(zeros), at);
	return rc == SQLITE_OK ? log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) : rc;
}

/* Under the lock that every writer of the log takes. */
static int make_room(struct st_store *s)
{
	sqlite3_file *log = NULL;
	sqlite3_int64 size = 0;
	int rc, err = st_run(s, ST_BEGIN, "making room for the log");

	if (err)
		return err;
	rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (rc == SQLITE_OK && log && log->pMethods) {
		rc = log->pMethods->xFileSize(log, &size);
		rc = rc == SQLITE_OK ? write_zeros(log, size) : rc;
	}
	st_rollback(s);
	/* Logins go on without the room: the log grows as they come. */
	s->log_has_room = rc == SQLITE_OK;
	return 0;
}

int st_log_tidy(struct st_store *s)
{
	int err = s->log_has_room ? 0 : make_room(s);

	if (err || s->log_pages < ST_LOG_TIDY)
		return err;
	/* Busy: somebody is reading or checkpointing, and the rest of the log waits for the next time. */
	if (sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
		s->log_pages = 0;
	else if (sqlite3_errcode(s->db) != SQLITE_BUSY)
		err = st_failed(s, "moving the log into the database");
	return err;
}

int st_log_remember(struct st_store *s)
{
	char path[ST_PATH_MAX + 4];
	struct stat st;
	int err = st_step(s, ST_EVENT_LAST, "opening it"); /* the first read makes the log */

	st_done(s, ST_EVENT_LAST);
	if (err < 0)
		return err;
	snprintf(path, sizeof(path), "%s-wal", s->path);
	if (lstat(path, &st) < 0)
		return st_say(s, RP_EIO, "%s: %s", path, strerror(errno));
	s->log_ino = st.st_ino;
	return 0;
}

/* A store that was moved away keeps what its log holds: SQLite would not do it for a file that has moved. */
void st_log_save(struct st_store *s)
{
	if (s->log_ino && !st_is_current(s))
		sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* SQLite leaves the log alone when the file is no longer at its path. Whoever opened the new file there would
 * take the log for that file's own, and have pages of both. */
void st_log_remove_stray(const struct st_store *s)
{
	char path[ST_PATH_MAX + 4];
	struct stat st;

	if (!s->log_ino || st_is_current(s))
		return;
	snprintf(path, sizeof(path), "%s-wal", s->path);
	if (lstat(path, &st) < 0 || st.st_dev != s->dev || st.st_ino != s->log_ino)
		return;
	unlink(path);
	snprintf(path, sizeof(path), "%s-shm", s->path);
	unlink(path);
}
