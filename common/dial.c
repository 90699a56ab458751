#include "common/dial.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "common/error.h"
#include "common/secret.h"
#include "common/ticks.h"

bool rp_server_root_or_self(uid_t server, void *ctx)
{
	(void)ctx;
	return server == 0 || server == geteuid();
}

/* Waits until fd is ready for events or the deadline has passed. */
static int wait_ready(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = deadline - rp_now_ms();
		int n;

		if (left <= 0)
			return RP_ETIME;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return RP_EIO;
	}
}

/* A Unix socket whose backlog is full answers EAGAIN and cannot be polled for room: try again shortly. */
static int dial(int fd, const char *path, int64_t deadline)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof sun.sun_path)
		return RP_EINVAL;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	while (connect(fd, (struct sockaddr *)&sun, sizeof sun)) {
		const struct timespec pause = {0, 2000000};

		if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR)
			return RP_ENOENT;
		if (errno == EACCES || errno == EPERM)
			return RP_EPERM;
		if (errno != EAGAIN && errno != EINTR)
			return RP_EIO;
		if (rp_now_ms() >= deadline)
			return RP_ETIME;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int check_server(int fd, rp_server_check *trusted, void *ctx)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) || len != sizeof peer)
		return RP_EIO;
	return trusted(peer.uid, ctx) ? 0 : RP_EPERM;
}

static int send_packet(int fd, const uint8_t *buf, size_t len, int64_t deadline)
{
	for (;;) {
		ssize_t n = send(fd, buf, len, MSG_NOSIGNAL);
		int err;

		if (n == (ssize_t)len)
			return 0;
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return RP_EIO;
		err = wait_ready(fd, POLLOUT, deadline);
		if (err)
			return err;
	}
}

static int recv_packet(int fd, uint8_t *buf, size_t size, int64_t deadline)
{
	for (;;) {
		int err = wait_ready(fd, POLLIN, deadline);
		struct iovec iov = {buf, size};
		struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
		ssize_t n;

		if (err)
			return err;
		n = recvmsg(fd, &msg, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return RP_EIO; /* rempartd went away before it answered */
		return msg.msg_flags & MSG_TRUNC ? RP_EINVAL : (int)n;
	}
}

static int converse(int fd, const char *path, const struct rp_request *req, struct rp_reply *rep,
		    uint8_t *buf, int64_t deadline, rp_server_check *trusted, void *ctx)
{
	int n = rp_request_encode(req, buf, RP_PACKET_MAX), err;

	if (n < 0)
		return n;
	if ((err = dial(fd, path, deadline)) || (err = check_server(fd, trusted, ctx)) ||
	    (err = send_packet(fd, buf, (size_t)n, deadline)))
		return err;
	n = recv_packet(fd, buf, RP_PACKET_MAX, deadline);
	if (n < 0)
		return n;
	err = rp_reply_decode(rep, buf, (size_t)n);
	if (!err && rep->verb != req->verb)
		err = RP_EINVAL;
	return err;
}

int rp_ask(const char *path, const struct rp_request *req, struct rp_reply *rep, int budget_ms,
	   rp_server_check *trusted, void *ctx)
{
	uint8_t buf[RP_PACKET_MAX];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err = fd < 0 ? RP_EIO : converse(fd, path, req, rep, buf, rp_now_ms() + budget_ms, trusted, ctx);

	rp_wipe(buf, sizeof buf);
	if (err)
		rp_reply_wipe(rep);
	if (fd >= 0)
		close(fd);
	return err;
}
