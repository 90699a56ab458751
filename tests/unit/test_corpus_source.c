/* corpus/source.h: digests and counts as they are, and every oddity of a download by its file and line. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/line.h"
#include "corpus/source.h"

#define A40 "1111111111111111111111111111111111111111"
#define B40 "22222222222222222222222222222222222222ab"
#define C40 "3333333333333333333333333333333333333333"
#define R35A "11111111111111111111111111111111111"
#define R35B "22222222222222222222222222222222222"
#define EMPTY "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"

/* What was called: a line a call, to be compared whole. */
static char folder[] = "/tmp/rempart-source-XXXXXX";
static char path[64], seen[8192], why[256];
static size_t used;
static uint64_t digests, odds, missing, first_missing, last_missing, late_from, ticks, done, all;
static int stop_digest, stop_odd, stop_tick;

static void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	used += (size_t)vsnprintf(seen + used, sizeof seen - used, fmt, ap);
	va_end(ap);
	assert_true(used < sizeof seen);
}

static int on_digest(const uint8_t d[CO_DIGEST_LEN], uint64_t count, void *ctx)
{
	(void)ctx;
	digests++;
	if (late_from && digests >= late_from)
		return RP_EINVAL;
	if (digests <= 32)
		note("%02x%02x..%02x %llu\n", d[0], d[1], d[19], (unsigned long long)count);
	return stop_digest;
}

static int on_odd(const char *file, uint64_t line, enum co_oddity what, bool left_out, void *ctx)
{
	(void)ctx;
	assert_memory_equal(file, "/tmp/rempart-source-", 20);
	if (what == CO_ODD_MISSING) {
		assert_int_equal(line, 0);
		assert_true(left_out);
		last_missing = strtoul(file + strlen(folder) + 1, NULL, 16);
		if (!missing++)
			first_missing = last_missing;
		return 0;
	}
	odds++;
	note("%s:%llu: %s%s\n", file + strlen(folder) + 1, (unsigned long long)line, co_oddity_name(what),
	     left_out ? ", left out" : "");
	return stop_odd;
}

static int on_tick(uint64_t d, uint64_t a, void *ctx)
{
	(void)ctx;
	assert_true(d >= done);
	ticks++;
	done = d;
	all = a;
	return stop_tick;
}

static int read_it(const char *what)
{
	const struct co_source_calls calls = {on_digest, on_odd, on_tick, NULL};

	used = 0;
	seen[0] = why[0] = '\0';
	digests = odds = missing = ticks = done = all = 0;
	return co_source_read(what, &calls, why, sizeof why);
}

static void put(const char *name, const void *bytes, size_t len)
{
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

/* A file with this text, a string literal that may have NUL bytes. */
#define PUT(name, text) put(name, text, sizeof(text) - 1)
#define FILE_OF(text) PUT("file", text)

/* Reads a file, which says this, and nothing else. */
#define SAYS(text, wanted)                                                                                   \
	do {                                                                                                 \
		FILE_OF(text);                                                                               \
		assert_int_equal(read_it(path), 0);                                                          \
		assert_string_equal(seen, wanted);                                                           \
	} while (0)

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];
	(void)state;

	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static int empty_folder(void **state)
{
	(void)state;
	late_from = 0;
	stop_digest = stop_odd = stop_tick = 0;
	return remove_folder(state) || mkdir(folder, 0700);
}

static void lines_as_they_are(void **state)
{
	(void)state;
	SAYS(A40 ":1\r\n" B40 ":37\r\n" C40 ":18446744073709551615",
	     "1111..11 1\n2222..ab 37\n3333..33 18446744073709551615\n");
	SAYS(A40 ":1\n" C40 ":007\n", "1111..11 1\n3333..33 7\n");
	SAYS("aBcDeF1111111111111111111111111111111111:2\n", "abcd..11 2\n");
	SAYS("\xef\xbb\xbf" A40 ":1\n\n\r\n" C40 ":2\n\r\n", "1111..11 1\n3333..33 2\n");
	SAYS(A40 ":0\n" C40 ":2\n" B40 ":0\n", "3333..33 2\n"); /* padding */
	assert_int_equal(all, 3 * 43);
	assert_int_equal(done, all);
}

static void lines_that_cannot_be_used(void **state)
{
	(void)state;
	SAYS("<html>\n<h1>502 Bad Gateway</h1>\n" A40 ":1\n",
	     "file:1: not a digest and a count, left out\n"
	     "file:2: not a digest and a count, left out\n1111..11 1\n");
	SAYS("11111111111111111111111111111111:9\n" A40 ":1\n",
	     "file:1: an NTLM digest, not SHA-1, left out\n1111..11 1\n");
	SAYS(A40 ":1\0\n\0\n" B40 ":2\n",
	     "file:1: a NUL byte, or a line that is too long, left out\n"
	     "file:2: a NUL byte, or a line that is too long, left out\n2222..ab 2\n");
	SAYS(A40 ":1\r\n" C40 ":\r\n",
	     "1111..11 1\nfile:2: the count is missing, no number, or too large, left out\n");
	SAYS(A40 ":1\n" C40, "1111..11 1\nfile:2: the file ends within a line, left out\n");
	SAYS(EMPTY ":5\n", "file:1: the empty password, passed over\n");
	SAYS("", "file:0: there is nothing in it, left out\n");
	SAYS("\xef\xbb\xbf\r\n", "file:0: there is nothing in it, left out\n");
}

