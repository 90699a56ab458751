/* common/secret.h. What happens to a process that asked for no dump is seen in a child. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/error.h"
#include "common/secret.h"

static void wipes(void **state)
{
	char text[] = "secret";
	(void)state;

	rp_wipe(text, 3);
	assert_memory_equal(text, "\0\0\0ret", 7);
	rp_wipe(text, 0);
	rp_wipe(NULL, 0);
	assert_memory_equal(text, "\0\0\0ret", 7);
	rp_free_text(NULL);
	rp_free_text(strdup("secret"));
}

static void equal_in_every_byte(void **state)
{
	uint8_t a[32], b[32];
	(void)state;

	memset(a, 0x5a, sizeof a);
	memcpy(b, a, sizeof b);
	assert_true(rp_equal(a, b, sizeof a));
	for (unsigned bit = 0; bit < 8 * sizeof a; bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(rp_equal(a, b, sizeof a));
		assert_true(rp_equal(a, b, bit / 8)); /* what is behind n does not count */
		b[bit / 8] = a[bit / 8];
	}
}

static void random_bytes(void **state)
{
	/* More than one call of getrandom can be interrupted in: the loop is walked. */
	static uint8_t a[1 << 20], b[1 << 20];
	(void)state;

	assert_int_equal(rp_random(a, sizeof a), 0);
	assert_int_equal(rp_random(b, sizeof b), 0);
	for (size_t i = 0; i < sizeof a; i += 32)
		assert_memory_not_equal(a + i, b + i, 32);
	assert_int_equal(rp_random(NULL, 0), 0);
}

static void no_core_and_no_ptrace(void **state)
{
	pid_t child = fork();
	int status;
	(void)state;

	assert_int_not_equal(child, -1);
	if (!child) {
		struct rlimit core;

		rp_no_dump();
		_exit(getrlimit(RLIMIT_CORE, &core) || core.rlim_cur || core.rlim_max ||
		      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Reads from a pipe that holds text, with room for size bytes. The rest of the pipe goes to rest. */
static int read_from(const char *text, size_t len, char *out, size_t size, char rest[64])
{
	int p[2], n;
	ssize_t left;

	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], text, len), len);
	close(p[1]);
	n = rp_read_secret(p[0], out, size);
	left = read(p[0], rest, 63);
	assert_true(left >= 0);
	rest[left] = '\0';
	close(p[0]);
	return n;
}

static void one_line_and_not_more(void **state)
{
	char out[16], rest[64];
	(void)state;

	assert_int_equal(read_from("abc\ndef\n", 8, out, sizeof out, rest), 3);
	assert_string_equal(out, "abc");
	assert_string_equal(rest, "def\n"); /* the next reader's */
	assert_int_equal(read_from("abc", 3, out, sizeof out, rest), 3);
	assert_string_equal(out, "abc");
	assert_int_equal(read_from("abc\r\n", 5, out, sizeof out, rest), 3);
	assert_string_equal(out, "abc");
	assert_int_equal(read_from("\n", 1, out, sizeof out, rest), 0);
	assert_string_equal(out, "");
	assert_int_equal(read_from("abc\n", 4, out, 4, rest), 3);
	assert_string_equal(out, "abc");
}

static void assert_wiped(const char *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(out[i], 0);
}

static void refused_lines_are_wiped(void **state)
{
	char out[4], rest[64];
	(void)state;

	memset(out, 'e', sizeof out);
	assert_int_equal(read_from("abcd\n", 5, out, sizeof out, rest), RP_EINVAL);
	assert_wiped(out, sizeof out);
	assert_int_equal(read_from("a\0b\n", 4, out, sizeof out, rest), RP_EINVAL);
	assert_wiped(out, sizeof out);
	memset(out, 'e', sizeof out);
	assert_int_equal(read_from("", 0, out, sizeof out, rest), RP_ENOENT);
	assert_wiped(out, sizeof out);
}

static void a_descriptor_that_cannot_be_read(void **state)
{
	char out[4] = "eee";
	int fd = open("/", O_RDONLY | O_DIRECTORY);
	(void)state;

	assert_true(fd >= 0);
	assert_int_equal(rp_read_secret(fd, out, sizeof out), RP_EIO);
	assert_wiped(out, sizeof out);
	close(fd);
	assert_int_equal(rp_read_secret(fd, out, sizeof out), RP_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wipes),
		cmocka_unit_test(equal_in_every_byte),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(no_core_and_no_ptrace),
		cmocka_unit_test(one_line_and_not_more),
		cmocka_unit_test(refused_lines_are_wiped),
		cmocka_unit_test(a_descriptor_that_cannot_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
