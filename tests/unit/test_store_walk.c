/* Walks over accounts and events, housekeeping, the full check. */
#include "tests/unit/test_store.h"

#include <sqlite3.h>

struct seen {
	struct st_store *s;
	struct st_turn *t;
	int n, stop_at;
	char names[400][16];
	int64_t seqs[400];
};

static struct seen seen;

static void look_anew(struct st_store *s)
{
	memset(&seen, 0, sizeof(seen));
	seen.s = s;
}

static int see(const struct st_account *a, void *ctx)
{
	struct seen *w = ctx;

	assert_in_range(w->n, 0, 399);
	strcpy(w->names[w->n++], a->name);
	return w->n == w->stop_at ? 42 : 0;
}

static int see_event(const struct st_event *e, void *ctx)
{
	struct seen *w = ctx;

	assert_in_range(w->n, 0, 399);
	strcpy(w->names[w->n], e->account);
	w->seqs[w->n++] = e->seq;
	return w->n == w->stop_at ? 42 : 0;
}

/* user000 … in one turn of at most ST_TURN_MAX, written in an order that is not theirs. */
static void put_accounts(struct st_store *s, int n, unsigned salt)
{
	struct st_turn *t = st_turn_new();
	char name[16];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "user%03d", i * 7 % n);
		st_turn_account(t, name);
	}
	ok(s, st_begin(s, t, 1000));
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "user%03d", i);
		fill_account(st_turn_account(t, name), (unsigned)i + salt);
	}
	ok(s, st_commit(s, t));
	st_turn_free(t);
}

static void accounts_come_in_order_and_in_pages(void **state)
{
	struct st_store *s = open_store();
	char name[16];
	int64_t n = 0;

	(void)state;
	look_anew(s);
	ok(s, st_each_account(s, "", 0, see, &seen));
	assert_int_equal(seen.n, 0);
	put_accounts(s, 200, 0);
	ok(s, st_count_accounts(s, &n));
	assert_int_equal(n, 200);
	for (int limit = 0; limit < 150; limit += 63) {
		look_anew(s);
		do {
			int before = seen.n;

			ok(s, st_each_account(s, before ? seen.names[before - 1] : "", limit, see, &seen));
			if (limit && seen.n < 200)
				assert_int_equal(seen.n, before + limit);
		} while (seen.n < 200);
		for (int i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "user%03d", i);
			assert_string_equal(seen.names[i], name);
		}
	}
	look_anew(s);
	seen.stop_at = 70;
	assert_int_equal(st_each_account(s, "user100", 0, see, &seen), 42);
	assert_string_equal(seen.names[0], "user101");
	assert_int_equal(seen.n, 70);
	st_close(s);
}

static int delete_it(const struct st_account *a, void *ctx)
{
	struct seen *w = ctx;
	struct st_account *mine;

	w->n++;
	st_turn_clear(w->t);
	mine = st_turn_account(w->t, a->name);
	ok(w->s, st_begin(w->s, w->t, 1000));
	assert_true(mine->exists);
	mine->exists = false;
	mine->dirty = true;
	ok(w->s, st_commit(w->s, w->t));
	return 0;
}

static void a_walk_may_change_what_it_walks(void **state)
{
	struct st_store *s = open_store();
	int64_t n = -1;

	(void)state;
	put_accounts(s, 150, 0);
	look_anew(s);
	seen.t = st_turn_new();
	ok(s, st_each_account(s, "", 0, delete_it, &seen));
	assert_int_equal(seen.n, 150);
	ok(s, st_count_accounts(s, &n));
	assert_int_equal(n, 0);
	st_turn_free(seen.t);
	st_close(s);
}

/* n events in a turn, of accounts even and odd in turn. */
static void put_events(struct st_store *s, int n)
{
	struct st_turn *t = st_turn_new();

	for (int i = 0; i < n; i++) {
		struct st_event *e = st_turn_event(t);

		e->time = 1;
		strcpy(e->account, i % 2 ? "odd" : "even");
		st_turn_event(t); /* nobody fills this one in */
	}
	ok(s, st_begin(s, t, 1000));
	ok(s, st_commit(s, t));
	assert_null(st_turn_event_at(t, n));
	for (int i = 1; i < n; i++)
		assert_int_equal(st_turn_event_at(t, i)->seq, st_turn_event_at(t, 0)->seq + i);
	st_turn_free(t);
}

