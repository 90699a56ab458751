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

static int replace(int fd, const struct sockaddr_un *sun)
{
	if (served(sun))
		return RP_EBUSY;
	if (!is_socket(sun->sun_path))
		return RP_EEXIST;
	return unlink(sun->sun_path) || bind(fd, (const struct sockaddr *)sun, sizeof *sun) ? RP_EIO : 0;
}

int rp_listen(const char *path, mode_t mode)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd, err = 0, cause;

	if (strlen(path) >= sizeof sun.sun_path)
		return RP_EINVAL;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return RP_EIO;
	if (bind(fd, (struct sockaddr *)&sun, sizeof sun))
		err = errno == EADDRINUSE ? replace(fd, &sun) : RP_EIO;
	if (!err && (chmod(path, mode) || listen(fd, SOMAXCONN)))
		err = RP_EIO;
	if (!err)
		return fd;
	cause = errno;
	close(fd);
	errno = cause;
	return err;
}

const char *rp_listen_why(int err)
{
	switch (err) {
	case RP_EBUSY:
		return "it is served already; end the other process first";
	case RP_EEXIST:
		return "something that is no socket is there; move it away";
	case RP_EINVAL:
		return "the path is too long for a socket";
	default:
		return strerror(errno);
	}
}
