#include "cli/listed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cli/progress.h"
#include "common/error.h"
#include "common/secret.h"
#include "engine/address.h"
#include "engine/audit.h"

#define BATCH 1000

/* The marks of lists that are not finished, one behind the other; when there are so many, no more are kept.
 */
#define META "lists"
#define UNFINISHED_MAX 16

int cli_keys_add(struct cli *c, struct cli_keys *k, const uint8_t digest[RP_DIGEST_LEN])
{
	if (k->n == k->room) {
		size_t room = k->room ? 2 * k->room : 1024;
		void *more = reallocarray(k->key, room, sizeof *k->key);

		if (!more)
			return RP_ENOMEM;
		k->key = more;
		k->room = room;
	}
	en_address_key(c->seal, digest, k->key[k->n++]);
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, ST_HASH_LEN);
}

void cli_keys_sort(struct cli_keys *k)
{
	size_t kept = 0;

	if (k->n)
		qsort(k->key, k->n, sizeof *k->key, by_bytes);
	for (size_t i = 0; i < k->n; i++)
		if (!kept || by_bytes(k->key[i], k->key[kept - 1]))
			memmove(k->key[kept++], k->key[i], sizeof *k->key);
	k->n = kept;
}

void cli_keys_free(struct cli_keys *k)
{
	free(k->key);
	*k = (struct cli_keys){0};
}

void cli_keys_mark(struct cli *c, const struct cli_keys *k, uint8_t mark[ST_HASH_LEN])
{
	en_seal_tag(c->seal, "list", k->key, k->n * sizeof *k->key, mark);
}

struct marks {
	uint8_t mark[UNFINISHED_MAX][ST_HASH_LEN];
	size_t n;
};

static int load_marks(struct cli *c, struct marks *m)
{
	int len = st_meta_get(c->store, META, m->mark, sizeof m->mark);

	m->n = len > 0 ? (size_t)len / ST_HASH_LEN : 0;
	return len < 0 && len != RP_ENOENT ? len : 0;
}

int cli_lists_unfinished(struct cli *c)
{
	struct marks m;

	return load_marks(c, &m) ? 0 : (int)m.n;
}

/* Inside a transaction: this list is unfinished from now on, or is not any more. */
static int set_mark(struct cli *c, const uint8_t mark[ST_HASH_LEN], bool unfinished)
{
	struct marks m;
	size_t at = 0;
	int err = load_marks(c, &m);

	if (err)
		return err;
	while (at < m.n && !rp_equal(m.mark[at], mark, ST_HASH_LEN))
		at++;
	if ((at < m.n) == unfinished || (unfinished && m.n == UNFINISHED_MAX))
		return 0;
	if (unfinished)
		memcpy(m.mark[m.n++], mark, ST_HASH_LEN);
	else
		memmove(m.mark[at], m.mark[--m.n], ST_HASH_LEN);
	return st_meta_set(c->store, META, m.mark, m.n * ST_HASH_LEN);
}

static int change(struct cli *c, const uint8_t key[ST_HASH_LEN], const struct cli_listing *l)
{
	struct st_mailbox m;
	int err = st_mailbox_load(c->store, key, &m);

	if (!err && l->change(&m, l->ctx))
		err = st_mailbox_save(c->store, &m);
	rp_wipe(&m, sizeof m);
	return err;
}

static int write_batch(struct cli *c, const struct cli_keys *k, const struct cli_listing *l, size_t from,
		       size_t to)
{
	char text[ST_EVENT_TEXT_MAX + 1];
	int err, status;

	st_turn_clear(c->turn);
	if (!from) {
		snprintf(text, sizeof text, "%s: %s", cli_who(), l->note);
		en_audit_admin(st_turn_event(c->turn), cli_now(), l->reason, NULL, text);
	}
	if ((status = cli_begin(c)))
		return status;
	err = set_mark(c, l->mark, to < k->n);
	for (size_t i = from; i < to && !err; i++)
		err = change(c, k->key[i], l);
	if (!err)
		err = st_commit(c->store, c->turn);
	if (!err && !from)
		en_audit_log(st_turn_event_at(c->turn, 0));
	if (err)
		st_rollback(c->store);
	return err ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : 0;
}

int cli_keys_write(struct cli *c, const struct cli_keys *k, const struct cli_listing *l)
{
	/* Whoever waits for the store gets in between two batches. */
	const struct timespec pause = {0, 1000000};
	struct cli_progress p;
	size_t done = 0;
	int status;

	cli_progress_catch_signals();
	cli_progress_start(&p, l->doing, k->n);
	do {
		size_t to = k->n - done < BATCH ? k->n : done + BATCH;

		if ((status = write_batch(c, k, l, done, to)))
			return status;
		done = to;
		cli_progress_show(&p, done);
		if (done < k->n && cli_progress_stopped())
			return cli_fail(c, CLI_NO,
					T(c, N_("Stopped after %zu of %zu addresses. The same command "
						"finishes it.")),
					done, k->n);
		nanosleep(&pause, NULL);
	} while (done < k->n);
	return 0;
}

bool cli_is_listed(const struct st_mailbox *m, int64_t now)
{
	return m->exists && m->listed && (!m->until || m->until > now);
}
