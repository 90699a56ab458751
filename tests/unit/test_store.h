/* What the tests of the store share: a private folder, and accounts with something in every field. */
#ifndef TEST_STORE_H
#define TEST_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "common/error.h"
#include "store/store.h"

static char folder[64];

static inline int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/rempart-store-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static inline const char *in_folder(const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static inline int drop_folder(void **state)
{
	static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm", "store.db-journal",
					    "other.db"};

	(void)state;
	chmod(folder, 0700);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(in_folder(files[i]));
	return rmdir(folder); /* and so finds a temporary file that was left behind */
}

static inline struct st_store *open_store(void)
{
	struct st_store *s = NULL;
	int err = st_open(&s, folder, true);

	if (err)
		fail_msg("st_open: %d, %s", err, st_why(NULL));
	return s;
}

static inline void ok(const struct st_store *s, int err)
{
	if (err)
		fail_msg("%d: %s", err, st_why(s));
}

/* Every field, told apart by n. The name is kept; so is what lies between fields, for which whole structures
 * are compared. */
static inline void fill_account(struct st_account *a, unsigned n)
{
	a->exists = a->dirty = true;
	a->locked = n & 1;
	a->created = 1600000000 + n;
	a->deadline = -(int64_t)n;
	a->leaked_since = 1650000000 + n;
	a->open = (struct st_throttle){n, n + 1, n + 2};
	a->lanes[0] = (struct st_lane){"0123456789abcde", n + 10, 3};
	a->lanes[2] = (struct st_lane){"fedcba987654321", n + 20, 0};
	a->last_ok = n + 30;
	a->prev_ok = n + 29;
	snprintf(a->last_source, sizeof(a->last_source), "2001:db8::%x", n);
	snprintf(a->prev_source, sizeof(a->prev_source), "192.0.2.%u", n & 255);
	a->failures_since = n + 3;
	a->prev_failures = n + 4;
	a->n_tokens = 1 + n % ST_TOKENS_MAX;
	a->next_token = a->n_tokens + 1u;
	for (unsigned i = 0; i < a->n_tokens; i++) {
		struct st_token *t = &a->tokens[i];

		t->id = i + 1;
		t->state = ST_TOKEN_ACTIVE;
		t->algorithm = 1;
		t->digits = 6;
		t->period = 30;
		t->created = n;
		t->last_counter = ~(uint64_t)n;
		strcpy(t->label, "phone");
		t->secret.generation = n;
		t->secret.len = 48;
		memset(t->secret.bytes, (int)(n + i), 48);
	}
	a->recovery_key.generation = 7;
	a->recovery_key.len = ST_SEALED_MAX;
	memset(a->recovery_key.bytes, 0xa5, ST_SEALED_MAX);
	a->n_recovery = ST_RECOVERY_MAX;
	memset(a->recovery, (int)n, sizeof(a->recovery));
	a->email_generation = 2;
	a->email_len = ST_EMAIL_SEALED_MAX;
	memset(a->email, 0x5a, ST_EMAIL_SEALED_MAX);
	a->mail = (struct st_mail){n, n & 1, n & 2, 1660000000 + n, 0, -(int64_t)n, 3 * (int64_t)n};
}

/* As fill_account(n) made it, read back. */
static inline void assert_account(const struct st_account *a, unsigned n)
{
	struct st_account want;

	memset(&want, 0, sizeof(want));
	strcpy(want.name, a->name);
	fill_account(&want, n);
	want.dirty = a->dirty;
	assert_memory_equal(a, &want, sizeof(want));
}

static inline void fill_breach(struct st_breach *b, uint16_t classes, int64_t added, int64_t date,
			       const char *name)
{
	b->classes = classes;
	b->added = added;
	b->date = date;
	strcpy(b->name, name);
}

/* Key and every field of a mailbox, told apart by n: on the list when n is odd, looked up but for each third.
 */
