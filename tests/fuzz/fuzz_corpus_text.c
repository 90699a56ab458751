/* co_source_read with whatever bytes: each line is taken, passed over or reported, once; and a line by
 * itself. */
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/line.h"
#include "corpus/source.h"

struct told {
	uint64_t lines, digests, odds, gaps, done;
	uint64_t last; /* line that was reported */
	uint8_t top[CO_DIGEST_LEN];
};

static int on_digest(const uint8_t digest[CO_DIGEST_LEN], uint64_t count, void *ctx)
{
	struct told *t = ctx;

	MUST(count);
	t->digests++;
	/* as a builder of one page after the other */
	if (memcmp(digest, t->top, 2) < 0)
		return RP_EINVAL;
	if (memcmp(digest, t->top, CO_DIGEST_LEN) > 0)
		memcpy(t->top, digest, CO_DIGEST_LEN);
	return 0;
}

static int on_odd(const char *file, uint64_t line, enum co_oddity what, bool left_out, void *ctx)
{
	struct told *t = ctx;

	MUST(file[0] && co_oddity_name(what)[0] != '?');
	MUST(line <= t->lines);
	MUST(line >= t->last || what == CO_ODD_GAP || what == CO_ODD_EMPTY_FILE);
	MUST(left_out || what == CO_ODD_ORDER || what == CO_ODD_TWICE || what == CO_ODD_EMPTY_PASSWORD);
	t->last = line;
	t->gaps += what == CO_ODD_GAP;
	t->odds++;
	return 0;
}

static int on_tick(uint64_t done, uint64_t all, void *ctx)
{
	struct told *t = ctx;

	MUST(done >= t->done && done <= all);
	t->done = done;
	return 0;
}

static void one_line(const uint8_t *data, size_t size, const char *prefix)
{
	char *line = malloc(size ? size : 1);
	struct co_line l;
	int what;

	MUST(line);
	if (size)
		memcpy(line, data, size);
	for (int unended = 0; unended < 2; unended++) {
		what = co_line_parse(line, size, prefix, unended, &l);
		MUST(what >= 0 && (!what || co_oddity_name((enum co_oddity)what)[0] != '?'));
		MUST(what != CO_ODD_CUT || unended);
		MUST(what || (size > 2 * CO_DIGEST_LEN - strlen(prefix) && !memchr(line, '\0', size)));
	}
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told t = {.lines = 1};
	const struct co_source_calls calls = {on_digest, on_odd, on_tick, &t};
	char path[64], why[256];
	int fd = memfd_create("source", MFD_CLOEXEC);

	MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	for (size_t i = 0; i < size; i++)
		t.lines += data[i] == '\n';
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	MUST(!co_source_read(path, &calls, why, sizeof why));
	MUST(t.done == size);
	/* a line that is a digest may be reported for its place as well */
	MUST(t.odds - t.gaps <= t.lines);
	MUST(t.digests <= t.lines);
	close(fd);
	one_line(data, size, "");
	one_line(data, size, "ABCDE");
	return 0;
}
