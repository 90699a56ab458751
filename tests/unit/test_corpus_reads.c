/* What a lookup reads: one page at its place, in every case; and what it makes of a disk that fails, gives a
 * page in pieces, or is interrupted. pread is this file's own. */
#include "tests/unit/test_corpus.h"

#include <errno.h>
#include <sys/syscall.h>

#define KEYS 5000

static struct {
	unsigned calls;
	size_t size;
	off_t at;
} last;
static int fails;	/* with this errno */
static unsigned pieces; /* so many bytes at a time, 0: all */
static bool interrupted;

ssize_t pread(int fd, void *to, size_t size, off_t at)
{
	last.calls++;
	last.size = size;
	last.at = at;
	if (interrupted && last.calls % 2) {
		errno = EINTR;
		return -1;
	}
	if (fails) {
		errno = fails;
		return -1;
	}
	return syscall(SYS_pread64, fd, to, pieces && pieces < size ? pieces : size, at);
}

static struct leak *leaks;
static struct co_corpus *corpus;

static int make_corpus(void **state)
{
	if (make_folder(state))
		return -1;
	leaks = draw_leaks(1, KEYS);
	build(CO_FULL, 0, leaks, KEYS);
	corpus = open_corpus();
	return 0;
}

static int drop_corpus(void **state)
{
	fails = 0;
	pieces = 0;
	interrupted = false;
	co_close(corpus);
	free(leaks);
	return drop_folder(state);
}

static void assert_one_read(const uint8_t digest[CO_DIGEST_LEN])
{
	last.calls = 0;
	look_up(corpus, digest);
	assert_int_equal(last.calls, 1);
	assert_int_equal(last.size, 4096);
	assert_int_equal(last.at, (1 + (digest[0] >> (8 - co_info(corpus)->bits))) * 4096);
}

static void one_read_of_one_page(void **state)
{
	uint8_t stranger[CO_DIGEST_LEN];
	uint64_t seed = 8;

	(void)state;
	assert_int_equal(co_info(corpus)->bits, 3);
	for (unsigned i = 0; i < KEYS; i++) {
		assert_one_read(leaks[i].digest);
		draw_digest(&seed, stranger);
		assert_one_read(stranger);
	}
}

static void a_disk_that_fails(void **state)
{
	uint64_t prevalence = 77, page;
	struct co_corpus *c;

	(void)state;
	fails = EIO;
	assert_int_equal(co_lookup(corpus, leaks[0].digest, &prevalence), RP_EIO);
	assert_int_equal(prevalence, 0);
	assert_int_equal(co_verify(corpus, NULL, NULL, &page), RP_EIO);
	assert_int_equal(co_open(&c, corpus_path, why, sizeof why), RP_EIO);
	assert_null(c);
	assert_non_null(strstr(why, strerror(EIO)));
	fails = 0;
	assert_all_found(corpus, leaks, KEYS);
}

static void a_page_in_pieces(void **state)
{
	(void)state;
	pieces = 1000;
	interrupted = true;
	assert_all_found(corpus, leaks, KEYS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_corpus, drop_corpus)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_read_of_one_page),
		TEST(a_disk_that_fails),
		TEST(a_page_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