static inline void fill_mailbox(struct st_mailbox *m, unsigned n)
{
	memset(m, 0, sizeof(*m));
	for (unsigned i = 0; i < 4; i++)
		m->key[i] = (uint8_t)(n >> 8 * (3 - i));
	m->exists = n % 2 || n % 3;
	if (n % 2) {
		m->listed = n % 4 == 1 ? ST_LISTED_ADMIN : ST_LISTED_STEALER;
		m->since = 1700000000 + n;
		m->until = n % 8 == 1 ? 1800000000 + n : 0;
		snprintf(m->reason, sizeof(m->reason), "reason %u", n);
	}
	if (n % 3) {
		m->checked = 1750000000 + n;
		m->rules = (uint8_t)n;
		m->no_record = n & 8;
		if (n % 5 == 0)
			fill_breach(&m->stealer, RP_BREACH_STEALER_LOG, n + 1, 0, "stealer");
		if (n % 7 == 0)
			fill_breach(&m->breach, UINT16_MAX, -(int64_t)n, n + 3, "breach");
	}
}

/* One turn that writes mailboxes from to from + n - 1. */
static inline int put_mailboxes(struct st_store *s, struct st_turn *t, unsigned from, unsigned n)
{
	struct st_mailbox m;
	int err;

	st_turn_clear(t);
	err = st_begin(s, t, 2000);
	for (unsigned i = from; i < from + n && !err; i++) {
		fill_mailbox(&m, i);
		err = st_mailbox_save(s, &m);
	}
	if (!err)
		return st_commit(s, t);
	st_rollback(s);
	return err;
}

/* Saves m in a turn of its own. */
static inline void save_mailbox(struct st_store *s, const struct st_mailbox *m)
{
	struct st_turn *t = st_turn_new();

	ok(s, st_begin(s, t, 0));
	ok(s, st_mailbox_save(s, m));
	ok(s, st_commit(s, t));
	st_turn_free(t);
}

/* As fill_mailbox(n) made it, read back. */
static inline void assert_mailbox(struct st_store *s, unsigned n)
{
	struct st_mailbox want, got;

	fill_mailbox(&want, n);
	memset(&got, 0xee, sizeof(got));
	ok(s, st_mailbox_load(s, want.key, &got));
	assert_memory_equal(&got, &want, sizeof(want));
}

/* One turn that writes the account name as n, and an event. */
static inline int put_account(struct st_store *s, struct st_turn *t, const char *name, unsigned n)
{
	struct st_account *a;
	struct st_event *e;
	int err;

	st_turn_clear(t);
	a = st_turn_account(t, name);
	err = st_begin(s, t, 2000);
	if (err)
		return err;
	fill_account(a, n);
	e = st_turn_event(t);
	e->time = 1;
	strcpy(e->account, name);
	return st_commit(s, t);
}

/* The account as the store has it; NULL: none. It lives until the turn is cleared. */
static inline const struct st_account *see_account(struct st_store *s, struct st_turn *t, const char *name)
{
	const struct st_account *a;

	st_turn_clear(t);
	a = st_turn_account(t, name);
	ok(s, st_begin(s, t, 2000));
	st_rollback(s);
	return a->exists ? a : NULL;
}

/* Opens and closes. Without a store, st_why says why. */
static inline int try_open(bool create)
{
	struct st_store *s = NULL;
	int err = st_open(&s, folder, create);

	if (err) {
		assert_null(s);
		assert_true(strlen(st_why(NULL)) > 10);
	}
	st_close(s);
	return err;
}

/* Accounts user0 to user39, as many events, mailboxes 0 to 39; closed. */
static inline void make_store(void)
{
	struct st_store *s = open_store();
	struct st_turn *t = st_turn_new();
	char name[16];

	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		ok(s, put_account(s, t, name, i));
	}
	ok(s, put_mailboxes(s, t, 0, 40));
	st_turn_free(t);
	st_close(s);
}

#endif
