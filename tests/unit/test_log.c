/* common/log.h: names that a stranger chose, and lines on standard error. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/log.h"

static void names(void **state)
{
	static const struct {
		const char *name, *logged;
	} v[] = {
		{"", ""},
		{"martin", "martin"},
		{"martin@example.org", "martin@example.org"},
		{"a b", "a\\x20b"},
		{"x\nsshd: accepted", "x\\x0asshd:\\x20accepted"},
		{"a=\"b\\c\"", "a\\x3d\\x22b\\x5cc\\x22"},
		{"\x1b[31m\x7f", "\\x1b[31m\\x7f"},
		{"Zo\xc3\xab", "Zo\\xc3\\xab"},
	};
	char out[128];
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_ptr_equal(rp_log_name(out, sizeof out, v[i].name), out);
		assert_string_equal(out, v[i].logged);
	}
}

static void a_sentence_between_quotes(void **state)
{
	char out[128];
	(void)state;

	assert_string_equal(rp_log_text(out, sizeof out, "phone stolen, by=root"), "phone stolen, by=root");
	assert_string_equal(rp_log_text(out, sizeof out, "a\" b\\\n\xc3\xab"),
			    "a\\x22 b\\x5c\\x0a\\xc3\\xab");
	assert_string_equal(rp_log_text(out, RP_LOG_NAME_MIN, "too long for it"), "t...");
}

/* No byte ends a field or a line, whatever it is. */
static void no_byte_escapes(void **state)
{
	char out[16], name[2] = "";
	(void)state;

	for (int c = 1; c < 256; c++) {
		name[0] = (char)c;
		rp_log_name(out, sizeof out, name);
		assert_true(strlen(out) == 1 || strlen(out) == 4);
		for (const char *p = out; *p; p++)
			assert_true(*p > ' ' && *p < 0x7f && !strchr("\"=", *p));
	}
}

/* Every size from the smallest: nothing behind it is written, and what is cut says so. */
static void names_that_are_too_long(void **state)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz", wild[] = "\n\n\n\n\n\n\n\n\n\n\n\n";
	char out[64];
	(void)state;

	for (size_t size = RP_LOG_NAME_MIN; size < sizeof plain; size++)
		for (int i = 0; i < 2; i++) {
			memset(out, 'E', sizeof out);
			rp_log_name(out, size, i ? wild : plain);
			assert_in_range(strlen(out), 3, size - 1);
			assert_string_equal(out + strlen(out) - 3, "...");
			for (size_t at = size; at < sizeof out; at++)
				assert_int_equal(out[at], 'E');
		}
}

/* What rp_log writes to standard error, into out. */
static void logged(const char *text, char *out, size_t size)
{
	int p[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(p), 0);
	fflush(stderr);
	dup2(p[1], STDERR_FILENO);
	close(p[1]);
	rp_log(LOG_ERR, "%s", text);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(p[0], out, size - 1);
	assert_true(n > 0);
	out[n] = '\0';
	close(p[0]);
}

static void one_line_on_standard_error(void **state)
{
	static char text[5000], out[8192];
	(void)state;

	logged("before it is opened", out, sizeof out);
	assert_string_equal(out, "rempart: before it is opened\n");
	rp_log_open("rempartd", true);
	logged("100% %s %n", out, sizeof out);
	assert_string_equal(out, "rempartd: 100% %s %n\n");
	memset(text, 'x', sizeof text - 1);
	logged(text, out, sizeof out);
	assert_in_range(strlen(out), 1000, 1100); /* cut, and still one line */
	assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
}

static void syslog_leaves_standard_error_alone(void **state)
{
	int p[2], saved = dup(STDERR_FILENO);
	char c;
	(void)state;

	assert_int_equal(pipe(p), 0);
	dup2(p[1], STDERR_FILENO);
	close(p[1]);
	rp_log_open("rempart-test", false);
	rp_log(LOG_DEBUG, "a line of the unit tests");
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(read(p[0], &c, 1), 0);
	close(p[0]);
	closelog();
	rp_log_open("rempart", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(a_sentence_between_quotes),
		cmocka_unit_test(no_byte_escapes),
		cmocka_unit_test(names_that_are_too_long),
		cmocka_unit_test(one_line_on_standard_error),
		cmocka_unit_test(syslog_leaves_standard_error_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
