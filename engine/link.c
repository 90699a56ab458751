#include "engine/link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/log.h"
#include "common/secret.h"
#include "common/ticks.h"

/* A trouble that comes and goes is said again after so many milliseconds. */
#define SAY_AGAIN_MS 60000

struct en_link {
	struct sockaddr_un peer; /* of the last question */
	bool said;		 /* that it does not answer, and that is not over */
	int64_t said_at;
	size_t len; /* of what came last */
	uint8_t packet[RP_RANGE_PACKET_MAX + 1];
};

struct en_link *en_link_new(void)
{
	return calloc(1, sizeof(struct en_link));
}

void en_link_free(struct en_link *l)
{
	if (l)
		en_link_forget(l);
	free(l);
}

void en_link_forget(struct en_link *l)
{
	rp_wipe(l->packet, l->len);
	l->len = 0;
}

static void say_gone(struct en_link *l, int64_t now, const char *why)
{
	if (l->said || (l->said_at && now - l->said_at < SAY_AGAIN_MS))
		return;
	rp_log(LOG_ERR, "rempart-fetch at %s does not answer: %s", l->peer.sun_path, why);
	l->said = true;
	l->said_at = now;
}

void en_link_said(struct en_link *l, bool answer, const char *why, int64_t now)
{
	if (!answer) {
		say_gone(l, now, why);
		return;
	}
	if (l->said)
		rp_log(LOG_NOTICE, "rempart-fetch at %s answers again", l->peer.sun_path);
	l->said = false;
}

int en_link_ask(struct en_link *l, const char *path, const uint8_t *packet, size_t len, int64_t now,
		const char **cause)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	l->peer.sun_family = AF_UNIX;
	if ((size_t)snprintf(l->peer.sun_path, sizeof l->peer.sun_path, "%s", path) >=
	    sizeof l->peer.sun_path)
		errno = ENAMETOOLONG;
	else if (fd >= 0 && !connect(fd, (struct sockaddr *)&l->peer, sizeof l->peer) &&
		 send(fd, packet, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len)
		return fd;
	/* Its queue is full: it is there, but has too much to do. */
	if (fd >= 0 && errno == EAGAIN) {
		*cause = "busy";
	} else {
		say_gone(l, now, strerror(errno));
		*cause = "fetch-gone";
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

int en_link_hear(struct en_link *l, int fd, int64_t now, const uint8_t **packet, size_t *len,
		 const char **cause)
{
	ssize_t n = recv(fd, l->packet, sizeof l->packet, MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		say_gone(l, now, n ? strerror(errno) : "it hung up");
		*cause = "fetch-gone";
		return -1;
	}
	l->len = (size_t)n < sizeof l->packet ? (size_t)n : sizeof l->packet;
	*packet = l->packet;
	*len = l->len;
	return 1;
}

int en_link_wait(struct en_link *l, const char *path, const uint8_t *packet, size_t len, int budget_ms,
		 const uint8_t **answer, size_t *answer_len, const char **cause)
{
	int64_t now = rp_now_ms(), end = now + budget_ms;
	int fd = en_link_ask(l, path, packet, len, now, cause), came = 0;

	if (fd < 0)
		return -1;
	for (; !came && now < end; now = rp_now_ms()) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		poll(&p, 1, (int)(end - now));
		came = en_link_hear(l, fd, now, answer, answer_len, cause);
	}
	close(fd);
	if (came)
		return came;
	say_gone(l, now, "it takes too long");
	*cause = "timeout";
	return -1;
}
