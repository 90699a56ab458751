/* Turns: what is named, begun, committed, rolled back, and seen by others. */
#include "tests/unit/test_store.h"

#include <time.h>

static void names_are_deduplicated_and_stay(void **state)
{
	struct st_turn *t = st_turn_new();
	struct st_account *a[ST_TURN_MAX];
	struct st_throttle_record *r[3 * ST_TURN_MAX];
	char name[300] = "";

	(void)state;
	for (unsigned i = 0; i < ST_TURN_MAX; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		a[i] = st_turn_account(t, name);
		assert_string_equal(a[i]->name, name);
	}
	for (unsigned i = 0; i < 3 * ST_TURN_MAX; i++) {
		r[i] = st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){[0] = i & 255, [15] = i >> 8});
		assert_non_null(r[i]);
	}
	assert_null(st_turn_account(t, "one more"));
	assert_null(st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){[7] = 1}));
	for (unsigned i = 0; i < ST_TURN_MAX; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		assert_ptr_equal(st_turn_account(t, name), a[i]);
	}
	for (unsigned i = 0; i < 3 * ST_TURN_MAX; i++)
		assert_ptr_equal(st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){[0] = i & 255, [15] = i >> 8}),
				 r[i]);
	st_turn_clear(t);
	assert_string_equal(st_turn_account(t, "one more")->name, "one more");
	memset(name, 'x', RP_USER_MAX + 1);
	assert_null(st_turn_account(t, name));
	name[RP_USER_MAX] = '\0';
	assert_string_equal(st_turn_account(t, name)->name, name);
	st_turn_free(t);
}

static void events_are_bounded(void **state)
{
	struct st_turn *t = st_turn_new();

	(void)state;
	for (unsigned i = 0; i < 4 * ST_TURN_MAX; i++)
		st_turn_event(t)->time = i;
	assert_null(st_turn_event(t));
	assert_int_equal(st_turn_event_at(t, 4 * ST_TURN_MAX - 1)->time, 4 * ST_TURN_MAX - 1);
	assert_null(st_turn_event_at(t, 4 * ST_TURN_MAX));
	st_turn_clear(t);
	assert_null(st_turn_event_at(t, 0));
	st_turn_free(t);
}

static void a_cleared_turn_holds_nothing(void **state)
{
	static const struct st_account nothing;
	struct st_turn *t = st_turn_new();
	struct st_account *a = st_turn_account(t, "alice");
	struct st_event *e = st_turn_event(t);

	(void)state;
	fill_account(a, 3);
	strcpy(e->text, "said");
	st_turn_clear(t);
	assert_memory_equal(a, &nothing, sizeof(nothing));
	assert_string_equal(e->text, "");
	st_turn_free(t);
}

static void what_is_committed_is_read_again(void **state)
{
	const uint8_t key[ST_HASH_LEN] = {1, 2, 3};
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_throttle_record *r;

	(void)state;
	assert_null(see_account(s, t, "alice"));
	st_turn_clear(t);
	fill_account((st_turn_account(t, "alice")), 0); /* before st_begin: forgotten by it */
	r = st_turn_throttle(t, key);
	ok(s, st_begin(s, t, 0));
	assert_false(st_turn_account(t, "alice")->exists);
	assert_int_equal(st_turn_account(t, "alice")->n_tokens, 0);
	fill_account(st_turn_account(t, "alice"), 5);
	*r = (struct st_throttle_record){
		.exists = true, .dirty = true, .t = {UINT32_MAX, INT64_MAX, INT64_MIN}};
	memcpy(r->key, key, sizeof(key));
	ok(s, st_commit(s, t));
	st_close(s);
	s = open_store();
	st_turn_clear(t);
	st_turn_account(t, "alice");
	r = st_turn_throttle(t, key);
	ok(s, st_begin(s, t, 0));
	assert_account(st_turn_account(t, "alice"), 5);
	assert_false(st_turn_account(t, "alice")->dirty);
	assert_true(r->exists && !r->dirty && r->t.failures == UINT32_MAX);
	assert_true(r->t.last == INT64_MAX && r->t.until == INT64_MIN);
	st_close(s); /* with the turn open: as if rolled back */
	st_turn_free(t);
}

static void only_dirty_records_are_written(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_account *a;

	(void)state;
	ok(s, put_account(s, t, "alice", 1));
	st_turn_clear(t);
	a = st_turn_account(t, "alice");
	ok(s, st_begin(s, t, 0));
	a->created = 7;
	ok(s, st_commit(s, t));
	assert_account(see_account(s, t, "alice"), 1);
	st_turn_free(t);
	st_close(s);
}

static void a_rollback_leaves_nothing(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	char got[8];

	(void)state;
	st_turn_account(t, "alice");
	ok(s, st_begin(s, t, 0));
	fill_account(st_turn_account(t, "alice"), 1);
	ok(s, st_meta_set(s, "name", "value", 5));
	st_rollback(s);
	assert_int_equal(st_commit(s, t), RP_EINVAL);
	assert_null(see_account(s, t, "alice"));
	assert_int_equal(st_meta_get(s, "name", got, sizeof(got)), RP_ENOENT);
	st_turn_free(t);
	st_close(s);
}

