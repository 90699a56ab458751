/* Opening a corpus and looking digests up in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/fail.h"
#include "corpus/header.h"
#include "corpus/page.h"

#define TICK_PAGES 1024

struct co_corpus {
	int fd;
	char *path;
	struct stat opened;
	struct co_info info;
	uint8_t page[CO_PAGE_LEN] __attribute__((aligned(CO_PAGE_LEN)));
};

/* The page at a place in the file into c->page. RP_ECORRUPT: the file ends before. */
static int read_whole(struct co_corpus *c, uint64_t place)
{
	size_t done = 0;

	while (done < CO_PAGE_LEN) {
		ssize_t got =
			pread(c->fd, c->page + done, CO_PAGE_LEN - done, (off_t)(place * CO_PAGE_LEN + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? RP_EIO : RP_ECORRUPT;
		done += (size_t)got;
	}
	return 0;
}

/* O_NONBLOCK: a FIFO at the path is refused and not waited for. */
static int open_file(struct co_corpus *c, char *why, size_t why_size)
{
	int e;

	c->fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (c->fd < 0 || fstat(c->fd, &c->opened)) {
		e = errno;
		return co_fail(co_errno(e), why, why_size, "%s: %s", c->path, strerror(e));
	}
	if (!S_ISREG(c->opened.st_mode))
		return co_fail(RP_ECORRUPT, why, why_size, "%s is not a file", c->path);
	/* Neighbours of a page are never wanted. */
	posix_fadvise(c->fd, 0, 0, POSIX_FADV_RANDOM);
	return 0;
}

static int read_header(struct co_corpus *c, char *why, size_t why_size)
{
	uint64_t len;
	int err = read_whole(c, 0);

	if (err == RP_EIO)
		return co_fail(err, why, why_size, "%s: %s", c->path, strerror(errno));
	if (!err)
		err = co_header_decode(&c->info, c->page);
	if (err == RP_EVERSION)
		return co_fail(err, why, why_size,
			       "%s was made by another version of Rempart: build it again", c->path);
	if (err)
		return co_fail(err, why, why_size, "%s is no corpus of Rempart, or its first page is damaged",
			       c->path);
	len = co_file_len(c->info.bits);
	if ((uint64_t)c->opened.st_size != len)
		return co_fail(RP_ECORRUPT, why, why_size, "%s is damaged: it has %lld bytes and not %llu",
			       c->path, (long long)c->opened.st_size, (unsigned long long)len);
	return 0;
}

int co_open(struct co_corpus **out, const char *path, char *why, size_t why_size)
{
	struct co_corpus *c = aligned_alloc(CO_PAGE_LEN, sizeof *c);
	int err;

	*out = NULL;
	if (!c)
		return co_fail(RP_ENOMEM, why, why_size, "no memory");
	c->fd = -1;
	c->path = strdup(path);
	err = c->path ? open_file(c, why, why_size) : co_fail(RP_ENOMEM, why, why_size, "no memory");
	if (!err)
		err = read_header(c, why, why_size);
	if (err)
		co_close(c);
	else
		*out = c;
	return err;
}

void co_close(struct co_corpus *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->path);
	free(c);
}

const struct co_info *co_info(const struct co_corpus *c)
{
	return &c->info;
}

bool co_is_whole(const struct co_info *info)
{
	return info->profile != CO_TOP && info->min_count <= 1 && !info->left_out &&
	       info->keys >= CO_WHOLE_KEYS;
}

/* A file that was written over keeps its inode, and shows it in its size or time. */
bool co_is_current(const struct co_corpus *c)
{
	struct stat now;

	return !stat(c->path, &now) && now.st_dev == c->opened.st_dev && now.st_ino == c->opened.st_ino &&
	       now.st_size == c->opened.st_size && now.st_mtim.tv_sec == c->opened.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == c->opened.st_mtim.tv_nsec;
}

/* A page of digests into c->page, whole and in its place. */
static int read_page(struct co_corpus *c, uint64_t number)
{
	int err = read_whole(c, number + 1);

	return err || co_page_sealed(c->page, c->info.made, number + 1) ? err : RP_ECORRUPT;
}

int co_lookup(struct co_corpus *c, const uint8_t digest[CO_DIGEST_LEN], uint64_t *prevalence)
{
	int err = read_page(c, co_page_of(digest, c->info.bits));

	*prevalence = 0;
	return err ? err : co_page_find(c->page, co_key_of(digest, c->info.bits), prevalence);
}

static int check_pages(struct co_corpus *c, int (*tick)(uint64_t done, uint64_t all, void *ctx), void *ctx,
		       uint64_t *page)
{
	uint64_t all = (uint64_t)1 << c->info.bits;
	unsigned keys;

	for (*page = 0; *page < all; ++*page) {
		int err = tick && *page % TICK_PAGES == 0 ? tick(*page, all, ctx) : 0;
		err = err ? err : read_page(c, *page);
		err = err ? err : co_page_check(c->page, &keys);
		if (err)
			return err;
	}
	return tick ? tick(all, all, ctx) : 0;
}

int co_verify(struct co_corpus *c, int (*tick)(uint64_t done, uint64_t all, void *ctx), void *ctx,
	      uint64_t *page)
{
	int err;

	posix_fadvise(c->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	err = check_pages(c, tick, ctx, page);
	posix_fadvise(c->fd, 0, 0, POSIX_FADV_RANDOM);
	return err;
}
