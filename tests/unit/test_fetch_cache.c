/* fetch/cache.h: how long an answer is taken as it is, and which one goes when there is no room. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fetch/cache.h"

#define KIND 0
#define T0 1000000

static struct fe_cache *cache;

static int set_up(void **state)
{
	(void)state;
	return fe_cache_open(&cache);
}

static int tear_down(void **state)
{
	(void)state;
	fe_cache_close(cache);
	return 0;
}

static void set(struct fe_kept *k, uint8_t byte, const char *etag, int64_t now)
{
	uint8_t *bytes = malloc(1);

	assert_non_null(bytes);
	*bytes = byte;
	fe_kept_set(k, bytes, 1, etag, now);
}

/* An answer of one byte. */
static void put(const char *prefix, uint8_t byte, const char *etag, int64_t now)
{
	struct fe_kept k;

	set(&k, byte, etag, now);
	fe_cache_put(cache, KIND, prefix, &k);
	assert_null(k.bytes);
}

/* The byte of prefix's answer, or -1. */
static int get(const char *prefix, int64_t now)
{
	const struct fe_kept *k = fe_cache_get(cache, KIND, prefix, now);

	if (k)
		assert_int_equal(k->len, 1);
	return k ? k->bytes[0] : -1;
}

static void fresh_for_a_while(void **state)
{
	(void)state;

	assert_int_equal(get("0af91", T0), -1);
	put("0af91", 7, "\"e\"", T0);
	assert_int_equal(get("0af91", T0), 7);
	assert_int_equal(get("0af91", T0 + FE_CACHE_FRESH_MS - 1), 7);
	assert_int_equal(get("0af91", T0 + FE_CACHE_FRESH_MS), -1);
	assert_int_equal(get("0af92", T0), -1);
	assert_null(fe_cache_get(cache, KIND + 1, "0af91", T0));
}

static void the_stale_one_is_there_to_be_asked_about(void **state)
{
	struct fe_kept k;
	(void)state;

	assert_false(fe_cache_take(cache, KIND, "0af91", &k));
	assert_null(k.bytes);
	put("0af91", 7, "W/\"x\"", T0);
	assert_int_equal(get("0af91", T0 + 10 * FE_CACHE_FRESH_MS), -1);
	assert_false(fe_cache_take(cache, KIND + 1, "0af91", &k));
	assert_true(fe_cache_take(cache, KIND, "0af91", &k));
	assert_string_equal(k.etag, "W/\"x\"");
	assert_int_equal(k.bytes[0], 7);
	assert_int_equal(k.checked, T0);
	/* It was moved, not copied. */
	assert_int_equal(get("0af91", T0), -1);
	k.checked = T0 + 10 * FE_CACHE_FRESH_MS;
	fe_cache_put(cache, KIND, "0af91", &k);
	assert_int_equal(get("0af91", T0 + 10 * FE_CACHE_FRESH_MS), 7);
}

static void a_newer_one_takes_its_place(void **state)
{
	(void)state;

	put("0af91", 7, "\"a\"", T0);
	put("0af91", 8, "\"b\"", T0 + 1);
	assert_int_equal(get("0af91", T0 + 1), 8);
	fe_cache_empty(cache);
	assert_int_equal(get("0af91", T0 + 1), -1);
}

static void the_least_lately_used_goes(void **state)
{
	char prefix[6];
	(void)state;

	for (unsigned i = 0; i < FE_CACHE_SIZE; i++) {
		sprintf(prefix, "%05x", i);
		put(prefix, (uint8_t)i, NULL, T0);
	}
	/* All fit; the first one put in is used once more, so the second one goes. */
	assert_int_equal(get("00000", T0), 0);
	put("fffff", 200, NULL, T0);
	assert_int_equal(get("00001", T0), -1);
	assert_int_equal(get("00000", T0), 0);
	assert_int_equal(get("fffff", T0), 200);
	for (unsigned i = 2; i < FE_CACHE_SIZE; i++) {
		sprintf(prefix, "%05x", i);
		assert_int_equal(get(prefix, T0), (int)i);
	}
	put("ffffe", 201, NULL, T0);
	assert_int_equal(get("00000", T0), -1);
	assert_int_equal(get("00002", T0), 2);
}

static void a_place_that_was_left_is_taken_first(void **state)
{
	struct fe_kept k;
	char prefix[6];
	(void)state;

	for (unsigned i = 0; i < FE_CACHE_SIZE; i++) {
		sprintf(prefix, "%05x", i);
		put(prefix, (uint8_t)i, NULL, T0);
	}
	assert_true(fe_cache_take(cache, KIND, "00005", &k));
	fe_kept_free(&k);
	put("fffff", 200, NULL, T0);
	assert_int_equal(get("00000", T0), 0);
	assert_int_equal(get("fffff", T0), 200);
	assert_int_equal(get("00005", T0), -1);
}

static void etags(void **state)
{
	char etag[FE_ETAG_MAX + 2];
	struct fe_kept k;
	(void)state;

	memset(etag, 'e', sizeof etag);
	etag[FE_ETAG_MAX] = '\0';
	set(&k, 7, etag, T0);
	assert_string_equal(k.etag, etag);
	assert_int_equal(k.checked, T0);
	fe_kept_free(&k);
	etag[FE_ETAG_MAX] = 'e';
	etag[FE_ETAG_MAX + 1] = '\0';
	set(&k, 7, etag, T0);
	assert_string_equal(k.etag, "");
	fe_kept_free(&k);
	assert_null(k.bytes);
	set(&k, 7, NULL, T0);
	assert_string_equal(k.etag, "");
	fe_kept_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fresh_for_a_while, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_stale_one_is_there_to_be_asked_about, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_newer_one_takes_its_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_least_lately_used_goes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_place_that_was_left_is_taken_first, set_up, tear_down),
		cmocka_unit_test(etags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
