#include "corpus/build.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/fail.h"
#include "corpus/header.h"
#include "corpus/page.h"

#define BUFFER_PAGES 64
#define WHY_LEN 512

struct co_build {
	int fd;
	bool owned; /* the file beside is ours: to be removed or renamed */
	char *path, *fresh, *folder;
	struct co_info info; /* epsilon: the sum over the pages */
	uint64_t pages;
	uint64_t page; /* that is being filled */
	int err;
	char why[WHY_LEN];
	unsigned n, buffered;
	struct co_key keys[CO_PAGE_KEYS];
	uint8_t buffer[BUFFER_PAGES][CO_PAGE_LEN];
};

/* Small pages would be slack, large ones precision lost: docs/CORPUS.md has the figures. */
static unsigned bits_for(enum co_profile profile, uint64_t keys)
{
	uint64_t most = profile == CO_SMALL ? 2000 : 1000;
	unsigned bits = 0;

	while (bits < CO_BITS_MAX && keys >> bits > most)
		bits++;
	return bits;
}

static int fail_errno(struct co_build *b, const char *doing)
{
	int e = errno;

	b->err = co_fail(co_errno(e), b->why, WHY_LEN, "%s %s: %s", doing, b->fresh, strerror(e));
	return b->err;
}

/*
 * One name beside the path, and a lock: so two builds do not mix, and what a killed one left behind is
 * written over. Between open and lock another build may have finished, and the file be the corpus itself.
 */
