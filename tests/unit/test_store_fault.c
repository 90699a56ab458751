/* Each call to the disk, and each allocation, fails once in its turn. What st_commit said is what there is,
 * and the next turn goes through on the same handle. */
#include "tests/unit/test_store.h"

#include "tests/unit/faulty_vfs.h"

/* The first calls one by one, then ever fewer of what comes in hundreds. */
static long next(long at)
{
	return at + 1 + at / 64;
}

static int count_event(const struct st_event *e, void *ctx)
{
	(void)e;
	++*(unsigned *)ctx;
	return 0;
}

/* Adds one, in a place of its own, and changes the first. */
static int change_mailboxes(struct st_store *s, unsigned n)
{
	struct st_mailbox m;
	int err;

	fill_mailbox(&m, 2 * n + 1);
	err = st_mailbox_save(s, &m);
	if (!err)
		err = st_mailbox_load(s, (uint8_t[ST_HASH_LEN]){0}, &m);
	m.exists = true;
	m.checked = n;
	return err ? err : st_mailbox_save(s, &m);
}

/* Two accounts as n, one throttle with n failures, one event and one listed mailbox more. */
static int turn(struct st_store *s, struct st_turn *t, unsigned n)
{
	struct st_throttle_record *r;
	struct st_account *a, *b;
	int err;

	st_turn_clear(t);
	a = st_turn_account(t, "alice");
	b = st_turn_account(t, "bob");
	r = st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){1});
	err = st_begin(s, t, 0);
	if (err)
		return err;
	fill_account(a, n);
	fill_account(b, n);
	r->exists = r->dirty = true;
	r->t.failures = n;
	st_turn_event(t)->time = n;
	err = st_meta_set(s, "turn", &n, sizeof(n));
	err = err ? err : change_mailboxes(s, n);
	if (err) {
		st_rollback(s);
		return err;
	}
	return st_commit(s, t);
}

static void assert_state(struct st_store *s, struct st_turn *t, unsigned n, unsigned events)
{
	struct st_throttle_record *r;
	int64_t listed = -1, checked = -1;
	struct st_mailbox m;
	unsigned got = 0;

	st_turn_clear(t);
	st_turn_account(t, "alice");
	st_turn_account(t, "bob");
	r = st_turn_throttle(t, (uint8_t[ST_HASH_LEN]){1});
	ok(s, st_begin(s, t, 0));
	st_rollback(s);
	assert_account(st_turn_account(t, "alice"), n);
	assert_account(st_turn_account(t, "bob"), n);
	assert_int_equal(r->t.failures, n);
	assert_int_equal(st_meta_get(s, "turn", &got, sizeof(got)), sizeof(got));
	assert_int_equal(got, n);
	assert_mailbox(s, 2 * n + 1);
	ok(s, st_mailbox_load(s, (uint8_t[ST_HASH_LEN]){0}, &m));
	assert_int_equal(m.checked, n);
	ok(s, st_count_mailboxes(s, 0, &listed, &checked));
	assert_int_equal(listed, events);
	got = 0;
	ok(s, st_each_event(s, 0, 0, NULL, count_event, &got));
	assert_int_equal(got, events);
}

static void a_turn_happens_or_does_not(void **state)
{
	struct st_turn *t = st_turn_new();
	struct st_store *s = open_store(), *other;
	unsigned was = 1, now = 1, events = 1, failed = 0;

	(void)state;
	ok(s, turn(s, t, was));
	for (unsigned kind = 0; kind < KINDS; kind++) {
		for (long at = 1;; at++) {
			int err;

			now++;
			arm(kind, at);
			err = turn(s, t, now);
			if (!disarm()) {
				ok(s, err);
				was = now;
				events++;
				break;
			}
			failed += err < 0;
			if (!err) { /* it was something that SQLite can do without */
				was = now;
				events++;
			}
			assert_state(s, t, was, events);
			if (at % 8 == 0) { /* as a process sees it that comes later */
				other = open_store();
				assert_state(other, t, was, events);
				st_close(other);
			}
		}
		ok(s, st_verify(s));
	}
	assert_true(failed > 20);
	st_close(s);
	s = open_store();
	assert_state(s, t, was, events);
	st_turn_free(t);
	st_close(s);
}

/* The first turn of a process that comes after a crash reads the log again; closing moves it. */
static void opening_and_closing_lose_nothing(void **state)
{
	struct st_turn *t = st_turn_new();
	struct st_store *s = open_store();
	unsigned n = 1;

	(void)state;
	ok(s, turn(s, t, n));
	st_close(s);
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (long at = 1;; at = next(at)) {
			int err;

			s = NULL;
			arm(kind, at);
			err = st_open(&s, folder, false);
			if (!err) {
				err = turn(s, t, n + 1);
				n += err == 0;
			}
			st_close(s);
			bool came = disarm();
			s = open_store();
			/* Written whole, not synced, and a disk that would not take it back. */
			if (err && kinds[kind].persists &&
			    see_account(s, t, "alice")->created == 1600000001 + n)
				n++;
			assert_state(s, t, n, n);
			ok(s, st_verify(s));
			st_close(s);
			if (!came) {
				assert_int_equal(err, 0);
				break;
			}
		}
	st_turn_free(t);
}

static void a_store_is_made_whole_or_not_at_all(void **state)
{
	struct st_store *s;

	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (long at = 1;; at = next(at)) {
			int err;

			unlink(in_folder("store.db"));
			arm(kind, at);
			err = st_open(&s, folder, true);
			bool came = disarm();

			st_close(s);
			if (err && access(in_folder("store.db"), F_OK) == 0)
				assert_int_equal(st_open(&s, folder, false), 0);
			else
				s = open_store();
			ok(s, st_verify(s));
			st_close(s);
			if (!came) {
				assert_int_equal(err, 0);
				break;
			}
		}
}

static void fill_log(struct st_store *s, struct st_turn *t, unsigned n)
{
	char name[16];

	st_turn_clear(t);
	for (unsigned i = 0; i < 250; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		st_turn_account(t, name);
	}
	ok(s, st_begin(s, t, 0));
	for (unsigned i = 0; i < 250; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		fill_account(st_turn_account(t, name), n);
	}
	ok(s, st_commit(s, t));
}

static void tidying_loses_nothing(void **state)
{
	struct st_turn *t = st_turn_new();
	struct st_store *s = open_store();
	unsigned n = 1;

	(void)state;
	ok(s, turn(s, t, n));
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (long at = 1;; at = next(at + at / 8)) { /* most calls move one page */
			int err;

			for (unsigned i = 0; i < 3; i++)
				fill_log(s, t, 8 * (unsigned)at + i + 7);
			arm(kind, at);
			err = st_tidy(s, 0, 0);
			bool came = disarm();
			assert_state(s, t, n, n);
			if (!came) {
				ok(s, err);
				break;
			}
			ok(s, turn(s, t, ++n));
		}
	ok(s, st_verify(s));
	st_close(s);
	s = open_store();
	assert_state(s, t, n, n);
	ok(s, st_verify(s));
	st_turn_free(t);
	st_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_turn_happens_or_does_not),
		TEST(opening_and_closing_lose_nothing),
		TEST(a_store_is_made_whole_or_not_at_all),
		TEST(tidying_loses_nothing),
	};

	return cmocka_run_group_tests(tests, install_faults, NULL);
}
