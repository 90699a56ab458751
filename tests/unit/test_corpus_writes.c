/* Each call of a build to the disk fails once in its turn: the build says so and the old corpus is there, or
 * the new one. The calls are this file's own. */
#include "tests/unit/test_corpus.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/syscall.h>

static struct {
	unsigned calls, fail_at; /* 0: none */
	int with;
} fault;

static bool fails(void)
{
	if (++fault.calls != fault.fail_at)
		return false;
	errno = fault.with;
	return true;
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at)
{
	/* Pieces, as a full disk gives them. */
	return fails() ? -1 : syscall(SYS_pwrite64, fd, from, size > 10000 ? 10000 : size, at);
}

int fallocate(int fd, int mode, off_t at, off_t len)
{
	return fails() ? -1 : (int)syscall(SYS_fallocate, fd, mode, at, len);
}

static char order[8]; /* s: synced, r: renamed */
static size_t ordered;

static void note(char what)
{
	if (ordered < sizeof order - 1)
		order[ordered++] = what;
}

int fsync(int fd)
{
	note('s');
	return fails() ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	note('r');
	return fails() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int fchmod(int fd, mode_t mode)
{
	return fails() ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int ftruncate(int fd, off_t len)
{
	return fails() ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

static bool finished_before_lock;

int flock(int fd, int how)
{
	if (finished_before_lock) {
		syscall(SYS_renameat2, AT_FDCWD, fresh_path, AT_FDCWD, corpus_path, 0);
		close(open(fresh_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)); /* and a third one begins */
	}
	return (int)syscall(SYS_flock, fd, how);
}

/* made tells one from another. */
static int try_build(int64_t made)
{
	const struct co_build_options o = {.profile = CO_FULL, .bits = 7, .made = made};
	uint8_t digest[CO_DIGEST_LEN] = {0};
	struct co_build *b;
	int err = co_build_begin(&b, corpus_path, &o, why, sizeof why);

	for (unsigned i = 0; !err && i < 256; i++) {
		digest[0] = (uint8_t)i;
		err = co_build_add(b, digest, 1);
		if (err) {
			snprintf(why, sizeof why, "%s", co_build_why(b));
			co_build_abort(b);
		}
	}
	return err ? err : co_build_finish(b, 0, NULL, why, sizeof why);
}

static int64_t made(void)
{
	struct co_corpus *c = open_corpus();
	int64_t m = co_info(c)->made;

	assert_int_equal(co_info(c)->keys, 256);
	assert_sound(c);
	co_close(c);
	return m;
}

static void each_call_fails_once(void **state)
{
	static const struct {
		int with, err;
	} kinds[] = {{EIO, RP_EIO}, {ENOSPC, RP_EFULL}, {EDQUOT, RP_EFULL}, {EROFS, RP_EPERM}};

	(void)state;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		unsigned failed = 0;

		fault.fail_at = 0;
		assert_int_equal(try_build(1), 0);
		for (int64_t at = 1;; at++) {
			int64_t was = made();
			int err;

			fault.calls = 0;
			fault.fail_at = (unsigned)at;
			fault.with = kinds[k].with;
			why[0] = '\0';
			err = try_build(at + 1);
			assert_int_equal(access(fresh_path, F_OK), -1);
			if (fault.calls < (unsigned)at) {
				assert_int_equal(err, 0);
				break;
			}
			failed += err != 0;
			/* After the rename it is there, and only its folder could not be synced. */
			assert_true(err ? made() == was || made() == at + 1 : made() == at + 1);
			assert_true(!err || (err == kinds[k].err && strlen(why) > 10));
		}
		assert_true(failed > 50);
	}
}

static void synced_then_named_then_the_folder(void **state)
{
	(void)state;
	memset(order, 0, sizeof order);
	ordered = 0;
	fault.fail_at = 0;
	assert_int_equal(try_build(1), 0);
	assert_string_equal(order, "srs");
}

/* Another build ends between our opening its file and locking it: what is open is the corpus by then. */
static void another_build_ends_meanwhile(void **state)
{
	FILE *f;
	char text[8] = "";

	(void)state;
	fault.fail_at = 0;
	f = fopen(fresh_path, "w");
	assert_non_null(f);
	fputs("theirs", f);
	fclose(f);
	finished_before_lock = true;
	assert_int_equal(try_build(1), RP_EBUSY);
	finished_before_lock = false;
	assert_int_equal(unlink(fresh_path), 0);
	f = fopen(corpus_path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	fclose(f);
	assert_string_equal(text, "theirs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORPUS_TEST(each_call_fails_once),
		CORPUS_TEST(synced_then_named_then_the_folder),
		CORPUS_TEST(another_build_ends_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
