#include "tests/faults/activated.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "tests/unit/cmocka_all.h"

int activated_listen(const struct instance *in)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(sun.sun_path, in->socket);
	unlink(in->socket);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(chmod(in->socket, 0666), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

void activated_launch(struct instance *in, int listener)
{
	const char *build = getenv("REMPART_BUILD");
	char program[INSTANCE_PATH], pid[16];
	int log, fd;

	in->rempartd = fork();
	assert_true(in->rempartd >= 0);
	if (in->rempartd)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(program, sizeof program, "%s/rempartd", build ? build : "build");
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	log = open(in->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	fd = fcntl(listener, F_DUPFD, 4); /* 3 may be the listener already, and is then close-on-exec */
	if (log < 0 || fd < 0 || dup2(log, STDERR_FILENO) < 0 || dup2(fd, 3) < 0)
		_exit(126);
	close(fd);
	execl(program, "rempartd", "--config", in->config, "--test-clock", in->clock, (char *)NULL);
	_exit(127);
}
