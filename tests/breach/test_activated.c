/* rempart-fetch as a service manager starts it: the socket is not its own, and who asks while none runs waits
 * in its queue for the next one. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>
#include "common/listen.h"
#include "tests/breach/ask.h"

static struct breach *server;
static int listener;

static void launch(void)
{
	const char *build = getenv("REMPART_BUILD");
	char program[BREACH_PATH], pid[16];
	int fd;

	server->fetch = fork();
	assert_true(server->fetch >= 0);
	if (server->fetch)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(program, sizeof program, "%s/rempart-fetch", build ? build : "build");
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	fd = fcntl(listener, F_DUPFD, 4); /* 3 may be the listener already, and is then close-on-exec */
	if (fd < 0 || dup2(fd, 3) < 0)
		_exit(126);
	close(fd);
	execl(program, "rempart-fetch", "--config", server->fetch_config, (char *)NULL);
	_exit(127);
}

/* Its configuration, and the socket in a hand that stays. */
static int begin(void **state)
{
	ask_fetch(state);
	server = *state;
	breach_fetch_halt(server);
	unlink(server->fetch_socket);
	listener = rp_listen(server->fetch_socket, 0600);
	return listener < 0;
}

static int end(void **state)
{
	close(listener);
	unlink(server->fetch_socket);
	return ask_fetch_end(state);
}

static int ask_ahead(void)
{
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	int fd = ask_open(server);

	ask_prefix_of(LEAKED, prefix);
	ask_send(fd, prefix);
	return fd;
}

static void is_answered(int fd)
{
	static struct answer answer;

	ask_receive(fd, &answer);
	close(fd);
	assert_int_equal(answer.a.status, RP_RANGE_OK);
	assert_int_equal(ask_count(&answer, LEAKED), LEAKED_COUNT);
}

static void asked_before_it_runs(void **state)
{
	int fd = ask_ahead();

	(void)state;
	launch();
	is_answered(fd);
}

static void asked_between_two(void **state)
{
	int fd;

	(void)state;
	launch();
	is_answered(ask_ahead());
	breach_fetch_halt(server);
	fd = ask_ahead();
	launch();
	is_answered(fd);
}

static void asked_after_one_was_killed(void **state)
{
	int fd;

	(void)state;
	launch();
	is_answered(ask_ahead());
	breach_fetch_kill(server);
	fd = ask_ahead();
	launch();
	is_answered(fd);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asked_before_it_runs),
		TEST(asked_between_two),
		TEST(asked_after_one_was_killed),
	};
	return cmocka_run_group_tests(tests, ask_setup, ask_teardown);
}