static void out_of_order(void **state)
{
	(void)state;
	SAYS(A40 ":1\n" C40 ":2\n" B40 ":3\n" B40 ":4\n",
	     "1111..11 1\n3333..33 2\n2222..ab 3\nfile:3: out of order\n2222..ab 4\nfile:4: out of order\n");
	late_from = 3;
	SAYS(A40 ":1\n" C40 ":2\n" B40 ":3\n", "1111..11 1\n3333..33 2\nfile:3: out of order, left out\n");
	late_from = 0;
	SAYS(A40 ":1\n" A40 ":2\n" C40 ":2\n",
	     "1111..11 1\nfile:2: the same digest as in the line above\n1111..11 2\n3333..33 2\n");
}

/* A line of so many bytes between two good ones, in a file that is larger than any buffer. */
static void long_lines(void **state)
{
	static const size_t lengths[] = {CO_LINE_MAX, CO_LINE_MAX + 1, 262144 - 43, 262144,
					 262145,      524288,	       1000000};
	char *text = malloc(1100000);
	(void)state;

	assert_non_null(text);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		size_t n = 43, len = lengths[i];
		const char *what = len <= CO_LINE_MAX ? "not a digest and a count"
						      : "a NUL byte, or a line that is too long";
		char wanted[256];

		memcpy(text, A40 ":1\n", n);
		memset(text + n, 'A', len);
		memcpy(text + n + len, "\n" C40 ":3\n", 44);
		put("file", text, n + len + 44);
		assert_int_equal(read_it(path), 0);
		snprintf(wanted, sizeof wanted, "1111..11 1\nfile:2: %s, left out\n3333..33 3\n", what);
		assert_string_equal(seen, wanted);

		/* without what follows it */
		put("file", text, n + len);
		assert_int_equal(read_it(path), 0);
		snprintf(wanted, sizeof wanted, "1111..11 1\nfile:2: %s, left out\n", what);
		assert_string_equal(seen, wanted);
		assert_int_equal(done, n + len);
	}
	free(text);
}

/* Lines of an even spread, 20,000 of them, from one place to another. */
static void spread(FILE *f, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		fprintf(f, "%08X%032X:%u\n", i * 200000 + 77, i, i % 7 + 1);
}

static void assert_spread(unsigned a, unsigned b, unsigned c, unsigned d, const char *wanted)
{
	FILE *f;

	snprintf(path, sizeof path, "%s/file", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	spread(f, a, b);
	spread(f, c, d);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(read_it(path), 0);
	assert_int_equal(digests, b - a + d - c);
	assert_int_equal(odds, wanted[0] != '\0');
	if (wanted[0])
		assert_non_null(strstr(seen, wanted));
}

/* A download that was reported as finished: digests are evenly spread, so what is missing shows. */
static void parts_that_are_missing(void **state)
{
	(void)state;
	assert_spread(0, 12000, 12000, 21474, "");
	assert_true(ticks > 3);
	assert_spread(0, 12000, 12050, 21474, "");
	assert_spread(0, 12000, 12100, 21474,
		      "file:12001: no digests for too long: a part of the file is missing");
	assert_spread(0, 12000, 12000, 20000, "file:20000: no digests for too long");
	assert_spread(3000, 12000, 12000, 21474, "file:1: no digests for too long");
	/* of a few nothing can be said */
	assert_spread(0, 300, 700, 900, "");
}

static void a_folder(void **state)
{
	(void)state;
	PUT("00000.txt", R35A ":1\r\n" R35B ":2");
	PUT("00001.txt", R35A ":3\r\n" R35B ":4\r\n");
	PUT("00003.txt", "");
	PUT("00004.txt", "111111111111111111111111111:8\n" R35B ":5\n");
	PUT("FFFFF.txt", R35B ":6\n" R35A ":7\n" R35B ":8");
	assert_int_equal(read_it(folder), 0);
	assert_string_equal(seen, "0000..11 1\n0000..22 2\n0000..11 3\n0000..22 4\n"
				  "00003.txt:0: there is nothing in it, left out\n"
				  "00004.txt:1: an NTLM digest, not SHA-1, left out\n0000..22 5\n"
				  "ffff..22 6\nffff..11 7\nFFFFF.txt:2: out of order\n"
				  "FFFFF.txt:3: the same digest as in the line above\nffff..22 8\n");
	assert_int_equal(missing, 0x100000 - 5);
	assert_int_equal(first_missing, 2);
	assert_int_equal(last_missing, 0xffffe);
	assert_int_equal(all, 0x100000);
	assert_int_equal(done, all);
}

static void the_prefix_is_part_of_the_digest(void **state)
{
	(void)state;
	put("DA39A.txt", &EMPTY ":5"[CO_PREFIX_LEN], 37);
	PUT("ABCDE.txt", "f" R35A ":1\n" R35B ":1\n" A40 ":1\n");
	assert_int_equal(read_it(folder), 0);
	assert_string_equal(seen, "ABCDE.txt:1: not a digest and a count, left out\nabcd..22 1\n"
				  "ABCDE.txt:3: not a digest and a count, left out\n"
				  "DA39A.txt:1: the empty password, passed over\n");
}

static void what_is_no_range(void **state)
{
	static const char *const names[] = {"abcde.txt",      "0000.txt",  "000000.txt",
					    "00000.txt.part", "0000G.txt", ".00001.txt"};
	(void)state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		PUT(names[i], R35A ":1\n");
	PUT("00000.txt", R35A ":1\n");
	assert_int_equal(read_it(folder), 0);
	assert_int_equal(digests, 1);
	assert_int_equal(odds, sizeof names / sizeof *names);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char wanted[64];

		snprintf(wanted, sizeof wanted, "%s:0: not the name of a range, passed over\n", names[i]);
		assert_non_null(strstr(seen, wanted));
	}
}

