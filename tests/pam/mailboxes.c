#include "tests/pam/mailboxes.h"

#include <string.h>
#include "engine/address.h"
#include "tests/pam/visit.h"
#include "tests/unit/cmocka_all.h"

void mailboxes_register(const struct instance *i, const char *user, const char *address)
{
	struct visit v;

	visit_begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	assert_int_equal(en_address_register(v.seal, v.account, address), 0);
	visit_end(&v);
}

void mailboxes_spoil(const struct instance *i, const char *user)
{
	struct visit v;

	visit_begin(&v, i, user);
	assert_true(v.account->email_len > 0);
	v.account->email[v.account->email_len - 1] ^= 1;
	v.account->dirty = true;
	visit_end(&v);
}

void mailboxes_set(const struct instance *i, const char *user, const struct st_mail *mail)
{
	struct visit v;

	visit_begin(&v, i, user);
	v.account->exists = v.account->dirty = true;
	v.account->mail = *mail;
	visit_end(&v);
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

	visit_begin(&v, i, NULL);
	m = load(&v, address);
	m.exists = true;
	m.listed = (uint8_t)listed;
	m.since = listed ? i->now : 0;
	m.until = until;
	strcpy(m.reason, listed ? "CERT-FR" : "");
	assert_int_equal(st_mailbox_save(v.store, &m), 0);
	visit_end(&v);
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

	visit_begin(&v, i, NULL);
	m = load(&v, address);
	visit_end(&v);
	return m;
}
