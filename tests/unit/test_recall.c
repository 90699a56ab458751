/* What rempart-fetch said lately: for a day, for that account and that password, in so much memory. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/recall.h"

#define NOW 5000

static struct en_recall *recall;
static struct en_finding found;

static int make(void **state)
{
	(void)state;
	recall = en_recall_new();
	return recall ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	en_recall_free(recall);
	return 0;
}

static struct rp_request about(const char *user, unsigned password)
{
	struct rp_request req = {.verb = RP_ACCOUNT, .has_digest = true};

	strcpy(req.user, user);
	memcpy(req.digest, &password, sizeof password);
	return req;
}

static void put(const char *user, unsigned password, int64_t now, enum en_known known, uint64_t prevalence)
{
	struct en_finding f = {.known = known, .prevalence = prevalence};
	struct rp_request req = about(user, password);

	en_recall_put(recall, &req, now, &f);
}

static bool get(const char *user, unsigned password, int64_t now)
{
	struct rp_request req = about(user, password);

	return en_recall_get(recall, &req, now, &found);
}

static void what_was_said_comes_back(void **state)
{
	(void)state;
	assert_false(get("martin", 1, NOW));
	put("martin", 1, NOW, EN_KNOWN_LEAKED, 4711);
	put("martin", 2, NOW, EN_KNOWN_CLEAN, 0);
	put("martin", 3, NOW, EN_UNKNOWN, 0);
	put("martin", 4, NOW, EN_KNOWN_LEAKED, UINT64_MAX);
	assert_true(get("martin", 1, NOW));
	assert_int_equal(found.known, EN_KNOWN_LEAKED);
	assert_int_equal(found.prevalence, 4711);
	assert_true(get("martin", 2, NOW));
	assert_int_equal(found.known, EN_KNOWN_CLEAN);
	assert_int_equal(found.prevalence, 0);
	assert_true(get("martin", 3, NOW));
	assert_int_equal(found.known, EN_UNKNOWN);
	assert_string_equal(found.cause, "asked-lately");
	assert_true(get("martin", 4, NOW));
	assert_int_equal(found.known, EN_KNOWN_LEAKED);
	assert_int_equal(found.prevalence, UINT32_MAX - 1);
}

static void it_is_of_one_account_and_one_password(void **state)
{
	(void)state;
	put("martin", 1, NOW, EN_KNOWN_LEAKED, 1);
	assert_false(get("durand", 1, NOW));
	assert_false(get("", 1, NOW));
	assert_false(get("martin", 2, NOW));
	put("", 1, NOW, EN_KNOWN_CLEAN, 0);
	assert_true(get("", 1, NOW));
	assert_int_equal(found.known, EN_KNOWN_CLEAN);
	assert_true(get("martin", 1, NOW));
	assert_int_equal(found.known, EN_KNOWN_LEAKED);
}

static void it_is_forgotten_in_a_day(void **state)
{
	(void)state;
	put("martin", 1, NOW, EN_KNOWN_LEAKED, 1);
	assert_true(get("martin", 1, NOW + EN_RECALL_MS - 1));
	assert_false(get("martin", 1, NOW + EN_RECALL_MS));
	/* Said again it holds for another day, with what was said last. */
	put("martin", 1, NOW + EN_RECALL_MS, EN_KNOWN_CLEAN, 0);
	assert_true(get("martin", 1, NOW + 2 * EN_RECALL_MS - 1));
	assert_int_equal(found.known, EN_KNOWN_CLEAN);
	assert_false(get("martin", 1, NOW + 2 * EN_RECALL_MS));
}

static void what_was_said_last_counts(void **state)
{
	(void)state;
	put("martin", 1, NOW, EN_KNOWN_CLEAN, 0);
	put("martin", 1, NOW + 10, EN_KNOWN_LEAKED, 3);
	assert_true(get("martin", 1, NOW + 10));
	assert_int_equal(found.known, EN_KNOWN_LEAKED);
}

/* More than it holds: what is left is right, and the oldest went first. */
static void it_does_not_grow(void **state)
{
	const unsigned all = 4 * EN_RECALL_ENTRIES;
	unsigned kept = 0, kept_of_newest = 0;

	(void)state;
	for (unsigned i = 0; i < all; i++)
		put("martin", i, NOW + 1000 * (int64_t)i, i % 2 ? EN_KNOWN_LEAKED : EN_KNOWN_CLEAN, i);
	for (unsigned i = 0; i < all; i++) {
		if (!get("martin", i, NOW))
			continue;
		assert_int_equal(found.known, i % 2 ? EN_KNOWN_LEAKED : EN_KNOWN_CLEAN);
		assert_int_equal(found.prevalence, i % 2 ? i : 0);
		kept++;
		kept_of_newest += i >= all - EN_RECALL_ENTRIES / 4;
	}
	assert_in_range(kept, EN_RECALL_ENTRIES * 9 / 10, EN_RECALL_ENTRIES);
	assert_in_range(kept_of_newest, EN_RECALL_ENTRIES / 4 * 98 / 100, EN_RECALL_ENTRIES / 4);
}

static void each_process_has_a_key_of_its_own(void **state)
{
	struct en_recall *other = en_recall_new();
	struct rp_request req = about("martin", 1);

	(void)state;
	put("martin", 1, NOW, EN_KNOWN_LEAKED, 1);
	assert_false(en_recall_get(other, &req, NOW, &found));
	en_recall_free(other);
	en_recall_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_said_comes_back, make, drop),
		cmocka_unit_test_setup_teardown(it_is_of_one_account_and_one_password, make, drop),
		cmocka_unit_test_setup_teardown(it_is_forgotten_in_a_day, make, drop),
		cmocka_unit_test_setup_teardown(what_was_said_last_counts, make, drop),
		cmocka_unit_test_setup_teardown(it_does_not_grow, make, drop),
		cmocka_unit_test_setup_teardown(each_process_has_a_key_of_its_own, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
