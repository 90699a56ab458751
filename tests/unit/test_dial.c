/* common/dial.h against real sockets, which a thread of this test serves. */
#include "tests/unit/cmocka_all.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/dial.h"
#include "common/error.h"
#include "common/ticks.h"
#include "tests/unit/server.h"

#define PATIENCE 10000 /* ms; for what answers at once, also on a busy machine */

static char folder[] = "/tmp/rempart-dial-XXXXXX";
static char path[64];
static struct server server;
static const struct rp_request question = {.version = RP_VERSION,
					   .verb = RP_AUTH,
					   .user = "martin",
					   .service = "sshd",
					   .source = "192.0.2.7",
					   .code = "123456"};

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/sock", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static bool trust_all(uid_t who, void *ctx)
{
	*(uid_t *)ctx = who;
	return true;
}

/* Asks a server that answers so. On error the answer must be wiped, whatever the caller had in it. */
static int ask(struct rp_reply *rep, int budget)
{
	static const struct rp_reply wiped;
	uid_t seen = (uid_t)-1;
	int err;

	memset(rep, 0xee, sizeof *rep);
	err = rp_ask(path, &question, rep, budget, trust_all, &seen);
	if (err)
		assert_memory_equal(rep, &wiped, sizeof *rep);
	else
		assert_int_equal(seen, geteuid());
	return err;
}

static int ask_one(enum server_how how, struct rp_reply *rep)
{
	int err;

	server_start(&server, how, server_listen(path, SOCK_SEQPACKET, 8));
	err = ask(rep, how == SERVER_NOTHING ? 40 : PATIENCE);
	server_stop(&server);
	return err;
}

static void an_answer(void **state)
{
	struct rp_reply rep;
	(void)state;

	assert_int_equal(ask_one(SERVER_ANSWER, &rep), 0);
	assert_int_equal(rep.verdict, RP_OK);
	assert_int_equal(rep.verb, RP_AUTH);
	assert_true(rep.n1 == 42);
	assert_string_equal(server.heard.user, "martin");
	assert_string_equal(server.heard.service, "sshd");
	assert_string_equal(server.heard.source, "192.0.2.7");
	assert_string_equal(server.heard.code, "123456");
}

static void answers_that_are_none(void **state)
{
	struct rp_reply rep;
	(void)state;

	assert_int_equal(ask_one(SERVER_SHORT, &rep), RP_EINVAL);
	assert_int_equal(ask_one(SERVER_LONG, &rep), RP_EINVAL);
	assert_int_equal(ask_one(SERVER_HUGE, &rep), RP_EINVAL);
	assert_int_equal(ask_one(SERVER_WRONG_VERB, &rep), RP_EINVAL);
	assert_int_equal(ask_one(SERVER_WRONG_VERSION, &rep), RP_EVERSION);
	assert_int_equal(ask_one(SERVER_CLOSE, &rep), RP_EIO);
	assert_int_equal(ask_one(SERVER_EMPTY, &rep), RP_EIO);
}

static void a_silent_server(void **state)
{
	struct rp_reply rep;
	int64_t begin = rp_now_ms();
	(void)state;

	assert_int_equal(ask_one(SERVER_NOTHING, &rep), RP_ETIME);
	assert_in_range(rp_now_ms() - begin, 40, PATIENCE / 2);
}

static void nothing(int sig)
{
	(void)sig;
}

/* Signals that interrupt neither lengthen the budget nor end the wait. */
static void a_silent_server_under_signals(void **state)
{
	const struct itimerval every_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
	struct sigaction act = {.sa_handler = nothing}, old;
	struct rp_reply rep;
	int64_t begin;
	int fd = server_listen(path, SOCK_SEQPACKET, 8);
	(void)state;

	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &every_ms, NULL);
	begin = rp_now_ms();
	assert_int_equal(ask(&rep, 40), RP_ETIME);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_in_range(rp_now_ms() - begin, 40, PATIENCE / 2);
	close(fd);
}