static void assert_seqs(int n, int64_t first, int64_t step)
{
	assert_int_equal(seen.n, n);
	for (int i = 0; i < n; i++)
		assert_int_equal(seen.seqs[i], first + i * step);
}

static void events_come_in_order_and_can_be_chosen(void **state)
{
	struct st_store *s = open_store();

	(void)state;
	put_events(s, 100);
	put_events(s, 200);
	look_anew(s);
	ok(s, st_each_event(s, 0, 0, NULL, see_event, &seen));
	assert_seqs(300, 1, 1);
	look_anew(s);
	ok(s, st_each_event(s, 290, 0, NULL, see_event, &seen));
	assert_seqs(10, 291, 1);
	look_anew(s);
	ok(s, st_each_event(s, 0, 3, NULL, see_event, &seen));
	assert_seqs(3, 298, 1);
	look_anew(s);
	ok(s, st_each_event(s, 0, 100, "odd", see_event, &seen));
	assert_seqs(100, 102, 2);
	assert_string_equal(seen.names[99], "odd");
	look_anew(s);
	ok(s, st_each_event(s, 296, 100, "even", see_event, &seen));
	assert_seqs(2, 297, 2);
	look_anew(s);
	ok(s, st_each_event(s, 0, 0, "nobody", see_event, &seen));
	ok(s, st_each_event(s, 300, 5, NULL, see_event, &seen));
	assert_int_equal(seen.n, 0);
	seen.stop_at = 2;
	assert_int_equal(st_each_event(s, 0, 0, NULL, see_event, &seen), 42);
	assert_int_equal(seen.n, 2);
	st_close(s);
}

static int copy(const struct st_event *got, void *ctx)
{
	memcpy(ctx, got, sizeof(*got));
	return 0;
}

static void an_event_keeps_every_field(void **state)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	struct st_event *e = st_turn_event(t), want;

	(void)state;
	*e = (struct st_event){.time = INT64_MAX, .verb = 255, .verdict = 254, .reason = 253};
	memset(e->account, '\xe9', RP_USER_MAX);
	memset(e->service, 's', RP_SERVICE_MAX);
	memset(e->source, ':', sizeof(e->source) - 1);
	memset(e->text, '\'', ST_EVENT_TEXT_MAX);
	ok(s, st_begin(s, t, 0));
	ok(s, st_commit(s, t));
	want = *e;
	memset(e, 0, sizeof(*e));
	ok(s, st_each_event(s, 0, 0, NULL, copy, e));
	assert_memory_equal(e, &want, sizeof(want));
	st_turn_free(t);
	st_close(s);
}

static void two_writers_number_without_a_gap(void **state)
{
	struct st_store *one = open_store(), *two = open_store();

	(void)state;
	for (int i = 0; i < 20; i++) {
		put_events(one, 1 + i % 3);
		put_events(two, 2);
	}
	look_anew(one);
	ok(one, st_each_event(one, 0, 0, NULL, see_event, &seen));
	assert_seqs(79, 1, 1);
	ok(one, st_verify(one));
	st_close(one);
	st_close(two);
}

static void put_throttles(struct st_store *s, unsigned from, unsigned n, int64_t last)
{
	struct st_turn *t = st_turn_new();

	for (unsigned i = from; i < from + n; i++)
		st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){i & 255, i >> 8});
	ok(s, st_begin(s, t, 1000));
	for (unsigned i = from; i < from + n; i++) {
		struct st_throttle_record *r = st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){i & 255, i >> 8});

		r->exists = r->dirty = true;
		r->t.last = last;
	}
	ok(s, st_commit(s, t));
	st_turn_free(t);
}

static unsigned count_throttles(struct st_store *s, unsigned n)
{
	struct st_turn *t = st_turn_new();
	unsigned there = 0;

	for (unsigned at = 0; at < n; at += 500) {
		st_turn_clear(t);
		for (unsigned i = at; i < at + 500; i++)
			st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){i & 255, i >> 8});
		ok(s, st_begin(s, t, 1000));
		st_rollback(s);
		for (unsigned i = at; i < at + 500; i++)
			there += st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){i & 255, i >> 8})->exists;
	}
	st_turn_free(t);
	return there;
}

