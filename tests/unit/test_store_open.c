/* What st_open finds at its path: nothing, damage, another database, a newer store, a backup. */
#include "tests/unit/test_store.h"

#include <fcntl.h>
#include <sqlite3.h>

#define PAGE 1024

/* Every account and mailbox is as it was made, or its turn says that something is wrong. Returns the error.
 */
static int read_store(void)
{
	struct st_store *s = NULL;
	struct st_turn *t = st_turn_new();
	struct st_mailbox m, want;
	int err = st_open(&s, folder, false);
	char name[16];

	for (unsigned i = 0; i < 40 && !err; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		st_turn_clear(t);
		st_turn_account(t, name);
		err = st_begin(s, t, 0);
		if (!err)
			assert_account(st_turn_account(t, name), i);
		st_rollback(s);
	}
	for (unsigned i = 0; i < 40 && !err; i++) {
		fill_mailbox(&want, i);
		err = st_mailbox_load(s, want.key, &m);
		if (!err)
			assert_memory_equal(&m, &want, sizeof(m));
	}
	if (!err)
		err = st_verify(s);
	st_turn_free(t);
	st_close(s);
	return err;
}

static void write_file(const void *bytes, size_t len, off_t at, int flags)
{
	int fd = open(in_folder("store.db"), O_WRONLY | flags, 0600);

	assert_int_equal(pwrite(fd, bytes, len, at), len);
	close(fd);
}

static void a_store_is_made_only_when_asked(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(try_open(false), RP_ENOENT);
	assert_int_equal(access(in_folder("store.db"), F_OK), -1);
	umask(0);
	assert_int_equal(try_open(true), 0);
	assert_int_equal(stat(in_folder("store.db"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	make_store();
	assert_int_equal(try_open(true), 0);
	assert_int_equal(read_store(), 0);
}

static void no_folder_is_an_error(void **state)
{
	struct st_store *s;

	(void)state;
	assert_int_equal(st_open(&s, in_folder("none"), true), RP_ENOENT);
	write_file("x", 1, 0, O_CREAT);
	assert_int_equal(st_open(&s, in_folder("store.db"), true), RP_ENOENT);
}

/* An account that is not there needs no code where enrolment is optional: an empty file is no empty store. */
static void what_is_no_store_is_never_taken_for_one(void **state)
{
	char garbage[3 * PAGE];
	sqlite3 *db;

	(void)state;
	write_file("", 0, 0, O_CREAT);
	assert_int_equal(try_open(true), RP_ECORRUPT);
	memset(garbage, 'g', sizeof(garbage));
	write_file(garbage, sizeof(garbage), 0, O_TRUNC);
	assert_int_equal(try_open(true), RP_ECORRUPT);
	unlink(in_folder("store.db"));
	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE account(a, b)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	chmod(in_folder("store.db"), 0600);
	assert_int_equal(try_open(true), RP_ECORRUPT);
	assert_non_null(strstr(st_why(NULL), "not a store of Rempart"));
}

static void a_cut_store_is_seen(void **state)
{
	struct stat st;

	(void)state;
	make_store();
	assert_int_equal(read_store(), 0);
	assert_int_equal(stat(in_folder("store.db"), &st), 0);
	assert_in_range(st.st_size, 10 * PAGE, 100 * PAGE);
	for (off_t size = st.st_size - PAGE; size >= 0; size -= PAGE / 2) {
		assert_int_equal(truncate(in_folder("store.db"), size), 0);
		assert_int_equal(read_store(), RP_ECORRUPT);
	}
}

static void an_overwritten_page_is_seen(void **state)
{
	uint8_t good[PAGE], bad[PAGE];
	struct stat st;
	int fd;

	(void)state;
	make_store();
	assert_int_equal(stat(in_folder("store.db"), &st), 0);
	fd = open(in_folder("store.db"), O_RDONLY);
	for (off_t at = 0; at < st.st_size; at += PAGE) {
		assert_int_equal(pread(fd, good, PAGE, at), PAGE);
		for (unsigned kind = 0; kind < 4; kind++) {
			for (unsigned i = 0; i < PAGE; i++)
				bad[i] = (uint8_t)(kind == 0   ? 0
						   : kind == 1 ? 0xff
							       : (i * 2654435761u + kind) >> 13);
			write_file(bad, PAGE, at, 0);
			assert_int_equal(read_store(), RP_ECORRUPT);
		}
		write_file(good, PAGE, at, 0);
	}
	close(fd);
	assert_int_equal(read_store(), 0);
}

static void sql(const char *statement)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, statement, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_newer_store_is_refused(void **state)
{
	(void)state;
	make_store();
	sql("PRAGMA user_version = 3");
	assert_int_equal(read_store(), RP_EVERSION);
	assert_non_null(strstr(st_why(NULL), "newer Rempart"));
	sql("PRAGMA user_version = 0");
	assert_int_equal(read_store(), RP_ECORRUPT);
	sql("PRAGMA user_version = 2");
	assert_int_equal(read_store(), 0);
	sql("ALTER TABLE event RENAME COLUMN text TO words");
	sql("ALTER TABLE throttle RENAME COLUMN until TO till");
	assert_int_equal(read_store(), RP_ECORRUPT);
}

static void a_layout_without_its_tables_is_refused(void **state)
{
	(void)state;
	make_store();
	sql("DROP TABLE mailbox");
	assert_int_equal(read_store(), RP_ECORRUPT);
}

static void a_backup_in_another_mode_is_taken(void **state)
{
	(void)state;
	make_store();
	sql("PRAGMA journal_mode = DELETE");
	assert_int_equal(read_store(), 0);
}

static void removed_and_replaced_are_noticed(void **state)
{
	struct st_store *s;

	(void)state;
	make_store();
	s = open_store();
	assert_true(st_is_current(s));
	char was[256], other[256];
	strcpy(was, in_folder("store.db"));
	strcpy(other, in_folder("other.db"));
	assert_int_equal(rename(was, other), 0);
	assert_false(st_is_current(s));
	write_file("", 0, 0, O_CREAT);
	assert_false(st_is_current(s));
	assert_int_equal(rename(other, was), 0);
	assert_true(st_is_current(s));
	st_close(s);
}

static void copy_store(const char *from, const char *to)
{
	char bytes[PAGE], path[256];
	int in = open(in_folder(from), O_RDONLY), out;
	ssize_t n;

	snprintf(path, sizeof(path), "%s", in_folder(to));
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

/* The log of the store that was there is not one of the backup, and would be taken for its own. */
static void a_backup_put_in_its_place_stays_itself(void **state)
{
	struct st_turn *t = st_turn_new();
	struct st_store *s;
	char backup[256];

	(void)state;
	make_store();
	copy_store("store.db", "other.db");
	s = open_store();
	for (unsigned i = 100; i < 120; i++)
		ok(s, put_account(s, t, "user7", i));
	strcpy(backup, in_folder("other.db"));
	assert_int_equal(rename(backup, in_folder("store.db")), 0);
	assert_false(st_is_current(s));
	st_close(s);
	assert_int_equal(read_store(), 0);
	st_turn_free(t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_store_is_made_only_when_asked),
		TEST(no_folder_is_an_error),
		TEST(what_is_no_store_is_never_taken_for_one),
		TEST(a_cut_store_is_seen),
		TEST(an_overwritten_page_is_seen),
		TEST(a_newer_store_is_refused),
		TEST(a_layout_without_its_tables_is_refused),
		TEST(a_backup_in_another_mode_is_taken),
		TEST(removed_and_replaced_are_noticed),
		TEST(a_backup_put_in_its_place_stays_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
