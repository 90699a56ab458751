#include "tests/pam/peer.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "common/reply.h"
#include "common/request.h"
#include "tests/unit/cmocka_all.h"

static uint8_t prelim_verdict(const struct rp_request *req)
{
	static bool seen;

	if (req->flags & RP_FLAG_PRELIM)
		seen = true;
	else
		return seen ? RP_LOCKED : RP_DENIED;
	return RP_OK;
}

static uint8_t enrol_verdict(const struct rp_request *req)
{
	int n = atoi(req->user);

	if (req->verb == RP_ACCOUNT)
		return RP_ENROL;
	if (req->verb == RP_ENROL_CONFIRM)
		return (uint8_t)(n - 100);
	return n < 100 ? (uint8_t)n : RP_OK;
}

static uint8_t verdict_for(enum peer_kind kind, const struct rp_request *req)
{
	bool shape = req->verb == RP_SHAPE;

	switch (kind) {
	case PEER_VERDICT:
		return shape ? RP_OK : (uint8_t)atoi(req->user);
	case PEER_EXPECT:
		return shape || !strcmp(req->code, req->user) ? RP_OK : RP_DENIED;
	case PEER_PRELIM:
		return prelim_verdict(req);
	case PEER_NO_SHAPE:
		return shape ? RP_UNAVAILABLE : RP_OK;
	case PEER_ENROL:
		return enrol_verdict(req);
	case PEER_NO_VERDICT:
		return RP_VERDICT_END;
	default:
		return RP_OK;
	}
}

/* A side of 21 modules, all light: nothing that an app reads, but something that can be drawn. */
static void add_qr(struct rp_reply *rep)
{
	rep->t3[0] = 21;
	rep->t3_len = 1 + (21 * 21 + 7) / 8;
	strcpy(rep->t1, "ABCDEFGHIJKLMNOP");
}

/* The packet of one answer. Returns its length; 0: an empty one. */
static size_t make_answer(enum peer_kind kind, const struct rp_request *req, uint8_t *buf, size_t size)
{
	struct rp_reply rep = {.version = RP_VERSION,
			       .verb = req->verb,
			       .verdict = verdict_for(kind, req),
			       .n1 = RP_SHAPE_DIGITS(6)};
	int len;

	if (kind == PEER_EXPECT)
		rep.n1 |= RP_SHAPE_DIGITS(8);
	if (kind == PEER_ENROL && atoi(req->user) >= 100)
		add_qr(&rep);
	if (kind == PEER_OTHER_VERB)
		rep.verb++;
	len = rp_reply_encode(&rep, buf, size);
	if (kind == PEER_VERSION)
		buf[0]++;
	switch (kind) {
	case PEER_EMPTY:
		return 0;
	case PEER_NOISE:
		memset(buf, 0xa5, 64);
		return 64;
	case PEER_SHORT:
		return (size_t)len - 1;
	case PEER_LONG:
		buf[len] = 0;
		return (size_t)len + 1;
	case PEER_HUGE:
		return RP_PACKET_MAX + 1;
	default:
		return (size_t)len;
	}
}

static void serve_one(int fd, enum peer_kind kind)
{
	uint8_t in[RP_PACKET_MAX], out[RP_PACKET_MAX + 1] = {0};
	ssize_t n = recv(fd, in, sizeof in, 0);
	struct rp_request req;

	if (n <= 0 || rp_request_decode(&req, in, (size_t)n) || kind == PEER_GONE) {
		close(fd);
	} else if (kind == PEER_SILENT) {
		recv(fd, in, sizeof in, 0); /* until the other side gives up */
		close(fd);
	} else {
		if (kind == PEER_SLOW)
			nanosleep(&(struct timespec){PEER_SLOW_MS / 1000, PEER_SLOW_MS % 1000 * 1000000},
				  NULL);
		send(fd, out, make_answer(kind, &req, out, sizeof out), MSG_NOSIGNAL);
		close(fd);
	}
}

/* Listening decides whose socket it is, so that is done as uid; the test waits on the pipe for it. */
static void serve(enum peer_kind kind, uid_t uid, int fd, int ready)
{
	if ((uid != geteuid() && setuid(uid)) || listen(fd, 64))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of user clears it */
	if (write(ready, "r", 1) != 1)
		_exit(1);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c >= 0)
			serve_one(c, kind);
	}
}

pid_t peer_start(const struct instance *in, enum peer_kind kind, uid_t uid)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), ready[2];
	char byte;
	pid_t pid;

	strcpy(sun.sun_path, in->socket);
	unlink(in->socket);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(chmod(in->socket, 0666), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		serve(kind, uid, fd, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(fd);
	return pid;
}

void peer_stop(pid_t peer)
{
	assert_int_equal(kill(peer, SIGTERM), 0);
	assert_int_equal(waitpid(peer, NULL, 0), peer);
}
