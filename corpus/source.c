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
#include "corpus/reader.h"

#define RANGES 0x100000
#define RANGE_ENDING ".txt" /* behind the prefix */

/* Digests are evenly spread, whatever the list. So a stretch that has none and is this many times the mean is
 * no chance (e^-64 for each line): a part of the file is missing. Asked once the mean is known well. */
#define GAP_FACTOR 64
#define GAP_LINES 1000

/* Likewise a range that has less than half the mean of those before it, where that is known and large enough:
 * of a hundred million such ranges one is so by chance. */
#define SHORT_RANGES 16
#define SHORT_MEAN 128

struct source {
	const struct co_source_calls *calls;
	struct co_reader in;
	char path[PATH_MAX + 300]; /* of the file in hand */
	uint64_t judged, used;	   /* of its lines: not blank, in order */
	char prefix[CO_PREFIX_LEN + 3];
	uint64_t done, all;
	uint8_t last[CO_DIGEST_LEN];
	uint64_t first, gap_max;     /* top 64 bits: of a single file's first digest, of its longest gap */
	uint8_t present[RANGES / 8]; /* a bit for each range of a folder */
	uint64_t ranges, rows;	     /* of those that were read, and are not too short */
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

static int failed(const struct source *s)
{
	int err = errno == ENOENT ? RP_ENOENT : errno == EACCES || errno == EPERM ? RP_EPERM : RP_EIO;

	snprintf(s->why, s->why_size, "%s: %s", s->path, strerror(errno));
	return err;
}

static int odd_at(const struct source *s, uint64_t line, enum co_oddity what, bool left_out)
{
	return s->calls->odd(s->path, line, what, left_out, s->calls->ctx);
}

/* Of the line in hand. */
static int odd(const struct source *s, enum co_oddity what, bool left_out)
{
	return odd_at(s, s->in.line, what, left_out);
}

static uint64_t top64(const uint8_t digest[CO_DIGEST_LEN])
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | digest[i];
	return n;
}

static void measure(struct source *s)
{
	uint64_t mean;

	if (s->used < GAP_LINES || s->prefix[0])
		return;
	mean = (top64(s->last) - s->first) / s->used + 1;
	s->gap_max = mean < UINT64_MAX / GAP_FACTOR ? mean * GAP_FACTOR : UINT64_MAX;
}

static int tick(void *ctx)
{
	struct source *s = ctx;

	if (!s->prefix[0]) {
		measure(s);
		s->done = s->in.read;
	}
	return s->calls->tick ? s->calls->tick(s->done, s->all, s->calls->ctx) : 0;
}

/* What a digest's place says; then it is handed over. */
static int place(struct source *s, const struct co_line *l)
{
	int order = s->used ? memcmp(l->digest, s->last, CO_DIGEST_LEN) : 1, err = 0;

	if (!s->used)
		s->first = top64(l->digest);
	if (order > 0 && top64(l->digest) - top64(s->last) > s->gap_max)
		err = odd(s, CO_ODD_GAP, true);
	if (order == 0)
		err = odd(s, CO_ODD_TWICE, false);
	if (err)
		return err;
	err = s->calls->digest(l->digest, l->count, s->calls->ctx);
	if (err == RP_EINVAL || (!err && order < 0))
		return odd(s, CO_ODD_ORDER, err != 0);
	memcpy(s->last, l->digest, CO_DIGEST_LEN);
	s->used++;
	return err;
}

static int take(struct source *s)
{
	const struct co_reader *in = &s->in;
	struct co_line l;
	int what;

	if (!in->len || (in->len == 1 && in->text[0] == '\r'))
		return 0;
	s->judged++;
	what = co_line_parse(in->text, in->len, s->prefix, in->unended, &l);
	if (what)
		return odd(s, (enum co_oddity)what, true);
	if (!memcmp(l.digest, empty_password, CO_DIGEST_LEN))
		return odd(s, CO_ODD_EMPTY_PASSWORD, false);
	return l.count ? place(s, &l) : 0;
}

