/* Building a corpus and looking up in it: what is in it is found, what is not is found as rarely as it says.
 */
#include "tests/unit/test_corpus.h"

#define MANY 100000

/* 2^-n */
static double below(unsigned n)
{
	return 1.0 / (double)((uint64_t)1 << n);
}

/* Members found by chance in so many lookups of strangers: within five deviations of what the header says. */
static void assert_epsilon(struct co_corpus *c, unsigned lookups)
{
	double expected = co_info(c)->epsilon * lookups, off;
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t seed = 4242;
	unsigned found = 0;

	for (unsigned i = 0; i < lookups; i++) {
		draw_digest(&seed, digest);
		found += look_up(c, digest) != 0;
	}
	off = found - expected;
	if (off * off > 25 * (expected + 1))
		fail_msg("%u strangers found, where %g were expected", found, expected);
}

static void what_is_in_it_is_found(void **state)
{
	struct leak *leaks = draw_leaks(1, MANY);
	struct co_info info = build(CO_FULL, 0, leaks, MANY);
	struct co_corpus *c = open_corpus();

	(void)state;
	assert_int_equal(info.keys, MANY);
	assert_int_equal(info.bits, 7); /* 781 a page: 1563 would be more than 1000 */
	assert_true(info.epsilon < below(34) && info.epsilon > below(40));
	assert_all_found(c, leaks, MANY);
	assert_epsilon(c, 20000);
	assert_sound(c);
	co_close(c);
	free(leaks);
}

/* Where two of them cannot be told apart, both have the higher count. */
static void assert_found_or_more(struct co_corpus *c, const struct leak *leaks, unsigned n)
{
	double expected = 2 * co_info(c)->epsilon * n;
	unsigned more = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t found = look_up(c, leaks[i].digest), right = power_of_two(leaks[i].count);

		assert_true(found >= right);
		more += found > right;
	}
	assert_true(more <= expected + 5);
}

/* Many keys a page, so that there is an epsilon that can be measured. */
static void strangers_are_found_as_rarely_as_it_says(void **state)
{
	static const struct {
		unsigned bits, keys, low, high;

	} sizes[] = {{4, 35000, 10, 12}, {5, 50000, 16, 18}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct leak *leaks = draw_leaks(2, sizes[i].keys);
		struct co_info info = build(CO_SMALL, sizes[i].bits, leaks, sizes[i].keys);
		struct co_corpus *c = open_corpus();

		assert_int_equal(info.keys, sizes[i].keys);
		assert_true(info.epsilon < below(sizes[i].low) && info.epsilon > below(sizes[i].high));
		assert_true(info.epsilon - co_info(c)->epsilon < below(60));
		assert_epsilon(c, 60000);
		assert_found_or_more(c, leaks, sizes[i].keys);
		co_close(c);
		free(leaks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORPUS_TEST(what_is_in_it_is_found),
		CORPUS_TEST(strangers_are_found_as_rarely_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
