/* Mailboxes: saved and read again, counted, and forgotten by and by. */
#include "tests/unit/test_store.h"

#define MANY 300

static void what_is_saved_is_read_again(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();

	(void)state;
	assert_mailbox(s, 0); /* there is none yet, and 0 makes none */
	ok(s, put_mailboxes(s, t, 0, MANY));
	for (unsigned i = 0; i < MANY; i++)
		assert_mailbox(s, i);
	st_close(s);
	s = open_store();
	for (unsigned i = 0; i < MANY; i++)
		assert_mailbox(s, i);
	assert_mailbox(s, 6 * MANY);
	ok(s, st_verify(s));
	st_turn_free(t);
	st_close(s);
}

static void extremes_are_kept(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_mailbox m, got;

	(void)state;
	memset(&m, 0xff, sizeof(m));
	m.exists = m.no_record = true;
	m.listed = ST_LISTED_STEALER;
	m.since = m.until = m.checked = INT64_MIN;
	m.stealer.added = m.breach.date = INT64_MAX;
	m.reason[ST_REASON_MAX] = m.stealer.name[RP_BREACH_NAME_MAX] = m.breach.name[RP_BREACH_NAME_MAX] =
		'\0';
	ok(s, st_begin(s, t, 0));
	ok(s, st_mailbox_save(s, &m));
	ok(s, st_commit(s, t));
	memset(&got, 0xff, sizeof(got)); /* whatever lies between the fields */
	memcpy(got.key, m.key, sizeof(m.key));
	ok(s, st_mailbox_load(s, got.key, &got));
	assert_true(got.exists && got.no_record && got.rules == 255);
	assert_int_equal(got.listed, ST_LISTED_STEALER);
	assert_true(got.since == INT64_MIN && got.until == INT64_MIN && got.checked == INT64_MIN);
	assert_true(got.stealer.added == INT64_MAX && got.breach.date == INT64_MAX && got.breach.added == -1);
	assert_string_equal(got.reason, m.reason);
	assert_string_equal(got.stealer.name, m.stealer.name);
	assert_string_equal(got.breach.name, m.breach.name);
	ok(s, st_verify(s));
	st_turn_free(t);
	st_close(s);
}

/* The list and lookups do not touch each other, and what belonged to one that is gone is gone with it. */
static void one_part_leaves_without_the_other(void **state)
{
	struct st_store *s = open_store();
	struct st_mailbox m, got;

	(void)state;
	fill_mailbox(&m, 35); /* on the list and in both sorts of breaches */
	save_mailbox(s, &m);
	m.listed = ST_LISTED_NOT;
	save_mailbox(s, &m);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_true(got.exists && got.since == 0 && got.until == 0 && got.reason[0] == '\0');
	assert_int_equal(got.checked, m.checked);
	assert_string_equal(got.stealer.name, "stealer");
	assert_string_equal(got.breach.name, "breach");
	fill_mailbox(&m, 35);
	m.checked = 0;
	save_mailbox(s, &m);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_string_equal(got.reason, "reason 35");
	assert_true(got.exists && got.rules == 0 && got.stealer.added == 0 && got.breach.added == 0);
	m.listed = ST_LISTED_NOT;
	save_mailbox(s, &m);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_false(got.exists);
	ok(s, st_verify(s));
	st_close(s);
}

static void one_that_does_not_exist_is_deleted(void **state)
{
	struct st_store *s = open_store();
	struct st_mailbox m, got;
	int64_t listed = -1, checked = -1;

	(void)state;
	fill_mailbox(&m, 35);
	for (unsigned round = 0; round < 2; round++) {
		save_mailbox(s, &m);
		m.exists = false;
		save_mailbox(s, &m);
		ok(s, st_mailbox_load(s, m.key, &got));
		assert_false(got.exists);
		assert_int_equal(got.checked, 0);
		ok(s, st_count_mailboxes(s, 0, &listed, &checked));
		assert_true(listed == 0 && checked == 0);
	}
	st_close(s);
}

