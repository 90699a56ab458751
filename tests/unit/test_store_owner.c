/* Whose the store's files are and who may write them; and a disk that fills. */
#include "tests/unit/test_store_old.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define NOBODY 65534

static void others_must_not_be_able_to_write(void **state)
{
	char path[256];

	(void)state;
	make_store();
	strcpy(path, in_folder("store.db"));
	for (mode_t bad = 020; bad; bad = bad == 020 ? 002 : 0) {
		chmod(path, 0600 | bad);
		assert_int_equal(try_open(false), RP_EPERM);
		assert_non_null(strstr(st_why(NULL), "store.db"));
		chmod(path, 0600);
		chmod(folder, 0700 | bad);
		assert_int_equal(try_open(false), RP_EPERM);
		chmod(folder, 0700);
		assert_int_equal(try_open(false), 0);
	}
	assert_int_equal(rename(path, in_folder("other.db")), 0);
	assert_int_equal(symlink("other.db", path), 0);
	assert_int_equal(try_open(false), RP_EPERM);
	assert_int_equal(try_open(true), RP_EPERM);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(try_open(false), RP_EPERM);
}

/* Runs f in a child that is not root, and gives what it returned. The folder becomes that user's. */
static int as_user(int (*f)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 &&
		    (chown(folder, NOBODY, NOBODY) < 0 ||
		     (access(in_folder("store.db"), F_OK) == 0 &&
		      chown(in_folder("store.db"), NOBODY, NOBODY) < 0) ||
		     setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0))
			_exit(99);
		_exit(-f());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static int open_here(void)
{
	struct st_store *s;
	int err = st_open(&s, folder, true);

	st_close(s);
	return err;
}

static int open_with_modes(mode_t dir, mode_t file)
{
	chmod(in_folder("store.db"), file);
	chmod(folder, dir);
	int err = as_user(open_here);
	chmod(folder, 0700);
	return err;
}

static void a_store_that_cannot_be_written_is_refused(void **state)
{
	(void)state;
	assert_int_equal(open_with_modes(0500, 0600), RP_EPERM); /* cannot be made */
	assert_int_equal(open_with_modes(0700, 0600), 0);
	assert_int_equal(open_with_modes(0500, 0600), RP_EPERM); /* no log beside it */
	assert_int_equal(open_with_modes(0700, 0400), RP_EPERM);
	assert_int_equal(open_with_modes(0700, 0000), RP_EPERM);
	assert_int_equal(open_with_modes(0000, 0600), RP_EPERM);
	assert_int_equal(open_with_modes(0700, 0600), 0);
}

/* Nor is one that has to be brought forward half written. */
static void an_old_one_that_cannot_be_written_is_left_alone(void **state)
{
	static uint8_t before[65536], after[65536];
	size_t len;

	(void)state;
	make_old_store();
	len = read_whole("store.db", before, sizeof(before));
	assert_int_equal(open_with_modes(0500, 0600), RP_EPERM);
	assert_int_equal(open_with_modes(0700, 0400), RP_EPERM);
	assert_int_equal(read_whole("store.db", after, sizeof(after)), len);
	assert_memory_equal(before, after, len);
	assert_int_equal(open_with_modes(0700, 0600), 0);
	assert_true(read_whole("store.db", after, sizeof(after)) != len || memcmp(before, after, len) != 0);
}

/* What root makes in rempartd's folder, rempartd must be able to write. Without being root, both are mine. */
static void files_belong_to_the_folder_s_owner(void **state)
{
	const uid_t owner = geteuid() == 0 ? NOBODY : geteuid();
	struct st_store *s;
	struct st_turn *t = st_turn_new();
	struct stat st;

	(void)state;
	assert_int_equal(chown(folder, owner, (gid_t)-1), 0);
	s = open_store();
	ok(s, put_account(s, t, "alice", 1));
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(
			stat(in_folder((const char *[]){"store.db", "store.db-wal", "store.db-shm"}[i]), &st),
			0);
		assert_int_equal(st.st_uid, owner);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	st_turn_free(t);
	st_close(s);
	if (geteuid() == 0) {
		assert_int_equal(chown(in_folder("store.db"), NOBODY - 1, NOBODY), 0);
		assert_int_equal(try_open(false), RP_EPERM);
	}
}

static int fill_the_disk(void)
{
	struct rlimit limit = {200000, RLIM_INFINITY};
	struct st_turn *t = st_turn_new();
	struct st_store *s = open_store();
	unsigned n = 0;
	int err;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	while (!(err = put_account(s, t, "alice", n + 1)))
		n++;
	if (err != RP_EFULL || n < 5 || put_account(s, t, "alice", n + 1) != RP_EFULL)
		return err - 20;
	assert_account(see_account(s, t, "alice"), n);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	err = put_account(s, t, "bob", 7);
	assert_account(see_account(s, t, "alice"), n);
	err = err ? err : st_verify(s);
	st_turn_free(t);
	st_close(s);
	return err;
}

static void a_full_disk_is_said_and_passes(void **state)
{
	(void)state;
	assert_int_equal(as_user(fill_the_disk), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(others_must_not_be_able_to_write),
		TEST(a_store_that_cannot_be_written_is_refused),
		TEST(an_old_one_that_cannot_be_written_is_left_alone),
		TEST(files_belong_to_the_folder_s_owner),
		TEST(a_full_disk_is_said_and_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
