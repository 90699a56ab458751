#include "tests/unit/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/reply.h"
#include "tests/unit/cmocka_all.h"

int server_listen(const char *path, int type, int backlog)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	unlink(path);
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void send_descriptors(int fd, const uint8_t *buf, size_t len)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)buf, len};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), (int[]){0, 1}, 2 * sizeof(int));
	sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static void answer(int fd, uint8_t verb, enum server_how how)
{
	static uint8_t buf[2 * RP_PACKET_MAX];
	struct rp_reply rep = {.version = RP_VERSION, .verb = verb, .verdict = RP_OK, .n1 = 42};
	size_t len;

	if (how == SERVER_WRONG_VERB)
		rep.verb = RP_PING;
	if (how == SERVER_WRONG_VERSION)
		rep.version = RP_VERSION + 1;
	memset(buf, 0, sizeof buf);
	len = (size_t)rp_reply_encode(&rep, buf, RP_PACKET_MAX);
	if (how == SERVER_EMPTY)
		len = 0;
	if (how == SERVER_SHORT)
		len--;
	if (how == SERVER_LONG)
		len++;
	if (how == SERVER_HUGE)
		len = sizeof buf;
	if (how == SERVER_DESCRIPTORS)
		send_descriptors(fd, buf, len);
	else
		send(fd, buf, len, MSG_NOSIGNAL);
}

/* Takes questions until one was heard whole, and answers it. */
static void *serve(void *arg)
{
	struct server *s = arg;
	uint8_t buf[RP_PACKET_MAX];
	int fd;
	ssize_t n;

	do {
		fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			abort();
		n = recv(fd, buf, sizeof buf, 0);
		if (n <= 0)
			close(fd);
	} while (n <= 0);
	if (rp_request_decode(&s->heard, buf, (size_t)n))
		abort();
	if (s->how == SERVER_NOTHING)
		recv(fd, buf, sizeof buf, 0); /* until the client gives up */
	else if (s->how != SERVER_CLOSE)
		answer(fd, s->heard.verb, s->how);
	close(fd);
	return NULL;
}

void server_start(struct server *s, enum server_how how, int fd)
{
	*s = (struct server){.fd = fd, .how = how};
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void server_stop(struct server *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->fd);
}
