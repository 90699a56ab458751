/* The file: made, checked, opened, closed. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "store/sqlite.h"

/* What lies in the file must not run: whoever can write it may not be who reads it. */
static int open_file(struct st_store *s, const char *path)
{
	static const int settings[][2] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	};
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK)
		return st_failed(s, "opening it");
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_handler(s->db, st_busy, s);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		sqlite3_db_config(s->db, settings[i][0], settings[i][1], NULL);
	if (sqlite3_db_readonly(s->db, "main"))
		return st_say(s, RP_EPERM, "%s cannot be written by this user", path);
	return st_exec(s,
		       "PRAGMA synchronous=FULL; PRAGMA cache_size=-1000; PRAGMA mmap_size=0;"
		       "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON",
		       "opening it");
}

/* The folder and the file decide who can rewrite the store; dir is the folder's resolved name. */
static int check_folder(struct st_store *s, const char *dir, struct stat *st)
{
	if (stat(dir, st) < 0)
		return st_say(s, errno == EACCES ? RP_EPERM : RP_ENOENT, "%s: %s", dir, strerror(errno));
	if (!S_ISDIR(st->st_mode))
		return st_say(s, RP_ENOENT, "%s is not a folder", dir);
	if (st->st_uid != geteuid() && st->st_uid != 0 && geteuid() != 0)
		return st_say(s, RP_EPERM, "%s belongs to uid %u", dir, (unsigned)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return st_say(s, RP_EPERM, "%s can be written by others: chmod go-w", dir);
	return 0;
}

static int check_file(struct st_store *s, const struct stat *dir, struct stat *st)
{
	if (lstat(s->path, st) < 0) {
		int e = errno;
		int err = e == ENOENT ? RP_ENOENT : e == EACCES ? RP_EPERM : RP_EIO;

		return st_say(s, err, "%s: %s", s->path, strerror(e));
	}
	if (!S_ISREG(st->st_mode))
		return st_say(s, RP_EPERM, "%s is not a regular file", s->path);
	if (st->st_uid != geteuid() && st->st_uid != dir->st_uid)
		return st_say(s, RP_EPERM, "%s belongs to uid %u", s->path, (unsigned)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return st_say(s, RP_EPERM, "%s can be written by others: chmod go-w", s->path);
	return 0;
}

static void close_file(struct st_store *s)
{
	st_finalize(s);
	sqlite3_close(s->db);
	s->db = NULL;
}

/* The name of a new file goes to the disk with its folder. */
static int sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) < 0 ? RP_EIO : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/* With what SQLite may have left beside it. */
static void remove_fresh(const char *fresh)
{
	static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
	char path[ST_PATH_MAX + 16];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", fresh, endings[i]);
		unlink(path);
	}
}

/* Made beside its place and put there whole, so that no store is ever half made and an empty file is never
 * one. It belongs to whom the folder belongs to: root may make it for rempartd. */
static int make(struct st_store *s, const char *dir, const struct stat *owner)
{
	char fresh[ST_PATH_MAX + 8];
	int err, fd;

	snprintf(fresh, sizeof(fresh), "%s.XXXXXX", s->path);
	fd = mkostemp(fresh, O_CLOEXEC);
	if (fd < 0) {
		int e = errno;

		err = e == ENOSPC || e == EDQUOT ? RP_EFULL : e == EACCES || e == EROFS ? RP_EPERM : RP_EIO;
		return st_say(s, err, "making %s: %s", s->path, strerror(e));
	}
	err = geteuid() == 0 && fchown(fd, owner->st_uid, owner->st_gid) < 0 ? RP_EPERM : 0;
	close(fd);
	if (err)
		st_say(s, err, "making %s: it cannot be given to the folder's owner", s->path);
	err = err ? err : open_file(s, fresh);
	err = err ? err : st_schema_make(s);
	close_file(s);
	/* Somebody else may have made it meanwhile: theirs is as good. */
	if (!err && link(fresh, s->path) < 0 && errno != EEXIST)
		err = st_say(s, RP_EIO, "making %s: %s", s->path, strerror(errno));
	remove_fresh(fresh);
	if (!err && sync_folder(dir) < 0)
		err = st_say(s, RP_EIO, "making %s: the folder could not be synced", s->path);
	return err;
}

/* A backup may come in the other journal mode; only an error or another mode stops here. */
static int use_log(struct st_store *s)
{
	sqlite3_stmt *q = NULL;
	const unsigned char *mode = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(s->db, "PRAGMA journal_mode=WAL", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		mode = sqlite3_column_text(q, 0);
	if (!mode)
		err = st_failed(s, "opening it");
	else if (strcmp((const char *)mode, "wal") != 0)
		err = st_say(s, RP_EIO, "%s: SQLite cannot keep a write-ahead log here", s->path);
	sqlite3_finalize(q);
	return err;
}

static int open_in(struct st_store *s, const char *dir, bool create)
{
	struct stat folder, before, after;
	int err = check_folder(s, dir, &folder);

	if (err)
		return err;
	if (snprintf(s->path, sizeof(s->path), "%s/%s", dir, ST_FILE) >= (int)sizeof(s->path))
		return st_say(s, RP_EINVAL, "%s: the path is too long", dir);
	err = check_file(s, &folder, &before);
	if (err == RP_ENOENT && create) {
		err = make(s, dir, &folder);
		err = err ? err : check_file(s, &folder, &before);
	}
	err = err ? err : open_file(s, s->path);
	err = err ? err : check_file(s, &folder, &after);
	if (!err && (before.st_dev != after.st_dev || before.st_ino != after.st_ino))
		err = st_say(s, RP_EBUSY, "%s was replaced while it was opened", s->path);
	s->dev = before.st_dev;
	s->ino = before.st_ino;
	err = err ? err : st_schema_check(s);
	err = err ? err : use_log(s);
	err = err ? err : st_schema_upgrade(s);
	err = err ? err : st_prepare(s);
	err = err ? err : st_log_remember(s);
	if (!err)
		sqlite3_wal_hook(s->db, st_log_grew, s);
	return err;
}

static char open_why[ST_WHY_MAX]; /* of the last st_open */

int st_open(struct st_store **out, const char *state, bool create)
{
	struct st_store *s = calloc(1, sizeof(*s));
	char *dir = realpath(state, NULL);
	int err;

	*out = NULL;
	open_why[0] = '\0';
	if (!s) {
		err = RP_ENOMEM;
		goto out;
	}
	st_wait(s, ST_WAIT_MS);
	if (!dir)
		err = st_say(s, errno == EACCES ? RP_EPERM : RP_ENOENT, "%s: %s", state, strerror(errno));
	else
		err = open_in(s, dir, create);
	if (!err) {
		*out = s;
		s = NULL;
	} else {
		memcpy(open_why, s->why, sizeof(open_why));
	}
out:
	free(dir);
	st_close(s);
	return err;
}

void st_close(struct st_store *s)
{
	if (!s)
		return;
	st_rollback(s);
	st_log_save(s);
	close_file(s);
	st_log_remove_stray(s);
	free(s);
}

const char *st_why(const struct st_store *s)
{
	return s ? s->why : open_why;
}

bool st_is_current(const struct st_store *s)
{
	struct stat st;

	return lstat(s->path, &st) == 0 && st.st_dev == s->dev && st.st_ino == s->ino;
}