static void a_rollback_leaves_nothing_saved(void **state)
{
	struct st_store *s = open_store(), *other = open_store();
	struct st_turn *t = st_turn_new();
	struct st_mailbox m, got;

	(void)state;
	fill_mailbox(&m, 1);
	assert_int_equal(st_mailbox_save(s, &m), RP_EINVAL);
	ok(s, st_begin(s, t, 0));
	ok(s, st_mailbox_save(s, &m));
	assert_mailbox(s, 1);
	ok(other, st_mailbox_load(other, m.key, &got)); /* nobody else sees it yet */
	assert_false(got.exists);
	st_rollback(s);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_false(got.exists);
	st_turn_free(t);
	st_close(other);
	st_close(s);
}

/* Each of these would not be read back as it is. */
static void out_of_bounds_is_not_saved(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_mailbox m;

	(void)state;
	ok(s, st_begin(s, t, 0));
#define REFUSED(change)                                                                                      \
	do {                                                                                                 \
		fill_mailbox(&m, 35);                                                                        \
		change;                                                                                      \
		assert_int_equal(st_mailbox_save(s, &m), RP_EINVAL);                                         \
	} while (0)
	REFUSED(m.listed = ST_LISTED_STEALER + 1);
	REFUSED(memset(m.reason, 'x', sizeof(m.reason)));
	REFUSED(memset(m.stealer.name, 'x', sizeof(m.stealer.name)));
	REFUSED(memset(m.breach.name, 'x', sizeof(m.breach.name)));
#undef REFUSED
	ok(s, st_commit(s, t));
	ok(s, st_mailbox_load(s, m.key, &m));
	assert_false(m.exists);
	st_turn_free(t);
	st_close(s);
}

static void they_are_counted(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	int64_t listed = -1, checked = -1, over = 0;

	(void)state;
	ok(s, st_count_mailboxes(s, 0, &listed, &checked));
	assert_true(listed == 0 && checked == 0);
	ok(s, put_mailboxes(s, t, 0, 240));
	ok(s, st_count_mailboxes(s, 1800000001, &listed, &checked));
	for (unsigned i = 1; i < 240; i += 8)
		over += 1800000000 + i <= 1800000001;
	assert_int_equal(over, 1);
	assert_int_equal(listed, 120 - over);
	assert_int_equal(checked, 160);
	ok(s, st_count_mailboxes(s, 1800000000, &listed, &checked));
	assert_int_equal(listed, 120);
	ok(s, st_count_mailboxes(s, INT64_MAX, &listed, &checked));
	assert_int_equal(listed, 90);
	st_turn_free(t);
	st_close(s);
}

/* count mailboxes from `from` on that were looked up at the time checked. */
static void look_up(struct st_store *s, unsigned from, unsigned count, int64_t checked)
{
	struct st_turn *t = st_turn_new();
	struct st_mailbox m;

	ok(s, st_begin(s, t, 1000));
	for (unsigned i = from; i < from + count; i++) {
		fill_mailbox(&m, i);
		m = (struct st_mailbox){
			.key = {m.key[0], m.key[1], m.key[2], m.key[3]}, .exists = true, .checked = checked};
		ok(s, st_mailbox_save(s, &m));
	}
	ok(s, st_commit(s, t));
	st_turn_free(t);
}

static int64_t lookups(struct st_store *s)
{
	int64_t listed = -1, checked = -1;

	ok(s, st_count_mailboxes(s, 0, &listed, &checked));
	return checked;
}