static int claim(struct co_build *b)
{
	struct stat locked, named;

	b->fd = open(b->fresh, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (b->fd < 0)
		return fail_errno(b, "making");
	if (flock(b->fd, LOCK_EX | LOCK_NB) || fstat(b->fd, &locked) || lstat(b->fresh, &named) ||
	    locked.st_ino != named.st_ino || locked.st_dev != named.st_dev)
		return co_fail(RP_EBUSY, b->why, WHY_LEN, "%s: another build is running", b->fresh);
	if (!S_ISREG(locked.st_mode) || locked.st_nlink != 1 || locked.st_uid != geteuid())
		return co_fail(RP_EPERM, b->why, WHY_LEN, "%s is in the way: remove it", b->fresh);
	b->owned = true;
	return ftruncate(b->fd, 0) ? fail_errno(b, "emptying") : 0;
}

/* All of its room at once: a disk that is too small shows now and not in an hour. */
static int reserve(struct co_build *b)
{
	off_t len = (off_t)co_file_len(b->info.bits);
	int failed;

	do {
		failed = fallocate(b->fd, 0, 0, len);
	} while (failed && errno == EINTR);
	if (!failed || errno == EOPNOTSUPP || errno == ENOSYS)
		return 0;
	if (co_errno(errno) != RP_EFULL)
		return fail_errno(b, "making room for");
	return co_fail(RP_EFULL, b->why, WHY_LEN, "%s needs %lld MB, which are not there", b->path,
		       (long long)(len >> 20) + 1);
}

static int name(struct co_build *b, const char *path)
{
	char *copy = strdup(path);

	b->path = strdup(path);
	b->folder = copy ? strdup(dirname(copy)) : NULL;
	free(copy);
	if (asprintf(&b->fresh, "%s.new", path) < 0)
		b->fresh = NULL;
	if (b->path && b->folder && b->fresh)
		return 0;
	return co_fail(RP_ENOMEM, b->why, WHY_LEN, "no memory");
}

/* Gives everything back; the file beside goes with it unless it has its name by now. */
static void drop(struct co_build *b)
{
	if (b->owned)
		unlink(b->fresh);
	if (b->fd >= 0)
		close(b->fd);
	free(b->path);
	free(b->fresh);
	free(b->folder);
	free(b);
}

int co_build_begin(struct co_build **out, const char *path, const struct co_build_options *o, char *why,
		   size_t why_size)
{
	struct co_build *b;
	int err;

	*out = NULL;
	if (o->profile < CO_FULL || o->profile > CO_TOP || o->bits > CO_BITS_MAX)
		return co_fail(RP_EINVAL, why, why_size, "no such profile, or more pages than 2^%d",
			       CO_BITS_MAX);
	b = calloc(1, sizeof *b);
	if (!b)
		return co_fail(RP_ENOMEM, why, why_size, "no memory");
	b->fd = -1;
	b->info = (struct co_info){
		.profile = o->profile,
		.bits = o->bits ? o->bits : bits_for(o->profile, o->expected),
		.min_count = o->min_count ? o->min_count : 1,
		.made = o->made,
	};
	b->pages = (uint64_t)1 << b->info.bits;
	err = name(b, path);
	err = err ? err : claim(b);
	err = err ? err : reserve(b);
	if (!err) {
		*out = b;
		return 0;
	}
	co_fail(err, why, why_size, "%s", b->why);
	drop(b);
	return err;
}

static int write_at(struct co_build *b, const uint8_t *bytes, size_t size, uint64_t place)
{
	size_t done = 0;

	while (done < size) {
		ssize_t put = pwrite(b->fd, bytes + done, size - done, (off_t)(place * CO_PAGE_LEN + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail_errno(b, "writing");
		done += (size_t)put;
	}
	return 0;
}

/* The pages in the buffer are those before b->page. */
static int flush(struct co_build *b)
{
	unsigned n = b->buffered;

	b->buffered = 0;
	return write_at(b, b->buffer[0], (size_t)n * CO_PAGE_LEN, b->page + 1 - n);
}

static int too_many(struct co_build *b)
{
	b->err = co_fail(RP_EFULL, b->why, WHY_LEN,
			 "page %llu of %llu cannot hold its digests: choose more pages than 2^%u",
			 (unsigned long long)b->page, (unsigned long long)b->pages, b->info.bits);
	return b->err;
}

static int end_page(struct co_build *b)
{
	uint8_t *page = b->buffer[b->buffered];
	double epsilon;

	if (co_page_encode(page, b->keys, b->n, &epsilon))
		return too_many(b);
	co_page_seal(page, b->info.made, b->page + 1);
	b->info.keys += b->n;
	b->info.epsilon += epsilon;
	b->n = 0;
	b->buffered++;
	b->page++;
	return b->buffered == BUFFER_PAGES ? flush(b) : 0;
}

static int end_pages_before(struct co_build *b, uint64_t page)
{
	int err = 0;

	while (!err && b->page < page)
		err = end_page(b);
	return err;
}

/* Into its place, which is the end unless the source is out of order. */
static int take(struct co_build *b, struct co_key key)
{
	unsigned at = b->n;

	while (at && b->keys[at - 1].bits > key.bits)
		at--;
	if (at && b->keys[at - 1].bits == key.bits) {
		if (b->keys[at - 1].log < key.log)
			b->keys[at - 1].log = key.log;
		return 0;
	}
	if (b->n == CO_PAGE_KEYS)
		return too_many(b);
	memmove(b->keys + at + 1, b->keys + at, (b->n - at) * sizeof *b->keys);
	b->keys[at] = key;
	b->n++;
	return 0;
}

int co_build_add(struct co_build *b, const uint8_t digest[CO_DIGEST_LEN], uint64_t count)
{
	uint64_t page = co_page_of(digest, b->info.bits);

	if (b->err)
		return b->err;
	if (count < b->info.min_count)
		return 0;
	if (page < b->page)
		return RP_EINVAL;
	if (end_pages_before(b, page))
		return b->err;
	return take(b, (struct co_key){co_key_of(digest, b->info.bits),
				       (uint8_t)(63 - __builtin_clzll((unsigned long long)count))});
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? -1 : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/* The folder's owner is whose the corpus is: root may build it for rempartd. */
static int give(struct co_build *b)
{
	struct stat st;

	if (stat(b->folder, &st) || (geteuid() == 0 && fchown(b->fd, st.st_uid, st.st_gid)) ||
	    fchmod(b->fd, 0640))
		return fail_errno(b, "giving to the folder's owner");
	return 0;
}

static int finish(struct co_build *b)
{
	uint8_t page[CO_PAGE_LEN];

	if (b->err || end_pages_before(b, b->pages) || flush(b))
		return b->err;
	b->info.epsilon /= (double)b->pages;
	co_header_encode(page, &b->info);
	if (write_at(b, page, sizeof page, 0) || give(b))
		return b->err;
	if (fsync(b->fd))
		return fail_errno(b, "syncing");
	if (rename(b->fresh, b->path))
		return fail_errno(b, "renaming");
	b->owned = false;
	return sync_folder(b->folder) ? fail_errno(b, "syncing the folder of") : 0;
}

int co_build_finish(struct co_build *b, uint64_t left_out, struct co_info *info, char *why, size_t why_size)
{
	int err;

	b->info.left_out = left_out;
	err = finish(b);
	if (err)
		co_fail(err, why, why_size, "%s", b->why);
	if (!err && info)
		*info = b->info;
	drop(b);
	return err;
}

void co_build_abort(struct co_build *b)
{
	if (b)
		drop(b);
}

const char *co_build_why(const struct co_build *b)
{
	return b->why;
}