static void what_cannot_be_read(void **state)
{
	char name[64], wanted[128];
	(void)state;

	snprintf(name, sizeof name, "%s/none", folder);
	assert_int_equal(read_it(name), RP_ENOENT);
	snprintf(wanted, sizeof wanted, "%s: No such file or directory", name);
	assert_string_equal(why, wanted);
	snprintf(name, sizeof name, "%s/00000.txt", folder);
	assert_int_equal(mkdir(name, 0700), 0);
	assert_int_equal(read_it(folder), RP_EIO);
	snprintf(wanted, sizeof wanted, "%s: Is a directory", name);
	assert_string_equal(why, wanted);
	if (geteuid() == 0)
		return;
	assert_int_equal(rmdir(name), 0);
	PUT("00000.txt", "");
	assert_int_equal(chmod(name, 0), 0);
	assert_int_equal(read_it(folder), RP_EPERM);
}

/* What a call returns ends the reading, and comes back. */
static void calls_that_stop_it(void **state)
{
	(void)state;
	FILE_OF(A40 ":1\nx\n" B40 ":1\n");
	stop_digest = 7;
	assert_int_equal(read_it(path), 7);
	assert_string_equal(seen, "1111..11 1\n");
	stop_digest = RP_EFULL;
	assert_int_equal(read_it(path), RP_EFULL);
	stop_digest = 0;
	stop_odd = 1;
	assert_int_equal(read_it(path), 1);
	assert_int_equal(digests, 1);
	stop_odd = 0;
	stop_tick = 1;
	assert_int_equal(read_it(path), 1);
	assert_int_equal(ticks, 1);
	FILE_OF("");
	stop_tick = 0;
	stop_odd = -5;
	assert_int_equal(read_it(path), -5);
	FILE_OF(A40 ":1\n");
	stop_tick = 3;
	assert_int_equal(read_it(folder), -5); /* "file" is no range */
	unlink(path);
	assert_int_equal(read_it(folder), 3);
	assert_int_equal(missing, 1);
}

/* fd 0, a pipe that brings lines in pieces. */
static void standard_input(void **state)
{
	const struct co_source_calls calls = {on_digest, NULL, on_tick, NULL};
	static const char line[] = B40 ":3\n" C40 ":4";
	int fds[2], was = dup(0), child;
	(void)state;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		for (size_t i = 0; i < sizeof line - 1; i++)
			if (write(fds[1], line + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(dup2(fds[0], 0), 0);
	close(fds[0]);
	used = digests = done = 0;
	assert_int_equal(co_source_read("-", &calls, why, sizeof why), 0);
	assert_int_equal(dup2(was, 0), 0);
	close(was);
	assert_string_equal(seen, "2222..ab 3\n3333..33 4\n");
	assert_int_equal(all, 0);
	assert_int_equal(done, sizeof line - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines_as_they_are, empty_folder),
		cmocka_unit_test_setup(lines_that_cannot_be_used, empty_folder),
		cmocka_unit_test_setup(out_of_order, empty_folder),
		cmocka_unit_test_setup(long_lines, empty_folder),
		cmocka_unit_test_setup(parts_that_are_missing, empty_folder),
		cmocka_unit_test_setup(a_folder, empty_folder),
		cmocka_unit_test_setup(the_prefix_is_part_of_the_digest, empty_folder),
		cmocka_unit_test_setup(what_is_no_range, empty_folder),
		cmocka_unit_test_setup(what_cannot_be_read, empty_folder),
		cmocka_unit_test_setup(calls_that_stop_it, empty_folder),
		cmocka_unit_test_setup(standard_input, empty_folder),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
