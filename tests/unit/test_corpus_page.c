/* One page: what goes in comes out, whatever the keys are, and no bytes lead the reader astray. */
#include "tests/unit/test_corpus.h"

#define KEYS ((uint64_t)1 << CO_KEY_BITS)

static uint8_t page[CO_PAGE_LEN];
static struct co_key keys[CO_PAGE_KEYS + 1];

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = ((const struct co_key *)a)->bits, y = ((const struct co_key *)b)->bits;

	return (x > y) - (x < y);
}

/* n different keys below a limit, with the log given. */
static void fill_keys(unsigned n, uint64_t below, unsigned log)
{
	uint64_t seed = n;

	for (unsigned i = 0; i < n; i++)
		keys[i] = (struct co_key){draw(&seed) % below, (uint8_t)log};
	qsort(keys, n, sizeof *keys, compare_keys);
	for (unsigned i = 1; i < n; i++)
		if (keys[i].bits <= keys[i - 1].bits)
			keys[i].bits = keys[i - 1].bits + 1;
}

static double encode(unsigned n)
{
	double epsilon = -1;
	unsigned found;

	assert_int_equal(co_page_encode(page, keys, n, &epsilon), 0);
	assert_int_equal(co_page_check(page, &found), 0);
	assert_int_equal(found, n);
	return epsilon;
}

static uint64_t count_of(uint64_t key)
{
	uint64_t count = 77;

	assert_int_equal(co_page_find(page, key, &count), 0);
	return count;
}

static void an_empty_page_has_nothing(void **state)
{
	(void)state;
	assert_true(encode(0) == 0);
	assert_int_equal(count_of(0), 0);
	assert_int_equal(count_of(KEYS - 1), 0);
}

static void one_key_wherever_it_is(void **state)
{
	static const uint64_t where[] = {0, 1, KEYS / 2, KEYS - 2, KEYS - 1};

	(void)state;
	for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
		keys[0] = (struct co_key){where[i], 63};
		assert_true(encode(1) < 1e-14);
		assert_true(count_of(where[i]) == (uint64_t)1 << 63);
		assert_int_equal(count_of(where[i] ^ KEYS / 4), 0);
	}
}

/* Quantised, neighbours are the same: both are there, with the higher log. */
static void the_nearest_neighbours(void **state)
{
	unsigned found;

	(void)state;
	fill_keys(999, KEYS, 1);
	for (unsigned i = 1; i < 999; i += 3) {
		keys[i].bits = keys[i - 1].bits + 1;
		keys[i].log = 9;
	}
	encode(999);
	for (unsigned i = 0; i < 999; i++) {
		found = (unsigned)count_of(keys[i].bits);
		assert_true(found == 1 << 9 || (i % 3 == 2 && found == 2));
	}
}

static void any_number_of_keys(void **state)
{
	double last = 0;

	(void)state;
	for (unsigned n = 1; n <= 2300; n += 1 + n / 7) {
		double epsilon;

		fill_keys(n, KEYS, n % 3);
		epsilon = encode(n);
		assert_true(epsilon < 1.0 / 256);
		assert_true(n % 3 || epsilon > last); /* the more keys, the coarser */
		last = n % 3 ? last : epsilon;
		for (unsigned i = 0; i < n; i++)
			assert_int_equal(count_of(keys[i].bits), 1 << n % 3);
	}
}

/* A hundredth of a bit a key is left over at most. */
static void the_range_is_the_widest(void **state)
{
	(void)state;
	for (unsigned n = 800; n <= 2000; n += 100) {
		unsigned logs_at, rests_at;

		fill_keys(n, KEYS, 1);
		encode(n);
		logs_at = (unsigned)(page[6] | page[7] << 8);
		rests_at = 8 * (CO_PAGE_LEN - 8) - n * page[5];
		assert_in_range(rests_at - logs_at - 2 * n, 0, n / 100);
	}
}

/* Not what SHA-1 gives, but nothing may break. */
static void keys_in_a_heap(void **state)
{
	static const uint64_t below[] = {2000, 1 << 20, KEYS / 1000};

	(void)state;
	for (size_t b = 0; b < sizeof below / sizeof *below; b++) {
		fill_keys(1000, below[b], 0);
		encode(1000);
		for (unsigned i = 0; i < 1000; i++)
			assert_int_equal(count_of(keys[i].bits), 1);
		for (unsigned i = 0; i < 1000; i++)
			keys[i].bits += KEYS - below[b] - 1000;
		encode(1000);
		for (unsigned i = 0; i < 1000; i++)
			assert_int_equal(count_of(keys[i].bits), 1);
	}
}

static void too_many_for_a_page(void **state)
{
	double epsilon;

	(void)state;
	fill_keys(3100, KEYS, 0);
	assert_int_equal(co_page_encode(page, keys, 3100, &epsilon), RP_EFULL);
	fill_keys(400, KEYS, 63); /* 64 bits each for the log alone */
	assert_int_equal(co_page_encode(page, keys, 400, &epsilon), 0);
	fill_keys(470, KEYS, 63);
	assert_int_equal(co_page_encode(page, keys, 470, &epsilon), RP_EFULL);
	fill_keys(CO_PAGE_KEYS + 1, KEYS, 0);
	assert_int_equal(co_page_encode(page, keys, CO_PAGE_KEYS + 1, &epsilon), RP_EFULL);
}