static void nobody_listens(void **state)
{
	struct rp_reply rep;
	int fd;
	(void)state;

	unlink(path);
	assert_int_equal(ask(&rep, PATIENCE), RP_ENOENT);
	close(server_listen(path, SOCK_SEQPACKET, 8)); /* left behind by a process that is gone */
	assert_int_equal(ask(&rep, PATIENCE), RP_ENOENT);
	unlink(path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(ask(&rep, PATIENCE), RP_ENOENT);
	fd = server_listen(path, SOCK_STREAM, 8);
	assert_int_equal(ask(&rep, PATIENCE), RP_EIO);
	close(fd);
}

static void a_path_that_is_no_address(void **state)
{
	char kept[sizeof path], deep[256];
	struct rp_reply rep;
	uid_t seen;
	(void)state;

	memset(deep, 'x', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	assert_int_equal(rp_ask(deep, &question, &rep, PATIENCE, trust_all, &seen), RP_EINVAL);
	memcpy(kept, path, sizeof kept);
	unlink(path);
	snprintf(path, sizeof path, "%s/none/sock", folder);
	assert_int_equal(ask(&rep, PATIENCE), RP_ENOENT);
	memcpy(path, kept, sizeof kept);
	assert_int_equal(symlink("sock", path), 0);
	assert_int_equal(ask(&rep, PATIENCE), RP_EIO);
}

/* No time at all: the question may have gone out, and the answer is not waited for. */
static void no_budget(void **state)
{
	struct rp_reply rep;
	int fd = server_listen(path, SOCK_SEQPACKET, 8);
	(void)state;

	assert_int_equal(ask(&rep, 0), RP_ETIME);
	assert_int_equal(ask(&rep, -1), RP_ETIME);
	close(fd);
}

static bool trust_none(uid_t who, void *ctx)
{
	assert_ptr_equal(ctx, path);
	assert_int_equal(who, geteuid());
	return false;
}

/* The code is not even sent. */
static void a_server_that_is_not_trusted(void **state)
{
	struct rp_reply rep;
	uint8_t buf[RP_PACKET_MAX];
	int fd = server_listen(path, SOCK_SEQPACKET, 8), peer;
	(void)state;

	memset(&rep, 0xee, sizeof rep);
	assert_int_equal(rp_ask(path, &question, &rep, PATIENCE, trust_none, path), RP_EPERM);
	assert_int_equal(rep.verdict, RP_UNAVAILABLE);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(recv(peer, buf, sizeof buf, MSG_DONTWAIT), 0);
	close(peer);
	close(fd);
}

static void the_usual_check(void **state)
{
	(void)state;
	assert_true(rp_server_root_or_self(0, NULL));
	assert_true(rp_server_root_or_self(geteuid(), NULL));
	assert_false(rp_server_root_or_self(geteuid() + 1, NULL));
	assert_false(rp_server_root_or_self((uid_t)-1, NULL));
}

/* Another user must not connect to a socket that is not his; only root can become one. */
static void a_socket_that_is_not_ours(void **state)
{
	int fd = server_listen(path, SOCK_SEQPACKET, 8), status;
	pid_t child;
	(void)state;

	if (geteuid()) {
		close(fd);
		print_message("[  SKIP  ] becoming another user needs root\n");
		skip();
	}
	assert_int_equal(chmod(path, 0600), 0);
	child = fork();
	if (!child) {
		struct rp_reply rep;
		uid_t seen;

		_exit(setresuid(4321, 4321, 4321)
			      ? 99
			      : -rp_ask(path, &question, &rep, PATIENCE, trust_all, &seen));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), -RP_EPERM);
	close(fd);
}

/* Fills the backlog; the connections that did it are in fds. */
static int fill(int fds[64])
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	for (int n = 0; n < 64; n++) {
		fds[n] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (connect(fds[n], (struct sockaddr *)&sun, sizeof sun)) {
			close(fds[n]);
			return n;
		}
	}
	fail();
	return 0;
}

static void a_full_backlog(void **state)
{
	int fds[64], n, fd = server_listen(path, SOCK_SEQPACKET, 1);
	struct rp_reply rep;
	(void)state;

	n = fill(fds);
	assert_true(n > 0);
	assert_int_equal(ask(&rep, 30), RP_ETIME);
	server_start(&server, SERVER_ANSWER, fd); /* makes room, and answers the first who asks something */
	for (int i = 0; i < n; i++)
		close(fds[i]);
	assert_int_equal(ask(&rep, PATIENCE), 0);
	assert_int_equal(rep.verdict, RP_OK);
	server_stop(&server);
}

static int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void leaves_no_descriptor(void **state)
{
	static const enum server_how all[] = {SERVER_ANSWER, SERVER_NOTHING,	SERVER_CLOSE,
					      SERVER_HUGE,   SERVER_WRONG_VERB, SERVER_DESCRIPTORS};
	int before = count_descriptors();
	struct rp_reply rep;
	(void)state;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int err = ask_one(all[i], &rep);

		if (all[i] == SERVER_DESCRIPTORS)
			assert_int_equal(err, 0);
		assert_int_equal(count_descriptors(), before);
	}
	unlink(path);
	ask(&rep, PATIENCE);
	assert_int_equal(count_descriptors(), before);
}

static bool count_inherited(uid_t who, void *ctx)
{
	(void)who;
	*(int *)ctx = 0;
	for (int fd = 0; fd < 256; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0 && !(flags & FD_CLOEXEC))
			++*(int *)ctx;
	}
	return true;
}

/* A program that the caller starts meanwhile must not inherit the connection. */
static void the_descriptor_is_close_on_exec(void **state)
{
	int inherited = 0, during = -1;
	struct rp_reply rep;
	(void)state;

	count_inherited(0, &inherited);
	server_start(&server, SERVER_ANSWER, server_listen(path, SOCK_SEQPACKET, 8));
	assert_int_equal(rp_ask(path, &question, &rep, PATIENCE, count_inherited, &during), 0);
	server_stop(&server);
	assert_int_equal(during, inherited);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(a_silent_server),
		cmocka_unit_test(a_silent_server_under_signals),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(a_path_that_is_no_address),
		cmocka_unit_test(no_budget),
		cmocka_unit_test(a_server_that_is_not_trusted),
		cmocka_unit_test(the_usual_check),
		cmocka_unit_test(a_socket_that_is_not_ours),
		cmocka_unit_test(a_full_backlog),
		cmocka_unit_test(leaves_no_descriptor),
		cmocka_unit_test(the_descriptor_is_close_on_exec),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
