/* A file that is not what it was: an error that says why, or the old file; never a crash, never an answer. */
#include "tests/unit/test_corpus.h"

#define KEYS 1500
#define PAGES 2
#define FILE_LEN ((PAGES + 1) * CO_PAGE_LEN)

static uint8_t whole[FILE_LEN];
static struct leak *leaks;

static void write_file(const uint8_t *bytes, size_t size)
{
	FILE *f = fopen(corpus_path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void read_back(void)
{
	FILE *f = fopen(corpus_path, "r");

	assert_non_null(f);
	assert_int_equal(fread(whole, 1, FILE_LEN, f), FILE_LEN);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

static int make_corpus(void **state)
{
	if (make_folder(state))
		return -1;
	leaks = draw_leaks(1, KEYS);
	build(CO_FULL, 0, leaks, KEYS);
	read_back();
	return 0;
}

static int drop_corpus(void **state)
{
	free(leaks);
	return drop_folder(state);
}

static int try_open(void)
{
	struct co_corpus *c = NULL;
	int err;

	why[0] = '\0';
	err = co_open(&c, corpus_path, why, sizeof why);
	assert_true(err ? !c && strlen(why) > 10 : c != NULL);
	co_close(c);
	return err;
}

/* The first digest of each page. */
static const uint8_t *digest_in(unsigned page)
{
	for (size_t i = 0; i < KEYS; i++)
		if (leaks[i].digest[0] >> 7 == page)
			return leaks[i].digest;
	fail();
	return NULL;
}

static int look(struct co_corpus *c, unsigned page)
{
	uint64_t prevalence = 77;
	int err = co_lookup(c, digest_in(page), &prevalence);

	assert_int_equal(prevalence != 0, err == 0);
	return err;
}

static void every_length_but_its_own_is_refused(void **state)
{
	(void)state;
	for (size_t size = 0; size < FILE_LEN; size += size < 200 || size > FILE_LEN - 200 ? 1 : 37) {
		write_file(whole, size);
		assert_int_equal(try_open(), RP_ECORRUPT);
	}
	write_file(whole, FILE_LEN);
	assert_int_equal(try_open(), 0);
	assert_int_equal(truncate(corpus_path, FILE_LEN + 1), 0);
	assert_int_equal(try_open(), RP_ECORRUPT);
	assert_non_null(strstr(why, "12289"));
}

static void a_bit_of_the_header(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 8 * CO_PAGE_LEN; bit += bit < 1000 ? 1 : 61) {
		whole[bit / 8] ^= (uint8_t)(1 << bit % 8);
		write_file(whole, FILE_LEN);
		assert_int_equal(try_open(), RP_ECORRUPT);
		whole[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* The file stays open: a lookup in the page fails, one in the other is answered, and verify says which. */
static void a_bit_of_a_page(void **state)
{
	struct co_corpus *c = open_corpus();
	int fd = open(corpus_path, O_WRONLY | O_CLOEXEC);
	uint64_t seed = 9, page;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		unsigned bit = (unsigned)(draw(&seed) % (8 * PAGES * CO_PAGE_LEN)),
			 bad = bit / 8 / CO_PAGE_LEN;
		off_t at = CO_PAGE_LEN + bit / 8;
		uint8_t byte = whole[at] ^ (uint8_t)(1 << bit % 8);

		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		assert_int_equal(look(c, bad), RP_ECORRUPT);
		assert_int_equal(look(c, !bad), 0);
		assert_int_equal(co_verify(c, NULL, NULL, &page), RP_ECORRUPT);
		assert_int_equal(page, bad);
		assert_int_equal(pwrite(fd, &whole[at], 1, at), 1);
	}
	assert_sound(c);
	close(fd);
	co_close(c);
}

static void pages_in_each_other_s_place(void **state)
{
	static uint8_t swapped[FILE_LEN];
	struct co_corpus *c;
	uint64_t page;

	(void)state;
	memcpy(swapped, whole, FILE_LEN);
	memcpy(swapped + CO_PAGE_LEN, whole + 2 * CO_PAGE_LEN, CO_PAGE_LEN);
	memcpy(swapped + 2 * CO_PAGE_LEN, whole + CO_PAGE_LEN, CO_PAGE_LEN);
	write_file(swapped, FILE_LEN);
	c = open_corpus();
	assert_int_equal(look(c, 0), RP_ECORRUPT);
	assert_int_equal(look(c, 1), RP_ECORRUPT);
	assert_int_equal(co_verify(c, NULL, NULL, &page), RP_ECORRUPT);
	assert_int_equal(page, 0);
	co_close(c);
}

/* As after a write that never reached the disk. */
static void a_page_of_last_month_s_file(void **state)
{
	struct co_build *b =
		begin(&(struct co_build_options){.profile = CO_FULL, .bits = 1, .made = MADE + 1});
	struct co_corpus *c;
	int fd;

	(void)state;
	finish(b);
	fd = open(corpus_path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, whole + CO_PAGE_LEN, CO_PAGE_LEN, CO_PAGE_LEN), CO_PAGE_LEN);
	close(fd);
	c = open_corpus();
	assert_int_equal(look(c, 0), RP_ECORRUPT);
	co_close(c);
}

static void cut_while_it_is_open(void **state)
{
	struct co_corpus *c = open_corpus();
	uint64_t page;

	(void)state;
	assert_int_equal(look(c, 1), 0);
	assert_int_equal(truncate(corpus_path, 2 * CO_PAGE_LEN + 100), 0);
	assert_int_equal(look(c, 0), 0);
	assert_int_equal(look(c, 1), RP_ECORRUPT);
	assert_int_equal(co_verify(c, NULL, NULL, &page), RP_ECORRUPT);
	assert_int_equal(page, 1);
	assert_false(co_is_current(c));
	assert_int_equal(truncate(corpus_path, 0), 0);
	assert_int_equal(look(c, 0), RP_ECORRUPT);
	co_close(c);
}

/* The old one answers until it is closed, and says that it is not current. */
static void replaced_while_it_is_open(void **state)
{
	struct co_corpus *c = open_corpus();

	(void)state;
	assert_true(co_is_current(c));
	build(CO_FULL, 0, NULL, 0);
	assert_false(co_is_current(c));
	assert_all_found(c, leaks, KEYS);
	assert_sound(c);
	co_close(c);
	c = open_corpus();
	assert_true(co_is_current(c));
	assert_int_equal(look_up(c, leaks[0].digest), 0);
	unlink(corpus_path);
	assert_false(co_is_current(c));
	co_close(c);
}

/* Not the way to do it, but an administrator may: cp over the file. */
static void written_over_while_it_is_open(void **state)
{
	struct co_corpus *c = open_corpus();
	struct stat st;

	(void)state;
	build(CO_TOP, 1, leaks, 3);
	read_back();
	co_close(c);
	build(CO_FULL, 1, leaks, KEYS);
	c = open_corpus();
	assert_int_equal(look(c, 0), 0);
	assert_int_equal(stat(corpus_path, &st), 0);
	write_file(whole, FILE_LEN);
	st.st_mtim.tv_sec++; /* as if it had taken a second */
	assert_int_equal(utimensat(AT_FDCWD, corpus_path, (struct timespec[]){st.st_mtim, st.st_mtim}, 0), 0);
	assert_false(co_is_current(c));
	co_close(c);
}

static void another_version_is_named(void **state)
{
	(void)state;
	whole[8] = 2;
	co_page_seal(whole, 0, 0);
	write_file(whole, FILE_LEN);
	assert_int_equal(try_open(), RP_EVERSION);
	assert_non_null(strstr(why, "build it again"));
}

static void a_forged_header_is_held_to_its_bounds(void **state)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} bad[] = {{12, 0}, {12, 4}, {13, 25}, {13, 255}, {13, 0}, {13, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t was = whole[bad[i].at];

		whole[bad[i].at] = bad[i].value;
		co_page_seal(whole, 0, 0);
		write_file(whole, FILE_LEN);
		assert_int_equal(try_open(), RP_ECORRUPT);
		whole[bad[i].at] = was;
	}
}

static void what_is_no_corpus_says_so(void **state)
{
	uint8_t zeros[FILE_LEN] = {0};

	(void)state;
	write_file(zeros, FILE_LEN);
	assert_int_equal(try_open(), RP_ECORRUPT);
	write_file((const uint8_t *)"000000005AD76BD555C1D6D771DE417A4B87E4B4:10\n", 44);
	assert_int_equal(try_open(), RP_ECORRUPT);
	assert_non_null(strstr(why, "is no corpus"));
	unlink(corpus_path);
	assert_int_equal(try_open(), RP_ENOENT);
	assert_non_null(strstr(why, corpus_path));
	assert_int_equal(mkfifo(corpus_path, 0600), 0);
	assert_int_equal(try_open(), RP_ECORRUPT);
	unlink(corpus_path);
	assert_int_equal(mkdir(corpus_path, 0700), 0);
	assert_int_equal(try_open(), RP_ECORRUPT);
	assert_non_null(strstr(why, "not a file"));
	rmdir(corpus_path);
}

static void what_may_not_be_read(void **state)
{
	struct co_corpus *c = open_corpus();

	(void)state;
	chmod(corpus_path, 0);
	assert_int_equal(try_open(), geteuid() ? RP_EPERM : 0);
	assert_true(co_is_current(c));
	assert_int_equal(look(c, 0), 0);
	co_close(c);
}

static int count_ticks(uint64_t done, uint64_t all, void *ctx)
{
	assert_true(done <= all);
	return ++*(unsigned *)ctx == 3 ? 77 : 0;
}

static void verifying_can_be_ended(void **state)
{
	struct co_corpus *c;
	unsigned ticks = 0;
	uint64_t page;

	(void)state;
	build(CO_FULL, 12, NULL, 0);
	c = open_corpus();
	assert_int_equal(co_verify(c, count_ticks, &ticks, &page), 77);
	assert_int_equal(ticks, 3);
	assert_int_equal(co_verify(c, count_ticks, &ticks, &page), 0);
	assert_int_equal(ticks, 3 + 5);
	co_close(c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_corpus, drop_corpus)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_length_but_its_own_is_refused),
		TEST(a_bit_of_the_header),
		TEST(a_bit_of_a_page),
		TEST(pages_in_each_other_s_place),
		TEST(a_page_of_last_month_s_file),
		TEST(cut_while_it_is_open),
		TEST(replaced_while_it_is_open),
		TEST(written_over_while_it_is_open),
		TEST(another_version_is_named),
		TEST(a_forged_header_is_held_to_its_bounds),
		TEST(what_is_no_corpus_says_so),
		TEST(what_may_not_be_read),
		TEST(verifying_can_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
