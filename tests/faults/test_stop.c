/* SIGTERM under load: who had come is answered, and what was answered is in the store. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/faults/activated.h"
#include "tests/faults/ask.h"
#include "tests/faults/load.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define LIVES 6
#define LIFE_MS 60

static struct instance in;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, LOAD_POLICY);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static void go_on(struct load *l)
{
	for (int ms = 0; ms < LIFE_MS; ms++) {
		load_tick(l);
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
}

static void assert_some(const struct load_result *r)
{
	print_message("%u let in, %u replays refused, %u times nobody listened, %u answers lost\n", r->let_in,
		      r->replays, r->gone, r->lost);
	assert_true(r->let_in > 100 && r->replays > 10);
	assert_int_equal(r->lost, 0);
}

/* Whoever connected is answered; whoever comes too late finds nobody, and no connection is cut. */
static void with_its_own_socket(void **state)
{
	struct load *l = load_start(&in);
	struct load_result r;

	(void)state;
	for (int life = 0; life < LIVES; life++) {
		go_on(l);
		instance_halt(&in);
		instance_resume(&in);
	}
	load_end(l);
	r = load_check(l);
	assert_some(&r);
	assert_true(r.gone > 0);
}

/* The socket outlives rempartd: a restart refuses nobody. */
static void with_a_service_managers_socket(void **state)
{
	struct load_result r;
	struct load *l;
	int listener;

	(void)state;
	instance_halt(&in);
	listener = activated_listen(&in);
	activated_launch(&in, listener);
	l = load_start(&in);
	for (int life = 0; life < LIVES; life++) {
		go_on(l);
		assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK); /* it has begun */
		instance_halt(&in);
		activated_launch(&in, listener);
	}
	load_end(l);
	r = load_check(l);
	assert_some(&r);
	assert_int_equal(r.gone, 0);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
	instance_halt(&in);
	close(listener);
	instance_resume(&in);
}

/* It ends though somebody is connected who says nothing, and though somebody else keeps asking. */
static void it_ends(void **state)
{
	int silent = ask_connect(&in);
	struct load *l = load_start(&in);

	(void)state;
	go_on(l);
	instance_halt(&in);
	close(silent);
	instance_resume(&in);
	load_end(l);
	assert_int_equal(load_check(l).lost, 0);
}

static void launch(int err)
{
	const char *build = getenv("REMPART_BUILD");
	char program[INSTANCE_PATH];

	in.rempartd = fork();
	assert_true(in.rempartd >= 0);
	if (in.rempartd)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	snprintf(program, sizeof program, "%s/rempartd", build ? build : "build");
	if (dup2(err, STDERR_FILENO) < 0)
		_exit(126);
	alarm(20);
	execl(program, "rempartd", "--config", in.config, "--test-clock", in.clock, (char *)NULL);
	_exit(127);
}

/* A socket's path that is something else by mistake is not removed. */
static void a_file_at_the_sockets_path(void **state)
{
	int status, log = open(in.log, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct stat st;

	(void)state;
	instance_halt(&in);
	unlink(in.socket);
	file_write(in.socket, "precious", 0600);
	launch(log);
	assert_int_equal(waitpid(in.rempartd, &status, 0), in.rempartd);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(ask_logged(&in, "rempartd.sock: something that is no socket is there"), 1);
	assert_int_equal(stat(in.socket, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	unlink(in.socket);
	close(log);
	instance_resume(&in);
}

/* Whoever read the log has gone: decisions do not depend on it. */
static void a_log_that_nobody_reads(void **state)
{
	struct token martin = {0};
	int ends[2];

	(void)state;
	people_enrol(&in, "martin", &martin);
	instance_halt(&in);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	launch(ends[1]);
	close(ends[1]);
	instance_pass_time(&in, 30);
	assert_int_equal(instance_await(&in), RP_OK);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	assert_int_equal(ask_wrong(&in, "martin", NULL, &martin), RP_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(with_its_own_socket, start, stop),
		cmocka_unit_test_setup_teardown(with_a_service_managers_socket, start, stop),
		cmocka_unit_test_setup_teardown(it_ends, start, stop),
		cmocka_unit_test_setup_teardown(a_log_that_nobody_reads, start, stop),
		cmocka_unit_test_setup_teardown(a_file_at_the_sockets_path, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
