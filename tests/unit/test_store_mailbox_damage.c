/* Mailboxes that are not what was saved. */
#include "tests/unit/test_store.h"

#include <sqlite3.h>
#include "store/record.h"

/* Mailbox 35 on its own, changed with SQL, and put right again by the next call. */
static void damage(const char *change, int want)
{
	struct st_store *s = open_store();
	struct st_mailbox m;
	char sql[256];
	sqlite3 *db;

	fill_mailbox(&m, 35);
	save_mailbox(s, &m);
	snprintf(sql, sizeof(sql), "UPDATE mailbox SET %s", change);
	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	sqlite3_close(db);
	assert_int_equal(st_mailbox_load(s, m.key, &m), want);
	if (want) {
		assert_false(m.exists);
		assert_non_null(strstr(st_why(s), "mailbox"));
	}
	assert_int_equal(st_verify(s), want);
	st_close(s);
}

static void damage_is_seen(void **state)
{
	static const char *const changes[] = {
		"listed = 0",
		"listed = 1",
		"listed = 257",
		"listed = -1",
		"listed = 'x'",
		"until = 1",
		"checked = 0",
		"checked = 1",
		"checked = 'x'",
		"found = 0",
		"found = 2",
		"record = ''",
		"record = 'text'",
		"record = substr(record, 1, 9)",
		"record = record || x'00'",
		"record = zeroblob(5000)",
		"record = zeroblob(8)",
	};

	(void)state;
	damage("listed = listed", 0);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		damage(changes[i], RP_ECORRUPT);
}

static void each_byte_of_a_record_counts(void **state)
{
	uint8_t record[ST_MAILBOX_RECORD_MAX + 1];
	struct st_mailbox m, out;
	int len;

	(void)state;
	fill_mailbox(&m, 35);
	len = st_mailbox_encode(&m, record, sizeof(record));
	assert_in_range(len, 40, ST_MAILBOX_RECORD_MAX);
	for (int i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			record[i] ^= (uint8_t)(1 << bit);
			out = (struct st_mailbox){.listed = m.listed, .until = m.until, .checked = m.checked};
			memcpy(out.key, m.key, sizeof(m.key));
			assert_int_equal(st_mailbox_decode(&out, record, (size_t)len), RP_ECORRUPT);
			assert_false(out.exists);
			record[i] ^= (uint8_t)(1 << bit);
		}
	for (int size = 0; size < len; size++)
		assert_int_equal(st_mailbox_encode(&m, record, (size_t)size), RP_EINVAL);
}

/* A record is worth nothing under another key. */
static void one_put_in_another_s_place_is_seen(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_mailbox m;
	sqlite3 *db;

	(void)state;
	ok(s, put_mailboxes(s, t, 1, 1));
	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "INSERT INTO mailbox SELECT zeroblob(16), listed, until, checked,"
				      " found, record FROM mailbox",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_mailbox(s, 1);
	assert_int_equal(st_mailbox_load(s, (uint8_t[ST_HASH_LEN]){0}, &m), RP_ECORRUPT);
	assert_int_equal(st_verify(s), RP_ECORRUPT);
	assert_int_equal(sqlite3_exec(db, "UPDATE mailbox SET key = x'0102' WHERE key = zeroblob(16)", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(st_verify(s), RP_ECORRUPT);
	assert_int_equal(sqlite3_exec(db, "UPDATE mailbox SET key = 7 WHERE key = x'0102'", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(st_verify(s), RP_ECORRUPT);
	sqlite3_close(db);
	st_turn_free(t);
	st_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(damage_is_seen),
		cmocka_unit_test(each_byte_of_a_record_counts),
		TEST(one_put_in_another_s_place_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