static void every_flipped_bit_breaks_the_seal(void **state)
{
	(void)state;
	fill_keys(900, KEYS, 1);
	encode(900);
	co_page_seal(page, MADE, 7);
	assert_true(co_page_sealed(page, MADE, 7));
	for (unsigned bit = 0; bit < 8 * CO_PAGE_LEN; bit++) {
		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(co_page_sealed(page, MADE, 7));
		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void a_seal_is_good_for_its_place_alone(void **state)
{
	(void)state;
	encode(0);
	co_page_seal(page, MADE, 7);
	for (uint64_t place = 0; place < 1000; place++)
		assert_int_equal(co_page_sealed(page, MADE, place), place == 7);
	for (int64_t made = MADE - 1000; made < MADE + 1000; made++)
		assert_int_equal(co_page_sealed(page, made, 7), made == MADE);
}

/* As if the checksum had been forged: whatever a bit says, the reader comes back. */
static void damaged_pages_are_read_to_no_harm(void **state)
{
	unsigned refused = 0, n;
	uint64_t seed = 5, count;

	(void)state;
	fill_keys(900, KEYS, 1);
	encode(900);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned bit = i < 64 ? i : (unsigned)(draw(&seed) % (8 * CO_PAGE_LEN));

		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refused += co_page_check(page, &n) == RP_ECORRUPT;
		co_page_find(page, draw(&seed) % KEYS, &count);
		page[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(refused > 20);
	for (unsigned i = 0; i < 20000; i++) {
		for (unsigned at = 0; at < CO_PAGE_LEN; at++)
			page[at] = (uint8_t)(at < 8 || i % 2 ? draw(&seed) : at >= 2048 ? 0xff : 0);
		page[4] &= 31;
		page[5] %= 40;
		co_page_check(page, &n);
		co_page_find(page, draw(&seed) % KEYS, &count);
	}
}

/* A page with a few bits set; the header as given. */
static void forge(unsigned n, unsigned factor, unsigned rice, unsigned logs_at, const unsigned *ones)
{
	memset(page, 0, sizeof page);
	page[0] = (uint8_t)n;
	page[2] = (uint8_t)factor;
	page[5] = (uint8_t)rice;
	page[6] = (uint8_t)logs_at;
	page[7] = (uint8_t)(logs_at >> 8);
	for (; *ones; ones++)
		page[*ones / 8] |= (uint8_t)(1 << *ones % 8);
}

static int check(void)
{
	unsigned n;
	int err = co_page_check(page, &n);

	assert_true(err == 0 || err == RP_ECORRUPT);
	return err;
}

static void a_forged_stream(void **state)
{
	(void)state;
	forge(1, 1, 0, 65, (const unsigned[]){64, 128, 0});
	assert_int_equal(check(), 0);
	assert_true(count_of(0) == (uint64_t)1 << 63);
	forge(1, 1, 0, 65, (const unsigned[]){64, 129, 0}); /* 2^64 times */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(1, 1, 0, 66, (const unsigned[]){65, 66, 0}); /* a key beyond the range */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(1, 2, 0, 66, (const unsigned[]){65, 66, 0});
	assert_int_equal(check(), 0);
	forge(2, 2, 0, 66, (const unsigned[]){64, 66, 67, 0}); /* its end is among the logs */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(2, 2, 0, 66, (const unsigned[]){64, 65, 66, 0}); /* no second log */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(1, 1, 3, 65, (const unsigned[]){64, 32701, 0}); /* the log's end is a remainder */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(1, 1, 3, 65, (const unsigned[]){64, 32700, 0}); /* too many zeros */
	assert_int_equal(check(), RP_ECORRUPT);
}

static void a_forged_header(void **state)
{
	static const struct {
		unsigned at;
		uint8_t good, bad;
	} bounds[] = {{4, 32, 33}, {5, 47, 48}, {6, 65, 63}};

	(void)state;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		forge(1, 255, 1, 65, (const unsigned[]){64, 65, 0});
		page[bounds[i].at] = bounds[i].good;
		assert_int_equal(check(), 0);
		page[bounds[i].at] = bounds[i].bad;
		assert_int_equal(check(), RP_ECORRUPT);
	}
	forge(200, 255, 47, 64, (const unsigned[]){0});
	page[1] = 3; /* 968 × 47 bits */
	assert_int_equal(check(), RP_ECORRUPT);
	forge(0, 0, 0, 32704, (const unsigned[]){0});
	assert_int_equal(check(), 0);
	forge(0, 0, 0, 32705, (const unsigned[]){0});
	assert_int_equal(check(), RP_ECORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_page_has_nothing),
		cmocka_unit_test(one_key_wherever_it_is),
		cmocka_unit_test(the_nearest_neighbours),
		cmocka_unit_test(any_number_of_keys),
		cmocka_unit_test(the_range_is_the_widest),
		cmocka_unit_test(keys_in_a_heap),
		cmocka_unit_test(too_many_for_a_page),
		cmocka_unit_test(every_flipped_bit_breaks_the_seal),
		cmocka_unit_test(a_seal_is_good_for_its_place_alone),
		cmocka_unit_test(a_forged_stream),
		cmocka_unit_test(a_forged_header),
		cmocka_unit_test(damaged_pages_are_read_to_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
