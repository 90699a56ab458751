/* The store fails under rempartd: everybody is refused as unavailable, the log says why, and once it is
 * mended logins go on without a restart, no code having been accepted twice. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define SOURCE "192.0.2.7"

static struct instance in;
static struct token martin, durand;
static char store[INSTANCE_PATH + 16], aside[INSTANCE_PATH + 16], backup[INSTANCE_PATH + 16];

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	snprintf(store, sizeof store, "%s/store.db", in.state);
	snprintf(aside, sizeof aside, "%s/aside.db", in.dir);
	snprintf(backup, sizeof backup, "%s/backup.db", in.dir);
	people_enrol(&in, "martin", &martin);
	people_enrol(&in, "durand", &durand);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	umount2(in.state, MNT_DETACH); /* where a test failed before it did */
	instance_stop(&in);
	return 0;
}

static void assert_whole(void)
{
	struct st_store *s;

	assert_int_equal(st_open(&s, in.state, false), 0);
	assert_int_equal(st_verify(s), 0);
	st_close(s);
}

/* One login at a new time step. Its code works once. */
static void assert_decides(void)
{
	instance_pass_time(&in, 30);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_DENIED);
	assert_int_equal(ask_right(&in, "durand", SOURCE, &durand), RP_OK);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
}

/* At a new time step nothing is decided, and the log says why. */
static void assert_refuses(const char *cause)
{
	unsigned said = ask_logged(&in, cause);

	instance_pass_time(&in, 90);
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_UNAVAILABLE);
	assert_int_equal(ask_right(&in, "durand", SOURCE, &durand), RP_UNAVAILABLE);
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_UNAVAILABLE);
	assert_int_equal(ask_right(&in, "nobody-has-this-name", SOURCE, &durand), RP_UNAVAILABLE);
	assert_true(ask_logged(&in, cause) > said);
}

/* What was refused goes in, what had gone in does not. */
static void assert_decides_again(int64_t used)
{
	char code[CODE_SIZE];

	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
	assert_int_equal(ask_code(&in, "martin", SOURCE, token_code(&martin, used, code)), RP_DENIED);
	assert_decides();
	assert_whole();
}

/* It is mended, and what was accepted before is known. */
static void assert_mended(int64_t used)
{
	assert_true(people_account(&in, "martin").tokens[0].last_counter >= (uint64_t)used / 30);
	assert_decides_again(used);
}

/* Logins until one is refused. Returns when the last one was let in, which the store knows. */
static int64_t log_in_until_refused(void)
{
	int64_t used = in.now;
	unsigned verdict, n = 0;

	do {
		instance_pass_time(&in, 30);
		verdict = ask_right(&in, "martin", SOURCE, &martin);
		if (verdict == RP_OK) {
			used = in.now;
			assert_int_not_equal(ask_right(&in, "martin", SOURCE, &martin), RP_OK);
		}
	} while (verdict == RP_OK && ++n < 1000);
	assert_int_equal(verdict, RP_UNAVAILABLE);
	return used;
}

/* Files may not grow beyond a size that the log of SQLite reaches after a few logins. */
static void no_room_to_write(void **state)
{
	struct rlimit limit, before;
	int64_t used;

	(void)state;
	assert_decides();
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, NULL, &before), 0);
	limit = (struct rlimit){200000, before.rlim_max};
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, &limit, NULL), 0);
	used = log_in_until_refused();
	assert_refuses("store.db: ");
	assert_whole();
	assert_int_equal(people_account(&in, "martin").last_ok, used);
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, &before, NULL), 0);
	instance_pass_time(&in, 30);
	assert_mended(used);
}

static void fill(const char *path)
{
	static const char zeros[4096];
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	for (size_t n = sizeof zeros; n; n /= 2)
		while (write(fd, zeros, n) == (ssize_t)n)
			;
	close(fd);
}

static void disk_full(void **state)
{
	char junk[INSTANCE_PATH + 16];
	int64_t used;

	(void)state;
	ask_needs_root("a full disk");
	instance_halt(&in);
	file_copy(store, aside, 0600);
	assert_int_equal(mount("tmpfs", in.state, "tmpfs", 0, "size=400k,mode=0700"), 0);
	file_copy(aside, store, 0600);
	snprintf(junk, sizeof junk, "%s/junk", in.state);
	instance_resume(&in);
	assert_decides();
	fill(junk);
	used = log_in_until_refused();
	assert_refuses("store.db: ");
	assert_int_equal(unlink(junk), 0);
	assert_mended(used);
	instance_halt(&in);
	file_copy(store, aside, 0600);
	assert_int_equal(umount(in.state), 0);
	file_copy(aside, store, 0600);
	assert_int_equal(unlink(aside), 0);
	instance_resume(&in);
}