/* A call looks at so many at most, and the next goes on from there; recent ones stay. */
static void old_throttles_are_forgotten_bit_by_bit(void **state)
{
	struct st_store *s = open_store();
	unsigned left, calls = 0;

	(void)state;
	for (unsigned at = 0; at < 5000; at += 500)
		put_throttles(s, at, 500, at < 4500 ? 1000 : 2000);
	ok(s, st_tidy(s, 1000, 0));
	assert_int_equal(count_throttles(s, 5000), 5000);
	do {
		unsigned before = count_throttles(s, 5000);

		ok(s, st_tidy(s, 1001, 0));
		left = count_throttles(s, 5000);
		assert_in_range(before - left, 0, 2000);
		assert_in_range(++calls, 1, 6);
	} while (left > 500);
	for (calls = 0; calls < 6; calls++)
		ok(s, st_tidy(s, 2000, 0));
	assert_int_equal(count_throttles(s, 5000), 500);
	ok(s, st_verify(s));
	st_close(s);
}

static void tidying_moves_a_long_log(void **state)
{
	struct st_store *s = open_store();
	struct stat before, after;

	(void)state;
	assert_int_equal(stat(in_folder("store.db"), &before), 0);
	for (unsigned i = 0; i < 15; i++)
		put_accounts(s, 250, i); /* some hundred pages each */
	ok(s, st_tidy(s, 0, 0));
	assert_int_equal(stat(in_folder("store.db"), &after), 0);
	assert_true(after.st_size > before.st_size);
	st_close(s);
}

static off_t log_size(void)
{
	struct stat st;

	assert_int_equal(stat(in_folder("store.db-wal"), &st), 0);
	return st.st_size;
}

/* It takes its room at once, and is then written over: commits and further tidying leave its length alone. */
static void the_log_does_not_grow_once_tidied(void **state)
{
	struct st_store *s = open_store(), *other;
	off_t size;

	(void)state;
	put_accounts(s, 100, 0);
	size = log_size();
	ok(s, st_tidy(s, 0, 0));
	assert_true(log_size() > size + 4096 * 1024);
	size = log_size();
	for (unsigned i = 0; i < 15; i++) {
		put_accounts(s, 250, i);
		ok(s, st_tidy(s, 0, 0));
		assert_int_equal(log_size(), size);
	}
	other = open_store();
	ok(other, st_verify(other));
	st_close(other);
	st_close(s);
}

static void verify_sees(const char *damage, int want)
{
	struct st_store *s = open_store();
	sqlite3 *db;

	assert_int_equal(sqlite3_open(in_folder("store.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, damage, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(st_verify(s), want);
	if (want)
		assert_non_null(strstr(st_why(s), "store.db"));
	st_close(s);
}

static void the_full_check_sees_damage(void **state)
{
	struct st_store *s = open_store();

	(void)state;
	put_accounts(s, 100, 0);
	put_events(s, 10);
	st_close(s);
	verify_sees("UPDATE meta SET value = 1", 0);
	verify_sees("UPDATE account SET record = substr(record, 1, 99) WHERE name = 'user077'", RP_ECORRUPT);
	verify_sees("DELETE FROM account WHERE name = 'user077'", 0);
	verify_sees("UPDATE account SET name = 'mallory' WHERE name = 'user078'", RP_ECORRUPT);
	verify_sees("DELETE FROM account WHERE name = 'mallory'", 0);
	verify_sees("UPDATE event SET text = replace(hex(zeroblob(99)), '0', 'xx') WHERE seq = 7",
		    RP_ECORRUPT);
	verify_sees("UPDATE event SET text = '' WHERE seq = 7", 0);
	verify_sees("DELETE FROM event WHERE seq = 7", RP_ECORRUPT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(accounts_come_in_order_and_in_pages),
		TEST(a_walk_may_change_what_it_walks),
		TEST(events_come_in_order_and_can_be_chosen),
		TEST(an_event_keeps_every_field),
		TEST(two_writers_number_without_a_gap),
		TEST(old_throttles_are_forgotten_bit_by_bit),
		TEST(tidying_moves_a_long_log),
		TEST(the_log_does_not_grow_once_tidied),
		TEST(the_full_check_sees_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
