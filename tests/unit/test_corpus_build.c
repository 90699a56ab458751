/* What a build takes and leaves out, what it makes of a full disk or a second one, and that it is all or
 * nothing. */
#include "tests/unit/test_corpus.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const struct co_build_options one_page = {.profile = CO_FULL, .made = MADE};

static int add(struct co_build *b, uint8_t first, uint8_t second, uint64_t count)
{
	uint8_t digest[CO_DIGEST_LEN] = {first, second, 3};

	return co_build_add(b, digest, count);
}

static uint64_t found(struct co_corpus *c, uint8_t first, uint8_t second)
{
	uint8_t digest[CO_DIGEST_LEN] = {first, second, 3};

	return look_up(c, digest);
}

static void assert_no_file(const char *path)
{
	assert_int_equal(access(path, F_OK), -1);
}

static void an_empty_corpus(void **state)
{
	struct co_info info = finish(begin(&one_page));
	struct co_corpus *c = open_corpus();
	struct stat st;

	(void)state;
	assert_int_equal(info.keys, 0);
	assert_true(info.epsilon == 0);
	assert_int_equal(found(c, 0, 0), 0);
	assert_int_equal(stat(corpus_path, &st), 0);
	assert_int_equal(st.st_size, 2 * CO_PAGE_LEN);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_sound(c);
	co_close(c);
}

static void the_header_says_what_it_is(void **state)
{
	const struct co_build_options o = {
		.profile = CO_TOP, .bits = 3, .expected = 10, .min_count = 5, .made = -1};
	struct co_build *b = begin(&o);
	struct co_corpus *c;
	const struct co_info *info;

	(void)state;
	assert_int_equal(add(b, 1, 1, 5), 0);
	assert_int_equal(add(b, 1, 2, 4), 0);
	assert_int_equal(add(b, 1, 3, UINT64_MAX), 0);
	assert_int_equal(co_build_finish(b, 12345678901, NULL, why, sizeof why), 0);
	c = open_corpus();
	info = co_info(c);
	assert_int_equal(info->profile, CO_TOP);
	assert_int_equal(info->bits, 3);
	assert_int_equal(info->keys, 2);
	assert_int_equal(info->min_count, 5);
	assert_int_equal(info->left_out, 12345678901);
	assert_int_equal(info->made, -1);
	assert_true(info->epsilon > 0 && info->epsilon < 1e-13);
	assert_int_equal(found(c, 1, 1), 4);
	assert_int_equal(found(c, 1, 2), 0);
	assert_true(found(c, 1, 3) == (uint64_t)1 << 63);
	co_close(c);
}

static void as_many_pages_as_the_profile_needs(void **state)
{
	static const struct {
		enum co_profile profile;
		uint64_t expected;
		unsigned bits;
	} cases[] = {
		{CO_FULL, 0, 0},     {CO_FULL, 1000, 0},  {CO_FULL, 1001, 1},	{CO_TOP, 1001, 1},
		{CO_SMALL, 2000, 0}, {CO_SMALL, 2001, 1}, {CO_FULL, 100000, 7}, {CO_SMALL, 100000, 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct co_build_options o = {.profile = cases[i].profile, .expected = cases[i].expected};

		assert_int_equal(finish(begin(&o)).bits, cases[i].bits);
	}
}

static void options_out_of_bounds(void **state)
{
	static const struct co_build_options bad[] = {{.profile = 0}, {.profile = 4}, {CO_FULL, 25, 0, 0, 0}};
	struct co_build *b;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(co_build_begin(&b, corpus_path, &bad[i], why, sizeof why), RP_EINVAL);
		assert_null(b);
	}
}

static void padding_is_skipped_and_doubles_keep_the_higher_count(void **state)
{
	struct co_build *b = begin(&one_page);
	struct co_corpus *c;

	(void)state;
	assert_int_equal(add(b, 1, 0, 0), 0);
	assert_int_equal(add(b, 2, 0, 7), 0);
	assert_int_equal(add(b, 2, 0, 100), 0);
	assert_int_equal(add(b, 9, 0, 1), 0);
	assert_int_equal(add(b, 2, 0, 300), 0);
	assert_int_equal(add(b, 2, 0, 9), 0);
	assert_int_equal(finish(b).keys, 2);
	c = open_corpus();
	assert_int_equal(found(c, 1, 0), 0);
	assert_int_equal(found(c, 2, 0), 256);
	assert_int_equal(found(c, 9, 0), 1);
	co_close(c);
}

