#include "tests/breach/relay.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/range.h"
#include "tests/unit/cmocka_all.h"

struct relay {
	int listener;
	pthread_t thread;
	struct sockaddr_un to;
	atomic_size_t n;
	struct relay_packet packets[RELAY_PACKETS];
	uint8_t answer[RP_RANGE_PACKET_MAX];
};

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	assert_true(strlen(path) < sizeof sun.sun_path);
	strcpy(sun.sun_path, path);
	return sun;
}

/* rempart-fetch's answer; 0: there is none. */
static size_t ask_on(struct relay *r, const struct relay_packet *p)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), size = sizeof r->answer;
	ssize_t n = -1;

	if (!connect(fd, (struct sockaddr *)&r->to, sizeof r->to) &&
	    send(fd, p->bytes, p->len, MSG_NOSIGNAL) == (ssize_t)p->len)
		n = recv(fd, r->answer, (size_t)size, 0);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

static void hand_on(struct relay *r, int fd)
{
	struct relay_packet *p = &r->packets[r->n];
	ssize_t n = recv(fd, p->bytes, sizeof p->bytes, MSG_TRUNC);
	int size = sizeof r->answer;
	size_t len;

	if (n <= 0)
		return;
	p->len = (size_t)n;
	r->n++;
	len = p->len <= sizeof p->bytes ? ask_on(r, p) : 0;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	if (len)
		send(fd, r->answer, len, MSG_NOSIGNAL);
}

/* One after the other: the test asks so. */
static void *run(void *ctx)
{
	struct relay *r = ctx;
	int fd;

	while ((fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (r->n == RELAY_PACKETS)
			abort();
		hand_on(r, fd);
		close(fd);
	}
	return NULL;
}

struct relay *relay_start(const char *path, const char *to)
{
	struct relay *r = calloc(1, sizeof *r);
	struct sockaddr_un here = address(path);

	assert_non_null(r);
	r->to = address(to);
	r->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(r->listener, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(r->listener, RELAY_PACKETS), 0);
	assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
	return r;
}

void relay_stop(struct relay *r)
{
	shutdown(r->listener, SHUT_RDWR); /* which ends accept */
	assert_int_equal(pthread_join(r->thread, NULL), 0);
	close(r->listener);
	free(r);
}

size_t relay_packets(struct relay *r, const struct relay_packet **packets)
{
	*packets = r->packets;
	return r->n;
}
