#include "corpus/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "common/text.h"
#include "corpus/line.h"

#define BUF_SIZE (1 << 18)
#define RANGES 0x100000
#define RANGE_ENDING ".txt" /* behind the prefix */

/* Digests are evenly spread, whatever the list. So a stretch that has none and is this many times the mean is
 * no chance (e^-64 for each line): a part of the file is missing. Asked once the mean is known well. */
#define GAP_FACTOR 64
#define GAP_LINES 1000

struct reader {
	const struct co_source_calls *calls;
	char *buf;
	size_t at, end;
	size_t dropped; /* bytes of the line in hand that are not in buf any more */
	bool eof;
	int fd;
	char path[PATH_MAX]; /* of the file in hand */
	const char *text;    /* the line in hand */
	size_t len;
	bool unended;
	uint64_t line, judged, used; /* of its lines: the one in hand, not blank, in order */
	char prefix[CO_PREFIX_LEN + 3];
	uint64_t done, all;
	uint8_t last[CO_DIGEST_LEN];
	uint64_t first, gap_max;     /* top 64 bits: of a single file's first digest, of its longest gap */
	uint8_t present[RANGES / 8]; /* a bit for each range of a folder */
	char *why;
	size_t why_size;
};

static const uint8_t empty_password[CO_DIGEST_LEN] = {0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b,
						      0x0d, 0x32, 0x55, 0xbf, 0xef, 0x95, 0x60,
						      0x18, 0x90, 0xaf, 0xd8, 0x07, 0x09};

const char *co_oddity_name(enum co_oddity what)
{
	static const char *const names[] = {
		[CO_ODD_LINE] = N_("not a digest and a count"),
		[CO_ODD_NTLM] = N_("an NTLM digest, not SHA-1"),
		[CO_ODD_COUNT] = N_("the count is missing, no number, or too large"),
		[CO_ODD_ORDER] = N_("out of order"),
		[CO_ODD_TWICE] = N_("the same digest as in the line above"),
		[CO_ODD_EMPTY_PASSWORD] = N_("the empty password, passed over"),
		[CO_ODD_NUL] = N_("a NUL byte, or a line that is too long"),
		[CO_ODD_MISSING] = N_("this range is missing"),
		[CO_ODD_EMPTY_FILE] = N_("there is nothing in it"),
		[CO_ODD_NAME] = N_("not the name of a range, passed over"),
		[CO_ODD_CUT] = N_("the file ends within a line"),
		[CO_ODD_GAP] = N_("no digests for too long: a part of the file is missing"),
	};

	return what < sizeof names / sizeof *names && names[what] ? names[what] : "?";
}

static int failed(const struct reader *r)
{
	int err = errno == ENOENT ? RP_ENOENT : errno == EACCES || errno == EPERM ? RP_EPERM : RP_EIO;

	snprintf(r->why, r->why_size, "%s: %s", r->path, strerror(errno));
	return err;
}

static int odd(const struct reader *r, enum co_oddity what, bool left_out)
{
	return r->calls->odd(r->path, r->line, what, left_out, r->calls->ctx);
}

static int tick(const struct reader *r)
{
	return r->calls->tick ? r->calls->tick(r->done, r->all, r->calls->ctx) : 0;
}

static uint64_t top64(const uint8_t digest[CO_DIGEST_LEN])
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | digest[i];
	return n;
}

static void measure(struct reader *r)
{
	uint64_t mean;

	if (r->used < GAP_LINES || r->prefix[0])
		return;
	mean = (top64(r->last) - r->first) / r->used + 1;
	r->gap_max = mean < UINT64_MAX / GAP_FACTOR ? mean * GAP_FACTOR : UINT64_MAX;
}

/* More of the file behind what is left of it in buf. */
static int fill(struct reader *r)
{
	ssize_t n;
	int err;

	memmove(r->buf, r->buf + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	if (r->end == BUF_SIZE) {
		r->dropped += r->end;
		r->end = 0;
	}
	while ((n = read(r->fd, r->buf + r->end, BUF_SIZE - r->end)) < 0 && errno == EINTR)
		if ((err = tick(r)))
			return err;
	if (n < 0)
		return failed(r);
	r->eof = n == 0;
	r->end += (size_t)n;
	if (r->prefix[0])
		return 0;
	measure(r);
	r->done += (uint64_t)n;
	return tick(r);
}

/* The next line into r->text, NULL at the end. Of a line that does not fit there is the end alone, with the
 * length of the whole. Returns what ended the reading. */
static int next(struct reader *r)
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
	r->dropped = 0;
	r->line++;
	return 0;
}

/* What a digest's place says; then it is handed over. */
static int place(struct reader *r, const struct co_line *l)
{
	int order = r->used ? memcmp(l->digest, r->last, CO_DIGEST_LEN) : 1, err = 0;

	if (!r->used)
		r->first = top64(l->digest);
	if (order > 0 && top64(l->digest) - top64(r->last) > r->gap_max)
		err = odd(r, CO_ODD_GAP, true);
	if (order == 0)
		err = odd(r, CO_ODD_TWICE, false);
	if (err)
		return err;
	err = r->calls->digest(l->digest, l->count, r->calls->ctx);
	if (err == RP_EINVAL || (!err && order < 0))
		return odd(r, CO_ODD_ORDER, err != 0);
	memcpy(r->last, l->digest, CO_DIGEST_LEN);
	r->used++;
	return err;
}

