/* corpus/feed.h: a source of any length, in order or not, becomes a corpus of the size that fits it. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/feed.h"

#define MANY 200000

static char folder[] = "/tmp/rempart-feed-XXXXXX";
static char path[64], why[512];

static uint64_t tops[MANY]; /* of digests that are evenly spread, in order */

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int make_folder(void **state)
{
	uint64_t x = 88172645463325252U;
	(void)state;

	for (unsigned i = 0; i < MANY; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		tops[i] = x;
	}
	qsort(tops, MANY, sizeof *tops, by_size);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/corpus", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static const uint8_t *digest(unsigned i)
{
	static uint8_t d[CO_DIGEST_LEN];

	for (int j = 0; j < 8; j++)
		d[j] = (uint8_t)(tops[i] >> (56 - 8 * j));
	return d;
}

static struct co_feed *begin(size_t unsorted, uint64_t min_count)
{
	const struct co_build_options options = {.profile = CO_FULL, .min_count = min_count, .made = 1};
	struct co_feed *f;

	unlink(path);
	why[0] = '\0';
	assert_int_equal(co_feed_begin(&f, path, &options, unsorted), 0);
	return f;
}

static struct co_info finish(struct co_feed *f)
{
	struct co_info info;

	if (co_feed_finish(f, 0, &info, why, sizeof why))
		fail_msg("%s", why);
	return info;
}

static struct co_corpus *open_it(void)
{
	struct co_corpus *c;

	if (co_open(&c, path, why, sizeof why))
		fail_msg("%s", why);
	return c;
}

static void assert_seen(struct co_corpus *c, unsigned i, uint64_t wanted)
{
	uint64_t prevalence;

	assert_int_equal(co_lookup(c, digest(i), &prevalence), 0);
	assert_int_equal(prevalence, wanted);
}

static void in_any_order(void **state)
{
	struct co_feed *f = begin(1000, 2);
	struct co_corpus *c;
	(void)state;

	for (unsigned i = 1000; i-- > 0;)
		assert_int_equal(co_feed_add(f, digest((i * 7919) % 1000), i % 1000 + 1), 0);
	assert_int_equal(co_feed_add(f, digest(MANY - 1), 1), 0); /* too rare to need room */
	assert_int_equal(finish(f).keys, 999);
	c = open_it();
	assert_seen(c, 0, 0); /* once */
	assert_seen(c, 7919 % 1000, 2);
	assert_seen(c, 999 * 7919 % 1000, 512);
	assert_seen(c, MANY - 1, 0);
	co_close(c);
}

static void too_many(void **state)
{
	struct co_feed *f = begin(10, 1);
	(void)state;

	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(co_feed_add(f, digest(i), 1), 0);
	assert_int_equal(co_feed_add(f, digest(10), 1), RP_EFULL);
	co_feed_abort(f);
	assert_int_equal(access(path, F_OK), -1);
}

static void none(void **state)
{
	struct co_feed *f = begin(0, 3);
	(void)state;

	assert_int_equal(co_feed_add(f, digest(0), 0), 0);
	assert_int_equal(co_feed_add(f, digest(1), 2), 0);
	assert_int_equal(co_feed_finish(f, 0, NULL, why, sizeof why), RP_ENOENT);
	assert_string_equal(why, "no digests");
	assert_int_equal(access(path, F_OK), -1);
}

/* The file for MANY digests, less those from a up to b: its bits. */
static unsigned bits_without(unsigned a, unsigned b)
{
	struct co_feed *f = begin(0, 1);
	struct co_corpus *c;
	struct co_info info;

	for (unsigned i = 0; i < MANY; i++)
		if (i < a || i >= b)
			assert_int_equal(co_feed_add(f, digest(i), i % 5 + 1), 0);
	info = finish(f);
	assert_int_equal(info.keys, MANY - (b - a));
	c = open_it();
	for (unsigned i = 0; i < MANY; i += 997)
		assert_seen(c, i, i >= a && i < b ? 0 : i % 5 + 1 == 3 ? 2 : i % 5 + 1 == 5 ? 4 : i % 5 + 1);
	co_close(c);
	return info.bits;
}

/* Bits as if the number had been told, whatever is missing at the front, where it is judged. */
static void as_large_as_it_has_to_be(void **state)
{
	const struct co_build_options options = {.profile = CO_FULL, .expected = MANY, .min_count = 1};
	struct co_build *b;
	struct co_info info;
	(void)state;

	assert_int_equal(co_build_begin(&b, path, &options, why, sizeof why), 0);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(co_build_add(b, digest(i), 1), 0);
	assert_int_equal(co_build_finish(b, 0, &info, why, sizeof why), 0);
	assert_true(info.bits >= 6);
	assert_int_equal(bits_without(0, 0), info.bits);
	assert_int_equal(bits_without(0, 50000), info.bits);
	assert_int_equal(bits_without(100, 50000), info.bits);
	assert_int_equal(bits_without(5000, MANY), info.bits); /* cut, and soon */
	assert_int_equal(bits_without(22000, MANY), info.bits);
}

static void too_late(void **state)
{
	struct co_feed *f = begin(0, 1);
	struct co_corpus *c;
	(void)state;

	/* the first are sorted anyway */
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(co_feed_add(f, digest(i < 1000 ? 999 - i : i), 1), 0);
	assert_int_equal(co_feed_add(f, digest(3), 1), RP_EINVAL);
	assert_int_equal(finish(f).keys, MANY);
	c = open_it();
	assert_seen(c, 0, 1);
	assert_seen(c, MANY - 1, 1);
	co_close(c);
}

static void given_up(void **state)
{
	struct co_feed *f = begin(0, 1);
	(void)state;

	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(co_feed_add(f, digest(i), 1), 0);
	co_feed_abort(f);
	assert_int_equal(access(path, F_OK), -1);
	/* remove_folder sees that nothing is beside it */
}

static void no_place_to_write(void **state)
{
	const struct co_build_options options = {.profile = CO_FULL};
	struct co_feed *f;
	(void)state;

	assert_int_equal(co_feed_begin(&f, "/nosuch/corpus", &options, 0), 0);
	assert_int_equal(co_feed_add(f, digest(0), 1), 0);
	assert_int_not_equal(co_feed_finish(f, 0, NULL, why, sizeof why), 0);
	assert_true(why[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_any_order),
		cmocka_unit_test(too_many),
		cmocka_unit_test(none),
		cmocka_unit_test(as_large_as_it_has_to_be),
		cmocka_unit_test(too_late),
		cmocka_unit_test(given_up),
		cmocka_unit_test(no_place_to_write),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
