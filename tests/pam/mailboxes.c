#include "tests/pam/mailboxes.h"

#include <string.h>
#include "engine/address.h"
#include "tests/unit/cmocka_all.h"

#define BUSY_MS 5000

struct visit {
	struct st_store *store;
	struct st_turn *turn;
	struct st_account *account;
	struct en_seal *seal;
};

static void begin(struct visit *v, const struct instance *i, const char *user)
{
	char why[256];

	assert_int_equal(en_seal_open(&v->seal, i->key, why, sizeof why), 0);
	assert_int_equal(st_open(&v->store, i->state, false), 0);
	v->turn = st_turn_new();
	assert_non_null(v->turn);
	v->account = user ? st_turn_account(v->turn, user) : NULL;
	assert_int_equal(st_begin(v->store, v->turn, BUSY_MS), 0);
}

static void end(struct visit *v)
{
	assert_int_equal(st_commit(v->store, v->turn), 0);
	st_turn_free(v->turn);
	st_close(v->store);
	en_seal_close(v->seal);
}

void mailboxes_register(const struct instance *i, const char *user, const char *address)
{
	struct visit v;

	begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	assert_int_equal(en_address_register(v.seal, v.account, address), 0);
	end(&v);
}

void mailboxes_spoil(const struct instance *i, const char *user)
{
	struct visit v;

	begin(&v, i, user);
	assert_true(v.account->email_len > 0);
	v.account->email[v.account->email_len - 1] ^= 1;
	v.account->dirty = true;
	end(&v);
}

void mailboxes_set(const struct instance *i, const char *user, const struct st_mail *mail)
{
	struct visit v;

	begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	v.account->mail = *mail;
	end(&v);
}

static struct st_mailbox load(const struct visit *v, const char *address)
{
	struct en_address a;
	struct st_mailbox m;
	uint8_t key[ST_HASH_LEN];

	assert_int_equal(en_address_read(address, false, &a), 0);
	en_address_key(v->seal, a.digest, key);
	assert_int_equal(st_mailbox_load(v->store, key, &m), 0);
	return m;
}

static void list(const struct instance *i, const char *address, enum st_listed listed, int64_t until)
{
	struct st_mailbox m;
	struct visit v;

	begin(&v, i, NULL);
	m = load(&v, address);
	m.exists = true;
	m.listed = (uint8_t)listed;
	m.since = listed ? i->now : 0;
	m.until = until;
	strcpy(m.reason, listed ? "CERT-FR" : "");
	assert_int_equal(st_mailbox_save(v.store, &m), 0);
	end(&v);
}

void mailboxes_flag(const struct instance *i, const char *address, int64_t until)
{
	list(i, address, ST_LISTED_ADMIN, until);
}

void mailboxes_unflag(const struct instance *i, const char *address)
{
	list(i, address, ST_LISTED_NOT, 0);
}

struct st_mailbox mailboxes_get(const struct instance *i, const char *address)
{
	struct st_mailbox m;
	struct visit v;

	begin(&v, i, NULL);
	m = load(&v, address);
	end(&v);
	return m;
}
