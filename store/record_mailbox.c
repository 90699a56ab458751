/* What is in a part that is not there, or of a breach that there is not, is not kept. */
#include <string.h>
#include "common/error.h"
#include "store/record.h"

#define VERSION 1

/* What a lookup found. */
#define NO_RECORD 1u
#define STEALER 2u
#define BREACH 4u

#define BREACH_MAX (2 + 8 + 8 + 1 + RP_BREACH_NAME_MAX)
_Static_assert(1 + 8 + 1 + ST_REASON_MAX + 2 + 2 * BREACH_MAX + ST_CHECK_LEN <= ST_MAILBOX_RECORD_MAX,
	       "a full mailbox must fit");

#define OWNER_LEN (ST_HASH_LEN + 1 + 8 + 8)

/* Whose record it is, and all that its row has beside it. */
static void owner(const struct st_mailbox *m, uint8_t out[OWNER_LEN])
{
	struct st_writer w = {out, OWNER_LEN, 0, false};

	st_put(&w, m->key, ST_HASH_LEN);
	st_put_int(&w, m->listed, 1);
	st_put_int(&w, m->listed ? (uint64_t)m->until : 0, 8);
	st_put_int(&w, (uint64_t)m->checked, 8);
}

static void put_breach(struct st_writer *w, const struct st_breach *b)
{
	if (!b->added)
		return;
	st_put_int(w, b->classes, 2);
	st_put_int(w, (uint64_t)b->added, 8);
	st_put_int(w, (uint64_t)b->date, 8);
	st_put_string(w, b->name, RP_BREACH_NAME_MAX);
}

int st_mailbox_encode(const struct st_mailbox *m, uint8_t *buf, size_t size)
{
	struct st_writer w = {buf, size, 0, m->listed > ST_LISTED_STEALER};
	uint8_t whose[OWNER_LEN];

	st_put_int(&w, VERSION, 1);
	if (m->listed) {
		st_put_int(&w, (uint64_t)m->since, 8);
		st_put_string(&w, m->reason, ST_REASON_MAX);
	}
	if (m->checked) {
		st_put_int(&w, m->rules, 1);
		st_put_int(&w,
			   (m->no_record ? NO_RECORD : 0) | (m->stealer.added ? STEALER : 0) |
				   (m->breach.added ? BREACH : 0),
			   1);
		put_breach(&w, &m->stealer);
		put_breach(&w, &m->breach);
	}
	owner(m, whose);
	st_put_check(&w, whose, sizeof(whose));
	return w.bad ? RP_EINVAL : (int)w.at;
}

static void get_breach(struct st_reader *r, struct st_breach *b)
{
	b->classes = (uint16_t)st_get_int(r, 2);
	b->added = st_get_time(r);
	b->date = (int64_t)st_get_int(r, 8);
	st_get_string(r, b->name, RP_BREACH_NAME_MAX);
}

static void get_lookup(struct st_reader *r, struct st_mailbox *m)
{
	uint64_t found;

	m->rules = (uint8_t)st_get_int(r, 1);
	found = st_get_int_to(r, 1, NO_RECORD | STEALER | BREACH);
	m->no_record = found & NO_RECORD;
	if (found & STEALER)
		get_breach(r, &m->stealer);
	if (found & BREACH)
		get_breach(r, &m->breach);
}

int st_mailbox_decode(struct st_mailbox *m, const uint8_t *buf, size_t len)
{
	struct st_reader r = {buf, len, 0,
			      m->listed ? m->listed > ST_LISTED_STEALER : m->until || !m->checked};
	uint8_t whose[OWNER_LEN];
	uint64_t version;

	owner(m, whose);
	st_get_check(&r, whose, sizeof(whose));
	version = st_get_int(&r, 1);
	if (version > VERSION)
		return RP_EVERSION;
	r.bad |= version == 0;
	if (m->listed) {
		m->since = (int64_t)st_get_int(&r, 8);
		st_get_string(&r, m->reason, ST_REASON_MAX);
	}
	if (m->checked)
		get_lookup(&r, m);
	if (r.bad || r.at != r.size)
		return RP_ECORRUPT;
	m->exists = true;
	return 0;
}
