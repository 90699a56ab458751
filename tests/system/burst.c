/*
 * N requests on N connections, all sent before the first answer is read.
 * Usage: burst SOCKET PREFIX N CODE. Says "sent", then how many of the users PREFIX0 to PREFIX(N-1) were let
 * in; ends with 0 when all were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "common/reply.h"
#include "common/request.h"

#define BURST_MAX 1000

static int send_one(const char *path, const char *user, const char *code)
{
	struct rp_request req = {.version = RP_VERSION, .verb = RP_AUTH, .service = "burst"};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	unsigned char buf[RP_PACKET_MAX];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), n;

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	snprintf(req.user, sizeof req.user, "%s", user);
	snprintf(req.code, sizeof req.code, "%s", code);
	n = rp_request_encode(&req, buf, sizeof buf);
	if (fd < 0 || n < 0 || connect(fd, (struct sockaddr *)&sun, sizeof sun) ||
	    send(fd, buf, (size_t)n, 0) != n)
		exit(2);
	return fd;
}

static int was_let_in(int fd)
{
	unsigned char buf[RP_PACKET_MAX];
	struct rp_reply rep;
	ssize_t n = recv(fd, buf, sizeof buf, 0);

	return n > 0 && !rp_reply_decode(&rep, buf, (size_t)n) && rep.verdict == RP_OK;
}

int main(int argc, char **argv)
{
	int n = argc == 5 ? atoi(argv[3]) : 0, in = 0, fds[BURST_MAX];
	char user[64];

	if (n < 1 || n > BURST_MAX)
		return 2;
	for (int i = 0; i < n; i++) {
		snprintf(user, sizeof user, "%s%d", argv[2], i);
		fds[i] = send_one(argv[1], user, argv[4]);
	}
	puts("sent");
	fflush(stdout);
	for (int i = 0; i < n; i++)
		in += was_let_in(fds[i]);
	printf("%d of %d were let in\n", in, n);
	return in != n;
}
