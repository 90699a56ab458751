#include "common/notify.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/error.h"

#define FIRST_FD 3

void rp_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof sun.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&sun,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

/* -1: the variable is not there, or no number. */
static long long number(const char *variable)
{
	const char *s = getenv(variable);
	char *end;
	long long n = s ? strtoll(s, &end, 10) : -1;

	return s && *s && !*end ? n : -1;
}

int rp_notify_watchdog_ms(void)
{
	long long n = number("WATCHDOG_USEC");

	if (n <= 0 || (getenv("WATCHDOG_PID") && number("WATCHDOG_PID") != getpid()))
		return -1;
	return n / 2000 < 1 ? 1 : (int)(n / 2000 > 3600000 ? 3600000 : n / 2000);
}

int rp_notify_socket(void)
{
	int type = 0, listening = 0;
	socklen_t len = sizeof type;

	if (!getenv("LISTEN_FDS") || number("LISTEN_PID") != getpid())
		return 0;
	if (number("LISTEN_FDS") != 1 || getsockopt(FIRST_FD, SOL_SOCKET, SO_TYPE, &type, &len) ||
	    type != SOCK_SEQPACKET || getsockopt(FIRST_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) ||
	    !listening)
		return RP_EINVAL;
	fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC);
	fcntl(FIRST_FD, F_SETFL, fcntl(FIRST_FD, F_GETFL) | O_NONBLOCK);
	return FIRST_FD;
}