/* Within a page order does not matter; a page that is written is closed, and the build goes on. */
static void strays_are_refused(void **state)
{
	struct co_build *b = begin(&(struct co_build_options){.profile = CO_FULL, .bits = 1, .made = MADE});
	struct co_corpus *c;

	(void)state;
	assert_int_equal(add(b, 0x70, 0, 4), 0);
	assert_int_equal(add(b, 0x10, 0, 2), 0);
	assert_int_equal(add(b, 0x40, 0, 1), 0);
	assert_int_equal(add(b, 0x80, 0, 1), 0);
	assert_int_equal(add(b, 0x7f, 0, 1), RP_EINVAL);
	assert_int_equal(add(b, 0x00, 0, 1), RP_EINVAL);
	assert_int_equal(add(b, 0xff, 0, 8), 0);
	assert_int_equal(add(b, 0x81, 0, 1), 0);
	assert_int_equal(finish(b).keys, 6);
	c = open_corpus();
	assert_int_equal(found(c, 0x70, 0), 4);
	assert_int_equal(found(c, 0x10, 0), 2);
	assert_int_equal(found(c, 0x40, 0), 1);
	assert_int_equal(found(c, 0x81, 0), 1);
	assert_int_equal(found(c, 0xff, 0), 8);
	assert_int_equal(found(c, 0x7f, 0), 0);
	assert_sound(c);
	co_close(c);
}

/* Too many to be told apart are noticed when the page is written; very many as they come. */
static void too_many_for_its_pages(void **state)
{
	static const unsigned numbers[] = {3200, 10000};

	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		struct leak *leaks = draw_leaks(1, numbers[n]);
		struct co_build *b = begin(&one_page);
		int err = 0;

		for (size_t i = 0; !err && i < numbers[n]; i++)
			err = co_build_add(b, leaks[i].digest, leaks[i].count);
		assert_int_equal(err, n ? RP_EFULL : 0);
		assert_int_equal(co_build_finish(b, 0, NULL, why, sizeof why), RP_EFULL);
		assert_non_null(strstr(why, "choose more pages"));
		assert_no_file(corpus_path);
		assert_no_file(fresh_path);
		free(leaks);
	}
}

static void an_aborted_build_leaves_what_was_there(void **state)
{
	struct co_build *b = begin(&one_page);
	struct co_corpus *c;

	(void)state;
	add(b, 1, 1, 1);
	finish(b);
	b = begin(&one_page);
	add(b, 2, 2, 1);
	co_build_abort(b);
	co_build_abort(NULL);
	assert_no_file(fresh_path);
	c = open_corpus();
	assert_int_equal(found(c, 1, 1), 1);
	assert_int_equal(found(c, 2, 2), 0);
	co_close(c);
}

static void one_build_at_a_time(void **state)
{
	struct co_build *b = begin(&one_page), *other;

	(void)state;
	assert_int_equal(co_build_begin(&other, corpus_path, &one_page, why, sizeof why), RP_EBUSY);
	assert_null(other);
	assert_int_equal(access(fresh_path, F_OK), 0);
	add(b, 1, 1, 1);
	assert_int_equal(finish(b).keys, 1);
	co_build_abort(begin(&one_page));
}

/* What is in the way and is no remains of a build is not written over. */
static void others_files_are_left_alone(void **state)
{
	char target[96], text[8] = "";
	struct co_build *b;
	FILE *f;

	(void)state;
	snprintf(target, sizeof target, "%s/precious", folder);
	f = fopen(target, "w");
	assert_non_null(f);
	fputs("gold", f);
	fclose(f);
	assert_int_equal(symlink(target, fresh_path), 0);
	assert_int_equal(co_build_begin(&b, corpus_path, &one_page, why, sizeof why), RP_EPERM);
	unlink(fresh_path);
	assert_int_equal(link(target, fresh_path), 0);
	assert_int_equal(co_build_begin(&b, corpus_path, &one_page, why, sizeof why), RP_EPERM);
	assert_non_null(strstr(why, "remove it"));
	unlink(fresh_path);
	f = fopen(target, "r");
	assert_non_null(fgets(text, sizeof text, f));
	fclose(f);
	assert_string_equal(text, "gold");
	unlink(target);
}

