#include "engine/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "common/error.h"

int en_clock_open(struct en_clock *c, const char *file)
{
	*c = (struct en_clock){.fd = -1};
	if (!file)
		return 0;
	c->fd = open(file, O_RDONLY | O_CLOEXEC);
	return c->fd < 0 ? RP_ENOENT : 0;
}

void en_clock_close(struct en_clock *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static int64_t read_seconds(const struct en_clock *c)
{
	char text[32];
	struct timespec t;
	ssize_t n;

	if (c->fd < 0)
		return clock_gettime(CLOCK_REALTIME, &t) ? -1 : t.tv_sec;
	n = pread(c->fd, text, sizeof text - 1, 0);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	return strtoll(text, NULL, 10);
}

int64_t en_clock_now(struct en_clock *c, int64_t *jump)
{
	int64_t now = read_seconds(c), drift;
	struct timespec up;

	*jump = 0;
	if (now <= 0 || clock_gettime(CLOCK_BOOTTIME, &up))
		return -1;
	drift = (now - c->last) - (up.tv_sec - c->last_up);
	if (c->last && (drift >= EN_CLOCK_JUMP || drift <= -EN_CLOCK_JUMP))
		*jump = drift;
	c->last = now;
	c->last_up = up.tv_sec;
	return now;
}
