#include "cli/slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/secret.h"

#define FIRST_ROOM (1 << 16)

/* Twice the room, and nothing left behind in the old one. */
static char *grow(char *text, size_t len, size_t room)
{
	char *more = malloc(room);

	if (more && len)
		memcpy(more, text, len);
	if (text)
		rp_wipe(text, len);
	free(text);
	return more;
}

static int read_all(struct cli *c, int fd, const char *path, char **text, size_t *len)
{
	size_t room = 0;
	ssize_t n;

	do {
		if (*len == room) {
			room = room ? 2 * room : FIRST_ROOM;
			*text = grow(*text, *len, room);
		}
		if (!*text)
			return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
		n = read(fd, *text + *len, room - *len);
		if (n < 0 && errno != EINTR)
			return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", path, strerror(errno));
		*len += n > 0 ? (size_t)n : 0;
	} while (n);
	return 0;
}

int cli_slurp(struct cli *c, const char *path, char **text, size_t *len)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	int status;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", path, strerror(errno));
	status = read_all(c, fd, path, text, len);
	if (fd != STDIN_FILENO)
		close(fd);
	if (status && *text) {
		rp_wipe(*text, *len);
		free(*text);
		*text = NULL;
	}
	return status;
}