static void dirty_and_gone_is_deleted(void **state)
{
	const uint8_t key[ST_HASH_LEN] = {9};
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	int64_t n = -1;

	(void)state;
	for (int round = 0; round < 3; round++) { /* made, deleted, deleted once more */
		st_turn_clear(t);
		struct st_account *a = st_turn_account(t, "alice");
		struct st_throttle_record *r = st_turn_throttle(t, key);

		ok(s, st_begin(s, t, 0));
		assert_int_equal(a->exists, round == 1);
		assert_int_equal(r->exists, round == 1);
		fill_account(a, 1);
		a->exists = r->exists = round == 0;
		r->dirty = true;
		ok(s, st_commit(s, t));
		ok(s, st_count_accounts(s, &n));
		assert_int_equal(n, round == 0);
	}
	st_turn_free(t);
	st_close(s);
}

static void a_turn_cannot_grow_once_begun(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();

	(void)state;
	st_turn_account(t, "alice");
	ok(s, st_begin(s, t, 0));
	assert_null(st_turn_account(t, "bob"));
	assert_null(st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){1}));
	assert_non_null(st_turn_account(t, "alice"));
	assert_int_equal(st_begin(s, t, 0), RP_EINVAL);
	st_rollback(s);
	st_turn_free(t);
	st_close(s);
}

static void an_account_out_of_bounds_stops_the_turn(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();

	(void)state;
	st_turn_account(t, "alice");
	st_turn_account(t, "bob");
	ok(s, st_begin(s, t, 0));
	fill_account(st_turn_account(t, "alice"), 1);
	fill_account(st_turn_account(t, "bob"), 1);
	st_turn_account(t, "bob")->n_tokens = ST_TOKENS_MAX + 1;
	assert_int_equal(st_commit(s, t), RP_EINVAL);
	assert_null(see_account(s, t, "alice"));
	st_turn_free(t);
	st_close(s);
}

static void names_are_bytes(void **state)
{
	static const char *const names[] = {"Alice",	     "alice",  "alice ", "al\xff\xfe",
					    "\xc3\xa9lodie", "o'neil", "%"};
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		ok(s, put_account(s, t, names[i], i));
	for (unsigned i = 0; i < 7; i++)
		assert_account(see_account(s, t, names[i]), i);
	assert_null(see_account(s, t, "ALICE"));
	st_turn_clear(t);
	assert_int_equal(put_account(s, t, "", 1), RP_EINVAL);
	st_turn_free(t);
	st_close(s);
}

static int64_t ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void two_handles_wait_for_each_other(void **state)
{
	struct st_store *one = open_store(), *two = open_store();
	struct st_turn *t = st_turn_new(), *u = st_turn_new();
	int64_t start;

	(void)state;
	st_turn_account(t, "alice");
	st_turn_account(u, "alice");
	ok(one, st_begin(one, t, 0));
	start = ms();
	assert_int_equal(st_begin(two, u, 60), RP_EBUSY);
	assert_in_range(ms() - start, 60, 1500);
	start = ms();
	assert_int_equal(st_begin(two, u, 0), RP_EBUSY);
	assert_in_range(ms() - start, 0, 1500);
	fill_account(st_turn_account(t, "alice"), 4);
	ok(one, st_commit(one, t));
	ok(two, st_begin(two, u, 0));
	assert_account(st_turn_account(u, "alice"), 4);
	st_rollback(two);
	st_turn_free(t);
	st_turn_free(u);
	st_close(one);
	st_close(two);
}

static void values_beside_the_records(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	char got[8] = "";

	(void)state;
	assert_int_equal(st_meta_set(s, "name", "value", 5), RP_EINVAL);
	ok(s, st_begin(s, t, 0));
	ok(s, st_meta_set(s, "name", "value", 5));
	assert_int_equal(st_meta_get(s, "name", got, sizeof(got)), 5);
	ok(s, st_meta_set(s, "name", "\0v", 2));
	ok(s, st_meta_set(s, "empty", NULL, 0));
	ok(s, st_commit(s, t));
	assert_int_equal(st_meta_get(s, "name", got, sizeof(got)), 2);
	assert_memory_equal(got, "\0v", 2);
	assert_int_equal(st_meta_get(s, "empty", got, sizeof(got)), 0);
	assert_int_equal(st_meta_get(s, "none", got, sizeof(got)), RP_ENOENT);
	assert_int_equal(st_meta_get(s, "name", got, 1), RP_EINVAL);
	st_turn_free(t);
	st_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_deduplicated_and_stay),
		cmocka_unit_test(events_are_bounded),
		cmocka_unit_test(a_cleared_turn_holds_nothing),
		TEST(what_is_committed_is_read_again),
		TEST(only_dirty_records_are_written),
		TEST(a_rollback_leaves_nothing),
		TEST(dirty_and_gone_is_deleted),
		TEST(a_turn_cannot_grow_once_begun),
		TEST(an_account_out_of_bounds_stops_the_turn),
		TEST(names_are_bytes),
		TEST(two_handles_wait_for_each_other),
		TEST(values_beside_the_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
