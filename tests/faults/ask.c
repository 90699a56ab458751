#include "tests/faults/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/dial.h"
#include "common/error.h"
#include "common/ticks.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define PATIENCE_MS 10000

struct rp_request ask_request(enum rp_verb verb, const char *user, const char *source, const char *code)
{
	struct rp_request req = {.version = RP_VERSION, .verb = (uint8_t)verb};

	snprintf(req.user, sizeof req.user, "%s", user);
	strcpy(req.service, "sshd");
	snprintf(req.source, sizeof req.source, "%s", source ? source : "");
	snprintf(req.code, sizeof req.code, "%s", code ? code : "");
	return req;
}

struct rp_reply ask(const struct instance *in, const struct rp_request *req)
{
	struct rp_reply rep;

	assert_int_equal(rp_ask(in->socket, req, &rep, PATIENCE_MS, rp_server_root_or_self, NULL), 0);
	return rep;
}

struct rp_reply ask_in_time(const struct instance *in, const struct rp_request *req)
{
	int64_t since = rp_now_ms();
	struct rp_reply rep = ask(in, req);

	assert_in_range(rp_now_ms() - since, 0, RP_DAEMON_BUDGET_MS);
	return rep;
}

unsigned ask_verb(const struct instance *in, enum rp_verb verb, const char *user)
{
	struct rp_request req = ask_request(verb, user, "192.0.2.7", NULL);

	return ask(in, &req).verdict;
}

unsigned ask_code(const struct instance *in, const char *user, const char *source, const char *code)
{
	struct rp_request req = ask_request(RP_AUTH, user, source, code);

	return ask(in, &req).verdict;
}

unsigned ask_right(const struct instance *in, const char *user, const char *source, const struct token *t)
{
	char code[CODE_SIZE];

	return ask_code(in, user, source, token_code(t, in->now, code));
}

unsigned ask_wrong(const struct instance *in, const char *user, const char *source, const struct token *t)
{
	char code[CODE_SIZE];

	return ask_code(in, user, source, token_wrong_code(t, in->now, code));
}

int ask_connect(const struct instance *in)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(sun.sun_path, in->socket);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

int ask_send(const struct instance *in, const struct rp_request *req)
{
	uint8_t buf[RP_PACKET_MAX];
	int fd = ask_connect(in), n = rp_request_encode(req, buf, sizeof buf);

	assert_true(n > 0);
	assert_int_equal(send(fd, buf, (size_t)n, MSG_NOSIGNAL), n);
	return fd;
}

int ask_hear(int fd, struct rp_reply *rep)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint8_t buf[RP_PACKET_MAX + 1];
	int err = RP_ETIME;

	if (poll(&p, 1, PATIENCE_MS) == 1) {
		ssize_t n = recv(fd, buf, sizeof buf, 0);

		err = n > 0 ? rp_reply_decode(rep, buf, (size_t)n) : RP_ENOENT;
	}
	close(fd);
	return err;
}

unsigned ask_verdict(int fd)
{
	struct rp_reply rep;

	assert_int_equal(ask_hear(fd, &rep), 0);
	return rep.verdict;
}

unsigned ask_as(uid_t uid, const struct instance *in, const struct rp_request *req)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		struct rp_reply rep;

		if (setgroups(0, NULL) || setgid(uid) || setuid(uid) ||
		    rp_ask(in->socket, req, &rep, PATIENCE_MS, rp_server_root_or_self, NULL))
			_exit(255);
		_exit(rep.verdict);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return (unsigned)WEXITSTATUS(status);
}

unsigned ask_logged(const struct instance *in, const char *text)
{
	const struct rp_request ping = {.version = RP_VERSION, .verb = RP_PING};
	struct rp_reply rep;
	char *log;
	unsigned n;

	/* A turn is logged when it was answered: the next one's answer shows that it is. */
	rp_ask(in->socket, &ping, &rep, PATIENCE_MS, rp_server_root_or_self, NULL);
	log = file_read(in->log);
	n = text_count(log, text);

	free(log);
	return n;
}

void ask_needs_root(const char *what)
{
	if (!geteuid())
		return;
	print_message("NOT TESTED, only root can: %s\n", what);
	skip();
}
