#include "fetch/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "common/error.h"
#include "common/ticks.h"

static int64_t read_seconds(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
	return strtoll(text, NULL, 10);
}

int fe_clock_open(struct fe_clock *c, const char *file)
{
	*c = (struct fe_clock){.fd = -1};
	if (!file)
		return 0;
	c->fd = open(file, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0)
		return RP_ENOENT;
	c->start = read_seconds(c->fd);
	return 0;
}

void fe_clock_close(struct fe_clock *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

int64_t fe_clock_now(const struct fe_clock *c)
{
	return rp_now_ms() + (c->fd >= 0 ? (read_seconds(c->fd) - c->start) * 1000 : 0);
}