static int take(struct reader *r)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};
	struct co_line l;
	int what;

	if (r->line == 1 && r->len >= sizeof mark && !memcmp(r->text, mark, sizeof mark)) {
		r->text += sizeof mark;
		r->len -= sizeof mark;
	}
	if (!r->len || (r->len == 1 && r->text[0] == '\r'))
		return 0;
	r->judged++;
	what = co_line_parse(r->text, r->len, r->prefix, r->unended, &l);
	if (what)
		return odd(r, (enum co_oddity)what, true);
	if (!memcmp(l.digest, empty_password, CO_DIGEST_LEN))
		return odd(r, CO_ODD_EMPTY_PASSWORD, false);
	return l.count ? place(r, &l) : 0;
}

/* What can be said of a file that was read whole. */
static int judge_file(struct reader *r)
{
	int err = 0;

	measure(r);
	if (UINT64_MAX - top64(r->last) > r->gap_max)
		err = odd(r, CO_ODD_GAP, true);
	r->line = 1;
	if (!err && r->first > r->gap_max)
		err = odd(r, CO_ODD_GAP, true);
	r->line = 0;
	if (!err && !r->judged)
		err = odd(r, CO_ODD_EMPTY_FILE, true);
	return err;
}

/* Reads r->fd, which is closed. */
static int read_file(struct reader *r)
{
	int err;

	r->at = r->end = r->dropped = 0;
	r->eof = false;
	r->line = r->judged = r->used = 0;
	r->gap_max = UINT64_MAX;
	do
		err = next(r);
	while (!err && r->text && !(err = take(r)));
	close(r->fd);
	return err ? err : judge_file(r);
}

static bool is_range(const char *name)
{
	return strlen(name) == CO_PREFIX_LEN + strlen(RANGE_ENDING) &&
	       strspn(name, "0123456789ABCDEF") == CO_PREFIX_LEN &&
	       !strcmp(name + CO_PREFIX_LEN, RANGE_ENDING);
}

/* Notes which ranges are there, and reports what is no range. */
static int list(struct reader *r, DIR *folder, const char *path)
{
	const struct dirent *d;
	int err = 0;

	while (!err && (errno = 0, d = readdir(folder))) {
		unsigned long i = is_range(d->d_name) ? strtoul(d->d_name, NULL, 16) : RANGES;

		if (i < RANGES) {
			r->present[i / 8] |= (uint8_t)(1U << i % 8);
		} else if (strcmp(d->d_name, ".") && strcmp(d->d_name, "..")) {
			snprintf(r->path, sizeof r->path, "%s/%s", path, d->d_name);
			err = odd(r, CO_ODD_NAME, false);
		}
	}
	return err ? err : errno ? failed(r) : 0;
}

static int read_range(struct reader *r, DIR *folder, unsigned i)
{
	r->line = 0;
	if (!(r->present[i / 8] & 1U << i % 8))
		return odd(r, CO_ODD_MISSING, true);
	r->fd = openat(dirfd(folder), strrchr(r->path, '/') + 1, O_RDONLY | O_CLOEXEC);
	return r->fd < 0 ? failed(r) : read_file(r);
}

/* In the order of their names, without a million names in memory. */
static int read_folder(struct reader *r, DIR *folder, const char *path)
{
	int err = list(r, folder, path);

	r->all = RANGES;
	for (unsigned i = 0; i < RANGES && !err; i++) {
		snprintf(r->prefix, sizeof r->prefix, "%05X", i);
		snprintf(r->path, sizeof r->path, "%s/%s%s", path, r->prefix, RANGE_ENDING);
		err = read_range(r, folder, i);
		r->done = i + 1;
		if (!err)
			err = tick(r);
	}
	return err;
}

static int read_path(struct reader *r, const char *path)
{
	struct stat st;
	DIR *folder;
	int err;

	snprintf(r->path, sizeof r->path, "%s", path);
	r->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(0, F_DUPFD_CLOEXEC, 0);
	if (r->fd < 0)
		return failed(r);
	if (!fstat(r->fd, &st) && S_ISREG(st.st_mode))
		r->all = (uint64_t)st.st_size;
	folder = fdopendir(r->fd);
	if (!folder)
		return errno == ENOTDIR ? read_file(r) : failed(r);
	err = read_folder(r, folder, path);
	closedir(folder);
	return err;
}

int co_source_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size)
{
	struct reader *r = calloc(1, sizeof *r);
	int err = RP_ENOMEM;

	if (r)
		r->buf = malloc(BUF_SIZE);
	if (r && r->buf) {
		r->calls = calls;
		r->why = why;
		r->why_size = why_size;
		err = read_path(r, path);
	} else {
		snprintf(why, why_size, "%s", rp_strerror(err));
	}
	if (r)
		free(r->buf);
	free(r);
	return err;
}