/* A call looks at so many at most, and the next goes on from there, past recent ones, which stay. */
static void stale_lookups_are_forgotten_bit_by_bit(void **state)
{
	struct st_store *s = open_store();
	int64_t left = 5000;
	unsigned calls = 0;

	(void)state;
	look_up(s, 0, 2500, 2000);
	look_up(s, 2500, 2500, 1000);
	ok(s, st_tidy(s, 0, 1000));
	assert_int_equal(lookups(s), 5000);
	while (left > 2500) {
		int64_t before = left;

		ok(s, st_tidy(s, 0, 1001));
		left = lookups(s);
		assert_in_range(before - left, 0, 2000);
		assert_in_range(++calls, 1, 6);
	}
	for (calls = 0; calls < 6; calls++)
		ok(s, st_tidy(s, 0, 2000));
	assert_int_equal(lookups(s), 2500);
	ok(s, st_verify(s));
	st_close(s);
}

/* Two handles go through it on their own, and what comes in behind either is for its next round. */
static void none_is_passed_over(void **state)
{
	struct st_store *one = open_store(), *two = open_store();

	(void)state;
	look_up(one, 100, 4900, 1000);
	ok(one, st_tidy(one, 0, 2000));
	ok(two, st_tidy(two, 0, 2000));
	look_up(two, 0, 100, 1000);
	for (unsigned round = 0; round < 4; round++) {
		ok(one, st_tidy(one, 0, 2000));
		ok(two, st_tidy(two, 0, 2000));
	}
	assert_int_equal(lookups(one), 0);
	st_close(two);
	st_close(one);
}

static void the_list_and_what_was_found_stay(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_mailbox m, want;

	(void)state;
	ok(s, put_mailboxes(s, t, 0, 210));
	for (unsigned calls = 0; calls < 3; calls++)
		ok(s, st_tidy(s, INT64_MAX, INT64_MAX));
	for (unsigned i = 0; i < 210; i++) {
		fill_mailbox(&want, i);
		ok(s, st_mailbox_load(s, want.key, &m));
		assert_int_equal(m.exists, want.listed || want.stealer.added || want.breach.added);
		if (m.exists)
			assert_memory_equal(&m, &want, sizeof(m));
	}
	st_turn_free(t);
	st_close(s);
}

static void nothing_is_forgotten_in_a_turn(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();

	(void)state;
	look_up(s, 0, 10, 1000);
	ok(s, st_begin(s, t, 0));
	assert_int_equal(st_tidy(s, 0, 2000), RP_EINVAL);
	st_rollback(s);
	assert_int_equal(lookups(s), 10);
	st_turn_free(t);
	st_close(s);
}

/* A list comes sorted, a thousand at a time. */
static void a_long_list_takes_little_room(void **state)
{
	const unsigned n = 20000;
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct stat st;

	(void)state;
	for (unsigned at = 0; at < n; at += 1000) {
		st_turn_clear(t);
		ok(s, st_begin(s, t, 1000));
		for (unsigned i = at; i < at + 1000; i++) {
			struct st_mailbox m = {
				.exists = true, .listed = ST_LISTED_ADMIN, .since = 1790000000};

			for (unsigned b = 0; b < 4; b++)
				m.key[b] = (uint8_t)(i >> 8 * (3 - b));
			ok(s, st_mailbox_save(s, &m));
		}
		ok(s, st_commit(s, t));
	}
	ok(s, st_verify(s));
	st_turn_free(t);
	st_close(s);
	assert_int_equal(stat(in_folder("store.db"), &st), 0);
	assert_in_range(st.st_size / n, 40, 55);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_saved_is_read_again),
		TEST(extremes_are_kept),
		TEST(one_part_leaves_without_the_other),
		TEST(one_that_does_not_exist_is_deleted),
		TEST(a_rollback_leaves_nothing_saved),
		TEST(out_of_bounds_is_not_saved),
		TEST(they_are_counted),
		TEST(stale_lookups_are_forgotten_bit_by_bit),
		TEST(none_is_passed_over),
		TEST(the_list_and_what_was_found_stay),
		TEST(nothing_is_forgotten_in_a_turn),
		TEST(a_long_list_takes_little_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
