/* Connections that say nothing, in numbers: they are dropped, and whoever asks is answered meanwhile. */
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/error.h"
#include "common/ticks.h"
#include "engine/loop.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

#define STRANGER 65534
#define MANY 2000
#define SUBORDINATE 100000
#define UIDS 60

static struct instance in;
static struct token token;

static int start(void **state)
{
	const struct rlimit usual = {1024, 4096}, room = {4096, 4096};

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	instance_start(&in, NULL, "");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &room), 0);
	people_enrol(&in, "martin", &token);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

/* The longest that one of n questions took. */
static int64_t slowest_of(unsigned n)
{
	int64_t slowest = 0;

	while (n--) {
		int64_t since = rp_now_ms();

		assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
		if (rp_now_ms() - since > slowest)
			slowest = rp_now_ms() - since;
	}
	return slowest;
}

static void one_that_says_nothing(void **state)
{
	int64_t since = rp_now_ms();
	struct rp_reply rep;
	int fd = ask_connect(&in);

	(void)state;
	assert_true(slowest_of(10) < 1000);
	assert_int_equal(ask_hear(fd, &rep), RP_ENOENT);
	assert_true(rp_now_ms() - since >= EN_IDLE_MS - 10 && rp_now_ms() - since < 3 * EN_IDLE_MS);
}

static void a_descriptor_for_every_seat(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(prlimit(in.rempartd, RLIMIT_NOFILE, NULL, &limit), 0);
	assert_true(limit.rlim_cur > EN_CONNECTIONS_MAX);
}

/* Portals and root are not held to a number: they take every seat, and who comes then waits in the kernel
 * until the silent ones are dropped, which is still within the module's budget. */
static void every_seat_taken(void **state)
{
	static int fds[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++)
		fds[i] = ask_connect(&in);
	assert_true(slowest_of(1) < RP_MODULE_BUDGET_MS);
	assert_true(slowest_of(10) < 1000);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
}

/* What a stranger does until it is killed; it says so on ready once it is at it. */
static pid_t stranger(uid_t uid, void (*flood)(const struct sockaddr_un *, int ready))
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int ready[2];
	char byte;
	pid_t pid;

	strcpy(sun.sun_path, in.socket);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (setgroups(0, NULL) || setgid(STRANGER) || setuid(uid))
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		flood(&sun, ready[1]);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int knock(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)sun, sizeof *sun))
		_exit(2);
	return fd;
}

static void hold_many(const struct sockaddr_un *sun, int ready)
{
	for (int i = 0; i < MANY; i++)
		knock(sun);
	if (write(ready, "r", 1) == 1)
		pause();
}

static void many_of_one_stranger(void **state)
{
	pid_t pid;

	(void)state;
	ask_needs_root("that a stranger's connections leave seats for others");
	pid = stranger(STRANGER, hold_many);
	assert_true(slowest_of(50) < 1000);
	end(pid);
}

/* Whoever has subordinate uids (subuid(5)) is as many strangers as he likes. Each connection is held as long
 * as rempartd lets it be, and then made anew. */
static void hold_as_many(const struct sockaddr_un *sun, int ready)
{
	static int fds[MANY];
	char byte;

	for (unsigned n = 0;; n++) {
		int *fd = &fds[n % MANY];

		if (n == MANY && write(ready, "r", 1) != 1)
			return;
		if (*fd && recv(*fd, &byte, 1, 0) < 0 && errno == EAGAIN)
			continue;
		if (*fd)
			close(*fd);
		if (seteuid(SUBORDINATE + n % UIDS))
			_exit(1);
		*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
		if (*fd < 0)
			_exit(2);
		while (connect(*fd, (const struct sockaddr *)sun, sizeof *sun) && errno == EAGAIN)
			;
		if (seteuid(0))
			_exit(1);
	}
}

static void many_of_many_strangers(void **state)
{
	pid_t pid;

	(void)state;
	ask_needs_root("that many strangers together leave seats for others");
	pid = stranger(0, hold_as_many);
	assert_true(slowest_of(20) < 1000);
	end(pid);
}

static void knock_and_run(const struct sockaddr_un *sun, int ready)
{
	for (unsigned n = 0;; n++) {
		close(knock(sun));
		if (n == MANY && write(ready, "r", 1) != 1)
			return;
	}
}

/* Two strangers who connect and hang up as fast as they can. */
static void half_open_flood(void **state)
{
	pid_t one, two;

	(void)state;
	ask_needs_root("that a stranger's flood leaves others their turn");
	one = stranger(STRANGER, knock_and_run);
	two = stranger(STRANGER, knock_and_run);
	assert_true(slowest_of(40) < RP_MODULE_BUDGET_MS);
	end(one);
	end(two);
	assert_true(slowest_of(10) < 1000);
}

static void it_goes_on_deciding(void **state)
{
	(void)state;
	assert_int_equal(ask_wrong(&in, "martin", "192.0.2.7", &token), RP_DENIED);
	assert_int_equal(ask_right(&in, "martin", "192.0.2.7", &token), RP_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_says_nothing),  cmocka_unit_test(a_descriptor_for_every_seat),
		cmocka_unit_test(every_seat_taken),	  cmocka_unit_test(many_of_one_stranger),
		cmocka_unit_test(many_of_many_strangers), cmocka_unit_test(half_open_flood),
		cmocka_unit_test(it_goes_on_deciding),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
