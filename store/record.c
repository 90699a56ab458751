#include "store/record.h"

#include <string.h>
#include "common/error.h"
#include "common/secret.h"
#include "store/bytes.h"

/* The first byte of an account's history. */
#define LOCKED 1u
#define MARKED 2u
#define MAILED 4u

#define MAIL_FIELDS (sizeof(struct st_mail) / sizeof(int64_t))

/* What one account takes at most, piece by piece as written below. */
#define STRING_MAX(n) (1 + (n))
#define SEALED_MAX (4 + 2 + ST_SEALED_MAX)
#define TOKEN_MAX (4 + 3 + 2 + 8 + 8 + STRING_MAX(ST_LABEL_MAX) + SEALED_MAX)
#define MAIL_MAX (1 + MAIL_FIELDS * 8)
#define FIXED_MAX (2 + 3 * 8 + MAIL_MAX + 20 + 2 * 8 + 2 * STRING_MAX(63) + 2 * 4 + 4 + 1)
_Static_assert(FIXED_MAX + ST_TOKENS_MAX * TOKEN_MAX + 1 + ST_LANES_MAX * (ST_HASH_LEN + 12) + SEALED_MAX +
			       1 + ST_RECOVERY_MAX * ST_HASH_LEN + 4 + 2 + ST_EMAIL_SEALED_MAX +
			       ST_CHECK_LEN <=
		       ST_RECORD_MAX,
	       "a full account must fit");
_Static_assert(ST_RECORD_MAX <= ST_CHECKED_MAX, "and be checked");

static void put_sealed(struct st_writer *w, const struct st_sealed *s)
{
	st_put_int(w, s->generation, 4);
	st_put_bytes(w, s->bytes, s->len, ST_SEALED_MAX);
}

static void put_token(struct st_writer *w, const struct st_token *t)
{
	w->bad |= t->state > ST_TOKEN_ACTIVE;
	st_put_int(w, t->id, 4);
	st_put_int(w, t->state, 1);
	st_put_int(w, t->algorithm, 1);
	st_put_int(w, t->digits, 1);
	st_put_int(w, t->period, 2);
	st_put_int(w, (uint64_t)t->created, 8);
	st_put_int(w, t->last_counter, 8);
	st_put_string(w, t->label, ST_LABEL_MAX);
	put_sealed(w, &t->secret);
}

/* Which lanes are taken, one bit each, and then those. */
static void put_lanes(struct st_writer *w, const struct st_lane *lanes)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		taken |= (unsigned)(lanes[i].last != 0) << i;
	st_put_int(w, taken, 1);
	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		if (lanes[i].last) {
			st_put(w, lanes[i].source, ST_HASH_LEN);
			st_put_int(w, (uint64_t)lanes[i].last, 8);
			st_put_int(w, lanes[i].failures, 4);
		}
}

/* Which fields are not zero, one bit each in this order, and then those. */
static void put_mail(struct st_writer *w, const struct st_mail *m)
{
	const int64_t fields[MAIL_FIELDS] = {m->proved, m->flagged, m->told,   m->cooling,
					     m->gate,	m->reset,   m->gate_of};
	unsigned there = 0;

	for (unsigned i = 0; i < MAIL_FIELDS; i++)
		there |= (unsigned)(fields[i] != 0) << i;
	st_put_int(w, there, 1);
	for (unsigned i = 0; i < MAIL_FIELDS; i++)
		if (fields[i])
			st_put_int(w, (uint64_t)fields[i], 8);
}

/* Few accounts are marked or have something of their mailbox in them, and a row that is longer by that for
 * all has fewer of them in a page: a login then splits pages. */
static void put_history(struct st_writer *w, const struct st_account *a)
{
	const struct st_mail none = {0};
	bool mailed = memcmp(&a->mail, &none, sizeof(none)) != 0;

	st_put_int(w, (a->locked ? LOCKED : 0) | (a->leaked_since ? MARKED : 0) | (mailed ? MAILED : 0), 1);
	st_put_int(w, (uint64_t)a->created, 8);
	st_put_int(w, (uint64_t)a->deadline, 8);
	if (a->leaked_since)
		st_put_int(w, (uint64_t)a->leaked_since, 8);
	if (mailed)
		put_mail(w, &a->mail);
	st_put_int(w, a->open.failures, 4);
	st_put_int(w, (uint64_t)a->open.last, 8);
	st_put_int(w, (uint64_t)a->open.until, 8);
	st_put_int(w, (uint64_t)a->last_ok, 8);
	st_put_int(w, (uint64_t)a->prev_ok, 8);
	st_put_string(w, a->last_source, sizeof(a->last_source) - 1);
	st_put_string(w, a->prev_source, sizeof(a->prev_source) - 1);
	st_put_int(w, a->failures_since, 4);
	st_put_int(w, a->prev_failures, 4);
}

/* With its NUL. */
static size_t name_size(const struct st_account *a)
{
	return strnlen(a->name, sizeof(a->name)) + 1;
}

int st_record_encode(const struct st_account *a, uint8_t *buf, size_t size)
{
	struct st_writer w = {buf, size, 0, false};

	if (!a->name[0] || a->n_tokens > ST_TOKENS_MAX || a->n_recovery > ST_RECOVERY_MAX)
		return RP_EINVAL;
	st_put_int(&w, ST_RECORD_VERSION, 1);
	put_history(&w, a);
	st_put_int(&w, a->next_token, 4);
	st_put_int(&w, a->n_tokens, 1);
	for (unsigned i = 0; i < a->n_tokens; i++)
		put_token(&w, &a->tokens[i]);
	put_lanes(&w, a->lanes);
	put_sealed(&w, &a->recovery_key);
	st_put_int(&w, a->n_recovery, 1);
	st_put(&w, a->recovery, a->n_recovery * (size_t)ST_HASH_LEN);
	st_put_int(&w, a->email_generation, 4);
	st_put_bytes(&w, a->email, a->email_len, ST_EMAIL_SEALED_MAX);
	st_put_check(&w, a->name, name_size(a));
	return w.bad ? RP_EINVAL : (int)w.at;
}

