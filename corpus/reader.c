#include "corpus/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/error.h"
#include "common/secret.h"

#define BUF_SIZE (1 << 18)
#define TICK_MS 200

int co_reader_init(struct co_reader *r, int (*tick)(void *ctx), void *ctx)
{
	*r = (struct co_reader){.tick = tick, .ctx = ctx, .buf = malloc(BUF_SIZE)};
	return r->buf ? 0 : RP_ENOMEM;
}

void co_reader_begin(struct co_reader *r, int fd)
{
	r->fd = fd;
	r->text = NULL;
	r->at = r->end = r->dropped = 0;
	r->line = r->read = 0;
	r->eof = false;
}

/* A signal that comes just before a read would not end it: so a pipe that may be silent is not read, but
 * waited for. */
static int wait_for_more(struct co_reader *r)
{
	struct pollfd p = {.fd = r->fd, .events = POLLIN};
	int n, err;

	while ((n = poll(&p, 1, TICK_MS)) == 0 || (n < 0 && errno == EINTR))
		if ((err = r->tick(r->ctx)))
			return err;
	return n < 0 ? RP_EIO : 0;
}

/* More of the file behind what is left of it in buf. */
static int fill(struct co_reader *r)
{
	int err = wait_for_more(r);
	ssize_t n;

	if (err)
		return err;
	memmove(r->buf, r->buf + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	if (r->end == BUF_SIZE) {
		r->dropped += r->end;
		r->end = 0;
	}
	n = read(r->fd, r->buf + r->end, BUF_SIZE - r->end);
	if (n < 0 && errno != EINTR)
		return RP_EIO;
	r->eof = n == 0;
	r->end += n > 0 ? (size_t)n : 0;
	r->read += n > 0 ? (uint64_t)n : 0;
	return r->tick(r->ctx);
}

static void skip_mark(struct co_reader *r)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};

	if (r->len >= sizeof mark && !memcmp(r->text, mark, sizeof mark)) {
		r->text += sizeof mark;
		r->len -= sizeof mark;
	}
}

int co_reader_next(struct co_reader *r)
{
	const char *newline;
	int err;

	r->text = NULL;
	while (!(newline = memchr(r->buf + r->at, '\n', r->end - r->at)) && !r->eof)
		if ((err = fill(r)))
			return err;
	if (!newline && r->at == r->end && !r->dropped)
		return 0;
	r->text = r->buf + r->at;
	r->unended = !newline;
	r->len = r->dropped + (size_t)((newline ? newline : r->buf + r->end) - r->text);
	r->at = newline ? (size_t)(newline + 1 - r->buf) : r->end;
	if (r->line++ == 0 && !r->dropped)
		skip_mark(r);
	r->dropped = 0;
	return 0;
}

void co_reader_free(struct co_reader *r)
{
	if (r->buf)
		rp_wipe(r->buf, BUF_SIZE);
	free(r->buf);
}
