/* A process killed at any moment: what it was told is committed is there, and nothing is there by half. */
#include "tests/unit/test_store.h"

#include <signal.h>
#include <sys/wait.h>

#define ROUNDS 60

/* Each turn: alice and bob as n, the mailbox checked at n, and two events; n goes to fd once st_commit has
 * returned. */
static void commit_for_ever(unsigned n, int fd)
{
	struct st_store *s = NULL;
	struct st_turn *t = st_turn_new();
	int err = st_open(&s, folder, true);

	if (!err && n % 4 == 0)
		err = st_tidy(s, 0, 0); /* a log with room behind its end */
	while (!err) {
		struct st_account *a, *b;

		n++;
		st_turn_clear(t);
		a = st_turn_account(t, "alice");
		b = st_turn_account(t, "bob");
		err = st_begin(s, t, 2000);
		if (err)
			break;
		fill_account(a, n);
		fill_account(b, n);
		st_turn_event(t)->time = st_turn_event(t)->time = n;
		err = st_mailbox_save(s, &(struct st_mailbox){.exists = true, .checked = n});
		err = err ? err : st_commit(s, t);
		if (!err && write(fd, &n, sizeof(n)) != sizeof(n))
			break;
	}
	fprintf(stderr, "%d: %s\n", err, st_why(s));
	_exit(1);
}

/* Lets a child commit, kills it after so many turns, and returns the last one that it reported. */
static unsigned run_and_kill(unsigned from, unsigned turns)
{
	unsigned n, last = from;
	int status, fd[2];
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0)
		commit_for_ever(from, fd[1]);
	close(fd[1]);
	while (read(fd[0], &n, sizeof(n)) == sizeof(n)) {
		last = n;
		if (turns-- == 0)
			kill(pid, SIGKILL);
	}
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return last;
}

static int count_event(const struct st_event *e, void *ctx)
{
	(void)e;
	++*(unsigned *)ctx;
	return 0;
}

static unsigned committed(void)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	const struct st_account *a = see_account(s, t, "alice");
	unsigned events = 0, n = (unsigned)(a->created - 1600000000);
	struct st_mailbox m;

	assert_account(a, n);
	assert_account(see_account(s, t, "bob"), n);
	ok(s, st_each_event(s, 0, 0, NULL, count_event, &events));
	assert_int_equal(events, 2 * n);
	ok(s, st_mailbox_load(s, (uint8_t[ST_HASH_LEN]){0}, &m));
	assert_int_equal(m.checked, n);
	ok(s, st_verify(s));
	st_turn_free(t);
	st_close(s);
	return n;
}

/* The kill comes while the next turns are under way: how far in is the machine's to say, and every answer
 * must do. The n-th turn is in the file, and perhaps the one after it, that was not yet reported. */
static void what_was_reported_survives(void **state)
{
	unsigned n = 0;

	(void)state;
	srandom(1);
	for (int round = 0; round < ROUNDS; round++) {
		unsigned reported = run_and_kill(n, (unsigned)random() % 25);

		n = committed();
		assert_in_range(n, reported, reported + 1);
	}
}

/* Another process goes on at once where the killed one held the lock. */
static void a_dead_process_s_lock_is_no_lock(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	int status, fd[2];
	char c;
	pid_t pid;

	(void)state;
	ok(s, put_account(s, t, "alice", 1));
	st_close(s);
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		s = open_store();
		st_turn_clear(t);
		st_turn_account(t, "alice");
		if (st_begin(s, t, 2000) == 0 && write(fd[1], "b", 1) == 1)
			pause();
		_exit(1);
	}
	s = open_store();
	assert_int_equal(read(fd[0], &c, 1), 1);
	st_turn_clear(t);
	assert_int_equal(st_begin(s, t, 0), RP_EBUSY);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	ok(s, put_account(s, t, "alice", 3));
	assert_account(see_account(s, t, "alice"), 3);
	close(fd[0]);
	close(fd[1]);
	st_turn_free(t);
	st_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_reported_survives),
		TEST(a_dead_process_s_lock_is_no_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