static void get_sealed(struct st_reader *r, struct st_sealed *s)
{
	s->generation = (uint32_t)st_get_int(r, 4);
	s->len = (uint16_t)st_get_int_to(r, 2, ST_SEALED_MAX);
	st_get(r, s->bytes, s->len);
}

static void get_token(struct st_reader *r, struct st_token *t)
{
	t->id = (uint32_t)st_get_int(r, 4);
	t->state = (uint8_t)st_get_int_to(r, 1, ST_TOKEN_ACTIVE);
	t->algorithm = (uint8_t)st_get_int(r, 1);
	t->digits = (uint8_t)st_get_int(r, 1);
	t->period = (uint16_t)st_get_int(r, 2);
	t->created = (int64_t)st_get_int(r, 8);
	t->last_counter = st_get_int(r, 8);
	st_get_string(r, t->label, ST_LABEL_MAX);
	get_sealed(r, &t->secret);
}

static void get_lanes(struct st_reader *r, struct st_lane *lanes)
{
	uint64_t taken = st_get_int_to(r, 1, (1u << ST_LANES_MAX) - 1);

	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		if (taken >> i & 1) {
			st_get(r, lanes[i].source, ST_HASH_LEN);
			lanes[i].last = st_get_time(r);
			lanes[i].failures = (uint32_t)st_get_int(r, 4);
		}
}

static void get_mail(struct st_reader *r, struct st_mail *m)
{
	int64_t *const fields[MAIL_FIELDS] = {&m->proved, &m->flagged, &m->told,   &m->cooling,
					      &m->gate,	  &m->reset,   &m->gate_of};
	uint64_t there = st_get_int_to(r, 1, (1u << MAIL_FIELDS) - 1);

	r->bad |= there == 0;
	for (unsigned i = 0; i < MAIL_FIELDS; i++)
		if (there >> i & 1)
			*fields[i] = st_get_time(r);
}

static void get_history(struct st_reader *r, struct st_account *a, uint64_t version)
{
	static const unsigned known[] = {0, LOCKED, LOCKED | MARKED, LOCKED | MARKED | MAILED};
	uint64_t flags = st_get_int(r, 1);

	_Static_assert(sizeof(known) / sizeof(known[0]) == ST_RECORD_VERSION + 1, "one for each version");
	r->bad |= (flags & ~(uint64_t)known[version]) != 0;

	a->locked = flags & LOCKED;
	a->created = (int64_t)st_get_int(r, 8);
	a->deadline = (int64_t)st_get_int(r, 8);
	if (flags & MARKED)
		a->leaked_since = st_get_time(r);
	if (flags & MAILED)
		get_mail(r, &a->mail);
	a->open.failures = (uint32_t)st_get_int(r, 4);
	a->open.last = (int64_t)st_get_int(r, 8);
	a->open.until = (int64_t)st_get_int(r, 8);
	a->last_ok = (int64_t)st_get_int(r, 8);
	a->prev_ok = (int64_t)st_get_int(r, 8);
	st_get_string(r, a->last_source, sizeof(a->last_source) - 1);
	st_get_string(r, a->prev_source, sizeof(a->prev_source) - 1);
	a->failures_since = (uint32_t)st_get_int(r, 4);
	a->prev_failures = (uint32_t)st_get_int(r, 4);
}

static void get_account(struct st_reader *r, struct st_account *a, uint64_t version)
{
	get_history(r, a, version);
	a->next_token = (uint32_t)st_get_int(r, 4);
	a->n_tokens = (uint8_t)st_get_int_to(r, 1, ST_TOKENS_MAX);
	for (unsigned i = 0; i < a->n_tokens; i++)
		get_token(r, &a->tokens[i]);
	get_lanes(r, a->lanes);
	get_sealed(r, &a->recovery_key);
	a->n_recovery = (uint8_t)st_get_int_to(r, 1, ST_RECOVERY_MAX);
	st_get(r, a->recovery, a->n_recovery * (size_t)ST_HASH_LEN);
	a->email_generation = (uint32_t)st_get_int(r, 4);
	a->email_len = (uint16_t)st_get_int_to(r, 2, ST_EMAIL_SEALED_MAX);
	st_get(r, a->email, a->email_len);
	r->bad |= r->at != r->size;
}

/* All of a but its name. */
static void forget(struct st_account *a)
{
	const size_t key = sizeof(a->name);

	_Static_assert(offsetof(struct st_account, name) == 0, "the name comes first");
	rp_wipe((uint8_t *)a + key, sizeof(*a) - key);
}

int st_record_decode(struct st_account *a, const uint8_t *buf, size_t len)
{
	struct st_reader r = {buf, len, 0, len > ST_RECORD_MAX};
	uint64_t version;

	forget(a);
	st_get_check(&r, a->name, name_size(a));
	version = st_get_int(&r, 1);
	if (version > ST_RECORD_VERSION)
		return RP_EVERSION;
	r.bad |= version == 0;
	if (!r.bad)
		get_account(&r, a, version);
	if (r.bad) {
		forget(a);
		return RP_ECORRUPT;
	}
	a->exists = true;
	return 0;
}
