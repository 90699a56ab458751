/* A store of layout 1 is brought forward when it is opened, whatever happens meanwhile. */
#include "tests/unit/test_store_old.h"

#include <sys/wait.h>
#include "tests/unit/faulty_vfs.h"

/* What the first row of sql says, through a handle that is not ours. */
static void ask(const char *sql, char *out, size_t size)
{
	sqlite3_stmt *q;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	snprintf(out, size, "%s", (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
}

static int layout(void)
{
	char version[8];

	ask("PRAGMA user_version", version, sizeof(version));
	return atoi(version);
}

static void remove_store(void)
{
	unlink(in_folder("store.db"));
	unlink(in_folder("store.db-wal"));
	unlink(in_folder("store.db-shm"));
}

/* It opens, and everything old is there. */
static struct st_store *open_forward(void)
{
	struct st_store *s = NULL;

	assert_int_equal(st_open(&s, folder, false), 0);
	assert_old_store(s);
	return s;
}

static void assert_forward(void)
{
	st_close(open_forward());
	assert_int_equal(layout(), 2);
}

static void an_old_store_is_brought_forward(void **state)
{
	static const char tables[] = "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_master"
				     " WHERE sql IS NOT NULL ORDER BY name)";
	struct st_turn *t = st_turn_new();
	struct st_store *s;
	char new[4096], old[4096];

	(void)state;
	make_old_store();
	assert_int_equal(layout(), 1);
	for (unsigned round = 0; round < 2; round++) {
		s = open_forward();
		ok(s, put_mailboxes(s, t, 1, 10));
		for (unsigned i = 1; i < 11; i++)
			assert_mailbox(s, i);
		ok(s, st_verify(s));
		st_close(s);
		assert_int_equal(layout(), 2);
	}
	st_turn_free(t);
	ask(tables, old, sizeof(old));
	remove_store();
	make_store();
	ask(tables, new, sizeof(new));
	assert_string_equal(new, old);
}

/* Backups may come in the other journal mode. */
static void one_in_another_mode_is_too(void **state)
{
	char mode[16];

	(void)state;
	make_old_store();
	ask("PRAGMA journal_mode=DELETE", mode, sizeof(mode));
	assert_string_equal(mode, "delete");
	assert_forward();
}

static void one_with_a_table_of_that_name_is_refused(void **state)
{
	sqlite3 *db;

	(void)state;
	make_old_store();
	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE mailbox(a)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(try_open(false), RP_ECORRUPT);
	assert_int_equal(layout(), 1);
}

static void die(void)
{
	_exit(9);
}

/* A child that opens the store dies before the at-th call to the disk. Returns whether it came to that. */
static bool killed_at(long at)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct st_store *s = NULL;

		fault = (struct fault){.fail_at = at, .before = die};
		_exit(st_open(&s, folder, false) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0);
	return WEXITSTATUS(status) == 9;
}

static void a_process_killed_meanwhile_leaves_it_whole(void **state)
{
	unsigned left[3] = {0};
	long at = 1;

	(void)state;
	make_old_store();
	for (; killed_at(at); at++) {
		left[layout()]++;
		assert_forward();
		remove_store();
		make_old_store();
	}
	assert_true(left[1] > 10 && left[2] > 1); /* killed before it, and after */
	assert_forward();
}

static void a_failure_leaves_it_whole_and_is_said(void **state)
{
	unsigned full = 0;

	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (long at = 1;; at += 1 + (kinds[kind].in_memory ? at / 16 : 0)) {
			struct st_store *s = NULL;
			bool came;
			int err;

			remove_store();
			make_old_store();
			arm(kind, at);
			err = st_open(&s, folder, false);
			came = disarm();
			if (err)
				assert_true(strlen(st_why(NULL)) > 10);
			if (err == RP_EFULL) {
				full++;
				assert_non_null(strstr(st_why(NULL), "older store forward"));
				assert_int_equal(layout(), 1);
			}
			st_close(s);
			assert_forward();
			if (!came) {
				assert_int_equal(err, 0);
				break;
			}
		}
	assert_true(full > 0);
}

static unsigned by_another; /* how often it was there first */

/* What another process does, unless ours has the lock or has done it. */
static sqlite3 *another;

static void bring_forward(void)
{
	static const char upgrade[] =
		"BEGIN IMMEDIATE;"
		"CREATE TABLE mailbox(key BLOB PRIMARY KEY, listed INTEGER NOT NULL, until INTEGER NOT NULL,"
		" checked INTEGER NOT NULL, found INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;"
		"PRAGMA user_version=2; COMMIT";
	int rc = sqlite3_exec(another, upgrade, NULL, NULL, NULL);

	sqlite3_exec(another, "ROLLBACK", NULL, NULL, NULL);
	assert_true(rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_ERROR);
	by_another += rc == SQLITE_OK;
}

static void another_process_may_do_it_at_any_moment(void **state)
{
	bool came = true;

	(void)state;
	by_another = 0;
	for (long at = 1; came; at++) {
		struct st_store *s = NULL;
		int err;

		remove_store();
		make_old_store();
		assert_int_equal(sqlite3_open(in_folder("store.db"), &another), SQLITE_OK);
		assert_int_equal(sqlite3_exec(another, "SELECT * FROM meta", NULL, NULL, NULL), SQLITE_OK);
		fault = (struct fault){.fail_at = at, .before = bring_forward};
		err = st_open(&s, folder, false);
		came = disarm();
		sqlite3_close(another);
		if (err)
			fail_msg("call %ld: %d, %s", at, err, st_why(NULL));
		assert_old_store(s);
		st_close(s);
		assert_forward();
	}
	assert_true(by_another > 10);
}

#define CROWD 8

/* Each child says that it is there, waits for the gate, and opens the store. */
static pid_t open_with_others(int here, const int gate[2])
{
	pid_t pid = fork();
	char c;

	if (pid == 0) {
		close(gate[1]);
		if (write(here, "h", 1) != 1 || read(gate[0], &c, 1) != 0)
			_exit(99);
		_exit(-try_open(false));
	}
	return pid;
}

static void many_may_open_it_at_once(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		int here[2], gate[2], status;
		pid_t pids[CROWD];
		char c;

		remove_store();
		make_old_store();
		assert_true(pipe(here) == 0 && pipe(gate) == 0);
		for (unsigned i = 0; i < CROWD; i++)
			pids[i] = open_with_others(here[1], gate);
		for (unsigned i = 0; i < CROWD; i++)
			assert_int_equal(read(here[0], &c, 1), 1);
		close(gate[1]);
		for (unsigned i = 0; i < CROWD; i++) {
			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), 0);
		}
		close(gate[0]);
		close(here[0]);
		close(here[1]);
		assert_forward();
	}
}

/* rempartd of before goes on with the store while somebody else brings it forward. */
static void who_has_it_open_goes_on(void **state)
{
	sqlite3_stmt *q;
	sqlite3 *db;

	(void)state;
	make_old_store();
	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "UPDATE account SET record = record WHERE name = 'user7'", -1,
					    &q, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	sqlite3_reset(q);
	assert_forward();
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	assert_int_equal(sqlite3_changes(db), 1);
	sqlite3_finalize(q);
	sqlite3_close(db);
	assert_forward();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_old_store_is_brought_forward),
		TEST(one_in_another_mode_is_too),
		TEST(one_with_a_table_of_that_name_is_refused),
		TEST(a_process_killed_meanwhile_leaves_it_whole),
		TEST(a_failure_leaves_it_whole_and_is_said),
		TEST(another_process_may_do_it_at_any_moment),
		TEST(many_may_open_it_at_once),
		TEST(who_has_it_open_goes_on),
	};

	return cmocka_run_group_tests(tests, install_faults, NULL);
}