static void no_folder_no_corpus(void **state)
{
	struct co_build *b;
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/none/leaked", folder);
	assert_int_equal(co_build_begin(&b, path, &one_page, why, sizeof why), RP_ENOENT);
	assert_non_null(strstr(why, path));
	if (geteuid() != 0) {
		chmod(folder, 0500);
		assert_int_equal(co_build_begin(&b, corpus_path, &one_page, why, sizeof why), RP_EPERM);
	}
}

/* No file of this process may grow beyond this; RLIM_INFINITY: as it was. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_disk_without_room_shows_at_once(void **state)
{
	const struct co_build_options o = {.profile = CO_FULL, .bits = 8, .made = MADE};
	struct co_build *b;
	int err;

	(void)state;
	limit_files(100 * CO_PAGE_LEN);
	err = co_build_begin(&b, corpus_path, &o, why, sizeof why);
	limit_files(RLIM_INFINITY);
	assert_int_equal(err, RP_EFULL);
	assert_non_null(strstr(why, "needs 2 MB"));
	assert_no_file(fresh_path);
}

/* And one that fills up all the same, at whichever page: an error, and the old corpus. */
static void a_disk_that_fills_up(void **state)
{
	const struct co_build_options o = {.profile = CO_FULL, .bits = 8, .made = MADE};
	struct co_build *b = begin(&one_page);
	struct co_corpus *c;

	(void)state;
	add(b, 1, 1, 1);
	finish(b);
	for (unsigned pages = 0; pages < 257; pages += 8) {
		int err = 0;

		b = begin(&o);
		limit_files(pages * CO_PAGE_LEN);
		for (unsigned i = 0; !err && i < 256; i++)
			err = add(b, (uint8_t)i, 0, 1);
		assert_true(err == RP_EFULL || !err);
		err = co_build_finish(b, 0, NULL, why, sizeof why);
		limit_files(RLIM_INFINITY);
		assert_int_equal(err, RP_EFULL);
		assert_true(strlen(why) > 10);
		assert_no_file(fresh_path);
	}
	c = open_corpus();
	assert_int_equal(found(c, 1, 1), 1);
	co_close(c);
}

/* Builds corpora of n pages with n in the header, one after the other, and writes a byte now and then. */
static void build_for_ever(int fd)
{
	for (int64_t n = 1;; n++) {
		struct co_build_options o = {.profile = CO_FULL, .bits = 9, .made = n};
		struct co_build *b;

		if (co_build_begin(&b, corpus_path, &o, why, sizeof why))
			break;
		for (unsigned i = 0; i < 256; i++)
			if (add(b, (uint8_t)i, 0, (uint64_t)n) || write(fd, "", 1) != 1)
				break;
		if (co_build_finish(b, 0, NULL, why, sizeof why) || write(fd, "", 1) != 1)
			break;
	}
	fprintf(stderr, "%s\n", why);
	_exit(1);
}

static void kill_after(unsigned bytes)
{
	int status, fd[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0)
		build_for_ever(fd[1]);
	close(fd[1]);
	while (read(fd[0], &c, 1) == 1)
		if (bytes-- == 0)
			kill(pid, SIGKILL);
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_killed_build_leaves_a_whole_corpus(void **state)
{
	uint64_t seed = 3;

	(void)state;
	build(CO_FULL, 9, NULL, 0);
	for (int round = 0; round < 40; round++) {
		struct co_corpus *c;

		kill_after((unsigned)(draw(&seed) % 700));
		c = open_corpus();
		assert_sound(c);
		assert_int_equal(co_info(c)->keys, co_info(c)->made == MADE ? 0 : 256);
		co_close(c);
	}
	co_build_abort(begin(&one_page)); /* takes away what the killed ones left */
	assert_no_file(fresh_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORPUS_TEST(an_empty_corpus),
		CORPUS_TEST(the_header_says_what_it_is),
		CORPUS_TEST(as_many_pages_as_the_profile_needs),
		CORPUS_TEST(options_out_of_bounds),
		CORPUS_TEST(padding_is_skipped_and_doubles_keep_the_higher_count),
		CORPUS_TEST(strays_are_refused),
		CORPUS_TEST(too_many_for_its_pages),
		CORPUS_TEST(an_aborted_build_leaves_what_was_there),
		CORPUS_TEST(one_build_at_a_time),
		CORPUS_TEST(others_files_are_left_alone),
		CORPUS_TEST(no_folder_no_corpus),
		CORPUS_TEST(a_disk_without_room_shows_at_once),
		CORPUS_TEST(a_disk_that_fills_up),
		CORPUS_TEST(a_killed_build_leaves_a_whole_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
