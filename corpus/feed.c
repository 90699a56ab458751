#include "corpus/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"

/* Enough for an estimate within a hundredth. */
#define SAMPLE 65536
#define STRIDE 64
/* Of less one page has room for all. */
#define FEW 1024
/* A part that is smaller than this of the whole is taken for all there is. */
#define CUT_MOST 64

struct held {
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;
};

struct co_feed {
	struct co_build_options options;
	char *path;
	struct held *held;
	size_t n, room, most; /* held, how many fit, how many may */
	bool sorted;
	struct co_build *build; /* NULL as long as digests are held */
	char why[512];
};

int co_feed_begin(struct co_feed **out, const char *path, const struct co_build_options *options,
		  size_t unsorted)
{
	struct co_feed *f = calloc(1, sizeof *f);

	if (f)
		f->path = strdup(path);
	if (!f || !f->path) {
		free(f);
		return RP_ENOMEM;
	}
	f->options = *options;
	f->sorted = !unsorted;
	f->most = unsorted ? unsorted : SAMPLE;
	*out = f;
	return 0;
}

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, CO_DIGEST_LEN);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t top64(const struct held *h)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | h->digest[i];
	return n;
}

/* How many there are in all, from the first of them in order: by the median of the stretches that STRIDE of
 * them take, which a part of the source that is missing does not move. */
static uint64_t estimate(const struct held *sample, size_t size)
{
	uint64_t stretches[SAMPLE / STRIDE] = {0};
	size_t n = (size - 1) / STRIDE;

	for (size_t i = 0; i < n; i++)
		stretches[i] = top64(&sample[(i + 1) * STRIDE]) - top64(&sample[i * STRIDE]);
	qsort(stretches, n, sizeof *stretches, by_size);
	return UINT64_MAX / (stretches[n / 2] / STRIDE + 1);
}

static uint64_t distinct(const struct held *sorted, size_t n)
{
	uint64_t found = n > 0;

	for (size_t i = 1; i < n; i++)
		found += by_digest(&sorted[i - 1], &sorted[i]) != 0;
	return found;
}

static int fail(struct co_feed *f, int err, const char *why)
{
	snprintf(f->why, sizeof f->why, "%s", why);
	return err;
}

/* All that is held may be all there is, or the first part of a source that was cut. */
static uint64_t expected(const struct co_feed *f)
{
	uint64_t there = distinct(f->held, f->n);
	uint64_t all = f->sorted && f->n >= FEW ? estimate(f->held, f->n) : 0;

	if (f->n == f->most && f->sorted)
		return all;
	/* Digests that are no SHA-1, or one range alone, must not ask for all of the disk. */
	all = all < CUT_MOST * there ? all : CUT_MOST * there;
	return all > there ? all : there;
}

/* Begins the build, and hands over what is held. */
static int begin(struct co_feed *f)
{
	int err;

	qsort(f->held, f->n, sizeof *f->held, by_digest);
	f->options.expected = expected(f);
	err = co_build_begin(&f->build, f->path, &f->options, f->why, sizeof f->why);
	for (size_t i = 0; i < f->n && !err; i++) {
		err = co_build_add(f->build, f->held[i].digest, f->held[i].count);
		if (err)
			fail(f, err, co_build_why(f->build));
	}
	free(f->held);
	f->held = NULL;
	return err;
}

static int hold(struct co_feed *f, const uint8_t digest[CO_DIGEST_LEN], uint64_t count)
{
	if (f->n == f->room) {
		size_t room = f->room ? 2 * f->room : 4096;
		struct held *grown = realloc(f->held, room * sizeof *grown);

		if (!grown)
			return fail(f, RP_ENOMEM, rp_strerror(RP_ENOMEM));
		f->held = grown;
		f->room = room;
	}
	memcpy(f->held[f->n].digest, digest, CO_DIGEST_LEN);
	f->held[f->n++].count = count;
	return 0;
}

int co_feed_add(struct co_feed *f, const uint8_t digest[CO_DIGEST_LEN], uint64_t count)
{
	int err = 0;

	if (!count || count < f->options.min_count)
		return 0;
	if (!f->build && f->n == f->most)
		err = f->sorted ? begin(f) : fail(f, RP_EFULL, "more than fit in memory");
	if (err)
		return err;
	if (!f->build)
		return hold(f, digest, count);
	err = co_build_add(f->build, digest, count);
	return err ? fail(f, err, co_build_why(f->build)) : 0;
}

static void release(struct co_feed *f)
{
	free(f->held);
	free(f->path);
	free(f);
}

int co_feed_finish(struct co_feed *f, uint64_t left_out, struct co_info *info, char *why, size_t why_size)
{
	int err = f->build ? 0 : f->n ? begin(f) : fail(f, RP_ENOENT, "no digests");

	if (err) {
		snprintf(why, why_size, "%s", f->why);
		co_feed_abort(f);
		return err;
	}
	err = co_build_finish(f->build, left_out, info, why, why_size);
	release(f);
	return err;
}

void co_feed_abort(struct co_feed *f)
{
	if (f->build)
		co_build_abort(f->build);
	release(f);
}

const char *co_feed_why(const struct co_feed *f)
{
	return f->why;
}