/* root writes whatever the mode: for it, the folder is mounted read-only. */
static void forbid_writing(bool forbidden)
{
	if (geteuid()) {
		assert_int_equal(chmod(store, forbidden ? 0400 : 0600), 0);
		assert_int_equal(chmod(in.state, forbidden ? 0500 : 0700), 0);
	} else if (forbidden) {
		assert_int_equal(mount(in.state, in.state, NULL, MS_BIND, NULL), 0);
		assert_int_equal(mount(NULL, in.state, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	} else {
		assert_int_equal(umount(in.state), 0);
	}
}

static void read_only(void **state)
{
	int64_t used;

	(void)state;
	assert_decides();
	used = in.now;
	instance_halt(&in);
	forbid_writing(true);
	assert_int_equal(instance_launch(&in), RP_UNAVAILABLE);
	assert_refuses("store.db");
	forbid_writing(false);
	assert_mended(used);
}

/* Before a break that spares what SQLite keeps in memory or in its log: both are empty after a halt. */
static int64_t settle(void)
{
	assert_decides();
	instance_halt(&in);
	file_copy(store, backup, 0600);
	instance_resume(&in);
	return in.now;
}

static void put_backup_back(void)
{
	assert_int_equal(rename(backup, store), 0);
}

static void truncated(void **state)
{
	static const off_t lengths[] = {0, 100, 1024, 5000};

	(void)state;
	for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		int64_t used = settle();

		assert_int_equal(truncate(store, lengths[i]), 0);
		assert_refuses("store.db");
		put_backup_back();
		assert_mended(used);
	}
}

static void overwritten(void **state)
{
	static char noise[65536];
	int64_t used = settle();
	int fd = open(store, O_WRONLY | O_CLOEXEC);

	(void)state;
	memset(noise, 0xa5, sizeof noise);
	assert_int_equal(write(fd, noise, sizeof noise), sizeof noise);
	close(fd);
	assert_refuses("store.db");
	put_backup_back();
	assert_mended(used);
}

/* Moved away and back, with what its log held; and removed, with a backup put there. */
static void moved_away(void **state)
{
	int64_t used;

	(void)state;
	assert_decides();
	used = in.now;
	assert_int_equal(rename(store, aside), 0);
	assert_refuses("store.db");
	assert_int_equal(rename(aside, store), 0);
	assert_mended(used);
}

static void removed(void **state)
{
	int64_t used = settle();

	(void)state;
	assert_int_equal(unlink(store), 0);
	assert_refuses("store.db");
	put_backup_back();
	assert_mended(used);
}

/* The backup knows nothing of the code that was used after it was made. */
static void replaced_by_a_backup(void **state)
{
	int64_t used;

	(void)state;
	settle();
	assert_decides();
	used = in.now;
	put_backup_back();
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_DENIED);
	assert_int_equal(ask_right(&in, "durand", "198.51.100.1", &durand), RP_DENIED);
	assert_int_equal(people_events(&in, NULL, EN_OLDER_STORE), 1);
	assert_int_equal(ask_logged(&in, "reason=older-store"), 1);
	instance_pass_time(&in, 30); /* this code was within the window when the last one was accepted */
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_DENIED);
	instance_pass_time(&in, 30);
	assert_decides_again(used);
	assert_int_equal(people_events(&in, NULL, EN_OLDER_STORE), 1);
}

static void run_sql(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Longer than a turn waits: refused in time to be heard, and by nobody's fault. */
static void somebody_holds_the_store(void **state)
{
	int64_t used;
	sqlite3 *db;

	(void)state;
	assert_decides();
	used = in.now;
	instance_pass_time(&in, 30);
	assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
	run_sql(db, "BEGIN IMMEDIATE");
	assert_int_equal(ask_right(&in, "martin", SOURCE, &martin), RP_UNAVAILABLE);
	assert_true(ask_logged(&in, "database is locked") > 0);
	run_sql(db, "ROLLBACK");
	assert_mended(used);

	run_sql(db, "BEGIN; SELECT * FROM meta"); /* who only reads holds nobody up */
	for (int i = 0; i < 20; i++)
		assert_decides();
	run_sql(db, "COMMIT");
	sqlite3_close(db);
}

static void *damage_one(void *db, const char *user)
{
	char *sql = sqlite3_mprintf("UPDATE account SET record = record || x'00' WHERE name = %Q", user);

	assert_non_null(sql);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	sqlite3_free(sql);
	return db;
}

/* The three come in one turn: they connect while rempartd is stopped. */
static void one_damaged_record(void **state)
{
	static const char *const users[] = {"martin", "spoilt", "durand"};
	struct token spoilt = {0};
	struct token *const tokens[] = {&martin, &spoilt, &durand};
	char code[CODE_SIZE];
	sqlite3 *db;
	int fds[3];

	(void)state;
	people_enrol(&in, "spoilt", &spoilt);
	assert_int_equal(ask_right(&in, "spoilt", SOURCE, &spoilt), RP_OK);
	assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
	sqlite3_close(damage_one(db, "spoilt"));
	instance_pass_time(&in, 30);
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < 3; i++) {
		struct rp_request req =
			ask_request(RP_AUTH, users[i], SOURCE, token_code(tokens[i], in.now, code));

		fds[i] = ask_send(&in, &req);
	}
	kill(in.rempartd, SIGCONT);
	assert_int_equal(ask_verdict(fds[0]), RP_OK);
	assert_int_equal(ask_verdict(fds[1]), RP_UNAVAILABLE);
	assert_int_equal(ask_verdict(fds[2]), RP_OK);
	assert_true(ask_logged(&in, "the record of account spoilt"));
	for (int i = 0; i < 3; i += 2) /* what each of the two had is on disk */
		assert_int_equal(ask_right(&in, users[i], SOURCE, tokens[i]), RP_DENIED);
	assert_int_equal(people_account(&in, "martin").last_ok, in.now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_room_to_write),
		cmocka_unit_test(disk_full),
		cmocka_unit_test(read_only),
		cmocka_unit_test(truncated),
		cmocka_unit_test(overwritten),
		cmocka_unit_test(moved_away),
		cmocka_unit_test(removed),
		cmocka_unit_test(replaced_by_a_backup),
		cmocka_unit_test(somebody_holds_the_store),
		cmocka_unit_test(one_damaged_record),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
