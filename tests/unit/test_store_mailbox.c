/* Mailboxes: saved and read again, counted, forgotten, and damaged. */
#include "tests/unit/test_store.h"

#include <sqlite3.h>

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

/* Saves m in a turn of its own. */
static void save(struct st_store *s, const struct st_mailbox *m)
{
	struct st_turn *t = st_turn_new();

	ok(s, st_begin(s, t, 0));
	ok(s, st_mailbox_save(s, m));
	ok(s, st_commit(s, t));
	st_turn_free(t);
}

/* The list and lookups do not touch each other, and what belonged to one that is gone is gone with it. */
static void one_part_leaves_without_the_other(void **state)
{
	struct st_store *s = open_store();
	struct st_mailbox m, got;

	(void)state;
	fill_mailbox(&m, 35); /* on the list and in both sorts of breaches */
	save(s, &m);
	m.listed = ST_LISTED_NOT;
	save(s, &m);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_true(got.exists && got.since == 0 && got.until == 0 && got.reason[0] == '\0');
	assert_int_equal(got.checked, m.checked);
	assert_string_equal(got.stealer.name, "stealer");
	assert_string_equal(got.breach.name, "breach");
	fill_mailbox(&m, 35);
	m.checked = 0;
	save(s, &m);
	ok(s, st_mailbox_load(s, m.key, &got));
	assert_string_equal(got.reason, "reason 35");
	assert_true(got.exists && got.rules == 0 && got.stealer.added == 0 && got.breach.added == 0);
	m.listed = ST_LISTED_NOT;
	save(s, &m);
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
		save(s, &m);
		m.exists = false;
		save(s, &m);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