/* What can be said of a file that was read whole. */
static int judge_file(struct source *s)
{
	int err = 0;

	measure(s);
	if (!s->judged)
		err = odd_at(s, 0, CO_ODD_EMPTY_FILE, true);
	if (!err && s->first > s->gap_max)
		err = odd_at(s, 1, CO_ODD_GAP, true);
	if (!err && UINT64_MAX - top64(s->last) > s->gap_max)
		err = odd(s, CO_ODD_GAP, true);
	return err;
}

/* Reads and closes fd. */
static int read_file(struct source *s, int fd)
{
	int err;

	co_reader_begin(&s->in, fd);
	s->judged = s->used = 0;
	s->gap_max = UINT64_MAX;
	do {
		err = co_reader_next(&s->in);
		if (err == RP_EIO)
			err = failed(s);
	} while (!err && s->in.text && !(err = take(s)));
	close(fd);
	return err ? err : judge_file(s);
}

static bool is_range(const char *name)
{
	return strlen(name) == CO_PREFIX_LEN + strlen(RANGE_ENDING) &&
	       strspn(name, "0123456789ABCDEF") == CO_PREFIX_LEN &&
	       !strcmp(name + CO_PREFIX_LEN, RANGE_ENDING);
}

/* Notes which ranges are there, and reports what is no range. */
static int list(struct source *s, DIR *folder, const char *path)
{
	const struct dirent *d;
	int err = 0;

	while (!err && (errno = 0, d = readdir(folder))) {
		unsigned long i = is_range(d->d_name) ? strtoul(d->d_name, NULL, 16) : RANGES;

		if (i < RANGES) {
			s->present[i / 8] |= (uint8_t)(1U << i % 8);
		} else if (strcmp(d->d_name, ".") && strcmp(d->d_name, "..")) {
			snprintf(s->path, sizeof s->path, "%s/%s", path, d->d_name);
			err = odd(s, CO_ODD_NAME, false);
		}
	}
	return err ? err : errno ? failed(s) : 0;
}

static int judge_range(struct source *s)
{
	uint64_t mean = s->ranges ? s->rows / s->ranges : 0;

	if (s->ranges >= SHORT_RANGES && mean >= SHORT_MEAN && s->used < mean / 2 && s->judged)
		return odd_at(s, 0, CO_ODD_GAP, true);
	s->ranges++;
	s->rows += s->used;
	return 0;
}

static int read_range(struct source *s, DIR *folder, unsigned i)
{
	int fd, err;

	if (!(s->present[i / 8] & 1U << i % 8))
		return odd_at(s, 0, CO_ODD_MISSING, true);
	fd = openat(dirfd(folder), strrchr(s->path, '/') + 1, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	err = fd < 0 ? failed(s) : read_file(s, fd);
	return err ? err : judge_range(s);
}

/* In the order of their names, without a million names in memory. */
static int read_folder(struct source *s, DIR *folder, const char *path)
{
	int err = list(s, folder, path);

	s->all = RANGES;
	for (unsigned i = 0; i < RANGES && !err; i++) {
		snprintf(s->prefix, sizeof s->prefix, "%05X", i);
		snprintf(s->path, sizeof s->path, "%s/%s%s", path, s->prefix, RANGE_ENDING);
		err = read_range(s, folder, i);
		s->done = i + 1;
		if (!err)
			err = tick(s);
	}
	return err;
}

static int read_path(struct source *s, const char *path)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(0, F_DUPFD_CLOEXEC, 0), err;
	struct stat st;
	DIR *folder;

	snprintf(s->path, sizeof s->path, "%s", path);
	if (fd < 0)
		return failed(s);
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		s->all = (uint64_t)st.st_size;
	folder = fdopendir(fd);
	if (!folder)
		return errno == ENOTDIR ? read_file(s, fd) : failed(s);
	err = read_folder(s, folder, path);
	closedir(folder);
	return err;
}

int co_source_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size)
{
	struct source *s = calloc(1, sizeof *s);
	int err = s ? co_reader_init(&s->in, tick, s) : RP_ENOMEM;

	if (err) {
		snprintf(why, why_size, "%s", rp_strerror(err));
	} else {
		s->calls = calls;
		s->why = why;
		s->why_size = why_size;
		err = read_path(s, path);
		co_reader_free(&s->in);
	}
	free(s);
	return err;
}
