/* corpus/reader.h: lines of any length, in whatever pieces they come, and an end to waiting for them. */
#include "tests/unit/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/reader.h"

static struct co_reader r;
static unsigned ticks, stop_after;

static int on_tick(void *ctx)
{
	assert_ptr_equal(ctx, &r);
	return ++ticks == stop_after ? 7 : 0;
}

static int begin(void **state)
{
	(void)state;
	ticks = stop_after = 0;
	return co_reader_init(&r, on_tick, &r);
}

static int end(void **state)
{
	(void)state;
	co_reader_free(&r);
	return 0;
}

static int file_of(const char *bytes, size_t len)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	co_reader_begin(&r, fd);
	return fd;
}

static void assert_line(const char *text, bool unended)
{
	assert_int_equal(co_reader_next(&r), 0);
	assert_non_null(r.text);
	assert_int_equal(r.len, strlen(text));
	assert_memory_equal(r.text, text, r.len);
	assert_int_equal(r.unended, unended);
}

static void assert_end(uint64_t lines, uint64_t bytes)
{
	for (int again = 0; again < 2; again++) {
		assert_int_equal(co_reader_next(&r), 0);
		assert_null(r.text);
	}
	assert_int_equal(r.line, lines);
	assert_int_equal(r.read, bytes);
}

static void lines(void **state)
{
	int fd = file_of("\xef\xbb\xbfone\r\n\n\xef\xbb\xbftwo\nthree", 21);
	(void)state;

	assert_line("one\r", false);
	assert_line("", false);
	assert_line("\xef\xbb\xbftwo", false);
	assert_line("three", true);
	assert_end(4, 21);
	close(fd);
	fd = file_of("next\n", 5);
	assert_line("next", false);
	assert_end(1, 5);
	close(fd);
	fd = file_of("", 0);
	assert_end(0, 0);
	close(fd);
}

/* Longer than the buffer, or as long to a byte: the length is that of the whole. */
static void long_lines(void **state)
{
	static const size_t lengths[] = {262143, 262144, 262145, 524287, 524288, 1000000};
	char *text = malloc(1000010);
	(void)state;

	assert_non_null(text);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (int newline = 0; newline < 2; newline++) {
			int fd;

			memset(text, 'a', lengths[i]);
			memcpy(text + lengths[i], "\nbb", 3);
			fd = file_of(text, lengths[i] + (newline ? 3 : 0));
			assert_int_equal(co_reader_next(&r), 0);
			assert_non_null(r.text);
			assert_int_equal(r.len, lengths[i]);
			if (newline)
				assert_line("bb", true);
			assert_end(1 + (uint64_t)newline, lengths[i] + (newline ? 3 : 0));
			close(fd);
		}
	}
	free(text);
}

static void a_pipe_in_pieces(void **state)
{
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	co_reader_begin(&r, fds[0]);
	assert_int_equal(write(fds[1], "one\ntw", 6), 6);
	assert_line("one", false);
	assert_int_equal(write(fds[1], "o\nthr", 5), 5);
	assert_line("two", false);
	close(fds[1]);
	assert_line("thr", true);
	assert_end(3, 11);
	close(fds[0]);
}

/* Nothing comes, and no signal interrupts anything: tick is asked all the same. */
static void a_silent_pipe(void **state)
{
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	co_reader_begin(&r, fds[0]);
	stop_after = 2;
	assert_int_equal(co_reader_next(&r), 7);
	assert_int_equal(ticks, 2);
	close(fds[0]);
	close(fds[1]);
}

static void what_cannot_be_read(void **state)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)state;

	co_reader_begin(&r, fd);
	assert_int_equal(co_reader_next(&r), RP_EIO);
	assert_int_equal(errno, EISDIR);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines, begin, end),
		cmocka_unit_test_setup_teardown(long_lines, begin, end),
		cmocka_unit_test_setup_teardown(a_pipe_in_pieces, begin, end),
		cmocka_unit_test_setup_teardown(a_silent_pipe, begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_read, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
