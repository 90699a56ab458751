#include "engine/boxes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

/* A record and where it is loaded to, so that they can be loaded in the order of their keys. */
struct wanted {
	uint8_t key[ST_HASH_LEN];
	struct st_mailbox *to;
};

bool en_boxes_concern(const struct en_case *c)
{
	const struct st_account *a = c->account;

	switch (c->req->verb) {
	case RP_RESET:
	case RP_MAILBOX:
		return true;
	case RP_SESSION:
		return a->exists && a->email_len && !a->mail.told && !(c->req->flags & RP_FLAG_CLOSE);
	default:
		return false;
	}
}

static bool same(const struct en_address *a, const struct en_address *b)
{
	return rp_equal(a->digest, b->digest, sizeof a->digest);
}

/* Which address it is about. registered and given are what was written, "" for none; unreadable: one is
 * registered and does not open. */
static void choose(const struct rp_config *config, const char *registered, bool unreadable, const char *given,
		   struct en_boxes *b)
{
	struct en_address g;
	bool good = !en_address_read(given, config->providers, &g);

	b->registered = unreadable || registered[0];
	if (unreadable)
		b->cause = "unreadable";
	else if (!b->registered && !given[0])
		b->cause = "no-address";
	else if (!b->registered && good)
		b->address = g;
	else if (!b->registered || en_address_read(registered, config->providers, &b->address))
		b->cause = "not-an-address";
	b->other = b->registered && given[0] && (b->cause || !good || !same(&g, &b->address));
	rp_wipe(&g, sizeof g);
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, ST_HASH_LEN);
}

/* Adds the spelling text of the same mailbox, unless it is among them already. */
static void want_spelling(const struct en_seal *seal, struct en_boxes *b, const char *text, struct wanted *w,
			  unsigned *n)
{
	struct en_address a;
	uint8_t key[ST_HASH_LEN];

	if (en_address_read(text, false, &a))
		return;
	en_address_key(seal, a.digest, key);
	rp_wipe(&a, sizeof a);
	for (unsigned i = 0; i < *n; i++)
		if (!memcmp(w[i].key, key, sizeof key))
			return;
	memcpy(w[*n].key, key, sizeof key);
	w[(*n)++].to = &b->spellings[b->n_spellings++];
}

static int load(const struct rp_config *config, const struct en_seal *seal, struct st_store *store,
		const char *registered, const char *given, struct en_boxes *b)
{
	struct wanted w[1 + EN_SPELLINGS_MAX];
	unsigned n = 1;
	int err = 0;

	en_address_key(seal, b->address.digest, w[0].key);
	w[0].to = &b->box;
	if (config->providers) {
		want_spelling(seal, b, registered, w, &n);
		if (!b->other)
			want_spelling(seal, b, given, w, &n);
	}
	qsort(w, n, sizeof *w, by_key);
	for (unsigned i = 0; !err && i < n; i++)
		err = st_mailbox_load(store, w[i].key, w[i].to);
	return err;
}

int en_boxes_load(const struct rp_config *config, const struct en_seal *seal, struct st_store *store,
		  const struct st_account *a, const char *given, struct en_boxes *b)
{
	char registered[RP_ADDRESS_MAX + 1] = "";
	int n = a->exists ? en_seal_get_email(seal, a, registered, sizeof registered) : 0;
	int err = 0;

	memset(b, 0, sizeof *b);
	choose(config, registered, n < 0, given, b);
	if (!b->cause)
		err = load(config, seal, store, registered, given, b);
	rp_wipe(registered, sizeof registered);
	return err;
}

void en_boxes_take(struct en_boxes *b, const struct en_lookup *k, int64_t now)
{
	if (!k->found || b->cause || !rp_equal(k->digest, b->address.digest, sizeof k->digest))
		return;
	en_mailbox_take(&b->box, &k->mailbox);
	b->box.checked = now;
	b->dirty = b->box.exists = b->registered || b->box.exists;
}

void en_boxes_judge(const struct rp_config *config, const struct en_boxes *b, int64_t proved, int64_t now,
		    struct en_mail_verdict *v)
{
	if (b->cause) {
		*v = (struct en_mail_verdict){.known = EN_MAIL_UNKNOWN};
		snprintf(v->cause, sizeof v->cause, "%s", b->cause);
		return;
	}
	for (unsigned i = 0; i < b->n_spellings; i++) {
		en_mailbox_judge(config, &b->spellings[i], b->registered ? proved : 0, now, v);
		if (v->known == EN_MAIL_FLAGGED)
			return;
	}
	en_mailbox_judge(config, &b->box, b->registered ? proved : 0, now, v);
}
