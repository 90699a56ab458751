#include "common/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/error.h"

static int served(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int answer = fd >= 0 && (!connect(fd, (const struct sockaddr *)sun, sizeof *sun) || errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return answer;
}

/* What a daemon that was killed left behind; anything else at that path is there by mistake. */
static int is_socket(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISSOCK(st.st_mode);
}

int rp_listen(const char *path, mode_t mode)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd, err = RP_EIO;

	if (strlen(path) >= sizeof sun.sun_path)
		return RP_EINVAL;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return RP_EIO;
	if (bind(fd, (struct sockaddr *)&sun, sizeof sun)) {
		if (errno == EADDRINUSE && served(&sun))
			err = RP_EBUSY;
		else if (errno == EACCES || errno == EPERM)
			err = RP_EPERM;
		else if (!is_socket(path))
			err = RP_EEXIST;
		if (err != RP_EIO || unlink(path) || bind(fd, (struct sockaddr *)&sun, sizeof sun))
			goto fail;
	}
	if (chmod(path, mode) || listen(fd, SOMAXCONN))
		goto fail;
	return fd;
fail:
	close(fd);
	return err;
}
