#include "store/record.h"

#include <openssl/sha.h>
#include <string.h>
#include "common/error.h"
#include "common/secret.h"

#define CHECK_LEN 8

/* The first byte of an account's history. */
#define LOCKED 1u
#define MARKED 2u

/* What one account takes at most, piece by piece as written below. */
#define STRING_MAX(n) (1 + (n))
#define SEALED_MAX (4 + 2 + ST_SEALED_MAX)
#define TOKEN_MAX (4 + 3 + 2 + 8 + 8 + STRING_MAX(ST_LABEL_MAX) + SEALED_MAX)
#define FIXED_MAX (2 + 3 * 8 + 20 + 2 * 8 + 2 * STRING_MAX(63) + 2 * 4 + 4 + 1)
_Static_assert(FIXED_MAX + ST_TOKENS_MAX * TOKEN_MAX + 1 + ST_LANES_MAX * (ST_HASH_LEN + 12) + SEALED_MAX +
			       1 + ST_RECOVERY_MAX * ST_HASH_LEN + 4 + 2 + ST_EMAIL_SEALED_MAX + CHECK_LEN <=
		       ST_RECORD_MAX,
	       "a full account must fit");

/* Where the next bytes go or come from. Once bad, nothing more is written or read. */
struct writer {
	uint8_t *buf;
	size_t size, at;
	bool bad;
};

struct reader {
	const uint8_t *buf;
	size_t size, at;
	bool bad;
};

static bool checksum(const char *name, const uint8_t *buf, size_t len, uint8_t out[CHECK_LEN])
{
	uint8_t all[RP_USER_MAX + 1 + ST_RECORD_MAX], sum[SHA256_DIGEST_LENGTH];
	size_t n = strnlen(name, RP_USER_MAX + 1) + 1;
	bool ok;

	if (n > RP_USER_MAX + 1 || len > ST_RECORD_MAX)
		return false;
	memcpy(all, name, n);
	memcpy(all + n, buf, len);
	ok = SHA256(all, n + len, sum) != NULL;
	rp_wipe(all, n + len);
	memcpy(out, sum, CHECK_LEN);
	return ok;
}

static void put(struct writer *w, const void *bytes, size_t n)
{
	if (w->bad || n > w->size - w->at) {
		w->bad = true;
		return;
	}
	memcpy(w->buf + w->at, bytes, n);
	w->at += n;
}

static void put_int(struct writer *w, uint64_t v, unsigned width)
{
	uint8_t be[8];

	for (unsigned i = 0; i < width; i++)
		be[i] = (uint8_t)(v >> 8 * (width - 1 - i));
	put(w, be, width);
}

static void put_string(struct writer *w, const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	w->bad |= n > max;
	put_int(w, n, 1);
	put(w, s, w->bad ? 0 : n);
}

static void put_bytes(struct writer *w, const uint8_t *bytes, size_t n, size_t max)
{
	w->bad |= n > max;
	put_int(w, n, 2);
	put(w, bytes, w->bad ? 0 : n);
}

static void put_sealed(struct writer *w, const struct st_sealed *s)
{
	put_int(w, s->generation, 4);
	put_bytes(w, s->bytes, s->len, ST_SEALED_MAX);
}

static void put_token(struct writer *w, const struct st_token *t)
{
	w->bad |= t->state > ST_TOKEN_ACTIVE;
	put_int(w, t->id, 4);
	put_int(w, t->state, 1);
	put_int(w, t->algorithm, 1);
	put_int(w, t->digits, 1);
	put_int(w, t->period, 2);
	put_int(w, (uint64_t)t->created, 8);
	put_int(w, t->last_counter, 8);
	put_string(w, t->label, ST_LABEL_MAX);
	put_sealed(w, &t->secret);
}

/* Which lanes are taken, one bit each, and then those. */
static void put_lanes(struct writer *w, const struct st_lane *lanes)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		taken |= (unsigned)(lanes[i].last != 0) << i;
	put_int(w, taken, 1);
	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		if (lanes[i].last) {
			put(w, lanes[i].source, ST_HASH_LEN);
			put_int(w, (uint64_t)lanes[i].last, 8);
			put_int(w, lanes[i].failures, 4);
		}
}

/* Few accounts are marked, and a row that is longer by a mark for all has fewer of them in a page: a login
 * then splits pages. */
static void put_history(struct writer *w, const struct st_account *a)
{
	put_int(w, (a->locked ? LOCKED : 0) | (a->leaked_since ? MARKED : 0), 1);
	put_int(w, (uint64_t)a->created, 8);
	put_int(w, (uint64_t)a->deadline, 8);
	if (a->leaked_since)
		put_int(w, (uint64_t)a->leaked_since, 8);
	put_int(w, a->open.failures, 4);
	put_int(w, (uint64_t)a->open.last, 8);
	put_int(w, (uint64_t)a->open.until, 8);
	put_int(w, (uint64_t)a->last_ok, 8);
	put_int(w, (uint64_t)a->prev_ok, 8);
	put_string(w, a->last_source, sizeof(a->last_source) - 1);
	put_string(w, a->prev_source, sizeof(a->prev_source) - 1);
	put_int(w, a->failures_since, 4);
	put_int(w, a->prev_failures, 4);
}

int st_record_encode(const struct st_account *a, uint8_t *buf, size_t size)
{
	struct writer w = {buf, size, 0, false};
	uint8_t sum[CHECK_LEN];

	if (!a->name[0] || a->n_tokens > ST_TOKENS_MAX || a->n_recovery > ST_RECOVERY_MAX)
		return RP_EINVAL;
	put_int(&w, ST_RECORD_VERSION, 1);
	put_history(&w, a);
	put_int(&w, a->next_token, 4);
	put_int(&w, a->n_tokens, 1);
	for (unsigned i = 0; i < a->n_tokens; i++)
		put_token(&w, &a->tokens[i]);
	put_lanes(&w, a->lanes);
	put_sealed(&w, &a->recovery_key);
	put_int(&w, a->n_recovery, 1);
	put(&w, a->recovery, a->n_recovery * (size_t)ST_HASH_LEN);
	put_int(&w, a->email_generation, 4);
	put_bytes(&w, a->email, a->email_len, ST_EMAIL_SEALED_MAX);
	if (w.bad || !checksum(a->name, buf, w.at, sum))
		return RP_EINVAL;
	put(&w, sum, CHECK_LEN);
	return w.bad ? RP_EINVAL : (int)w.at;
}

static void get(struct reader *r, void *out, size_t n)
{
	if (r->bad || n > r->size - r->at) {
		r->bad = true;
		return;
	}
	memcpy(out, r->buf + r->at, n);
	r->at += n;
}

/* Bad: 0. */
static uint64_t get_int(struct reader *r, unsigned width)
{
	uint8_t be[8] = {0};
	uint64_t v = 0;

	get(r, be, width);
	for (unsigned i = 0; i < width; i++)
		v = v << 8 | be[i];
	return v;
}

static uint64_t get_int_to(struct reader *r, unsigned width, uint64_t max)
{
	uint64_t v = get_int(r, width);

	r->bad |= v > max;
	return r->bad ? 0 : v;
}

/* out is zeroed and has max + 1 bytes. */
static void get_string(struct reader *r, char *out, size_t max)
{
	size_t n = get_int_to(r, 1, max);

	get(r, out, n);
	r->bad |= strnlen(out, max) != n;
}

static void get_sealed(struct reader *r, struct st_sealed *s)
{
	s->generation = (uint32_t)get_int(r, 4);
	s->len = (uint16_t)get_int_to(r, 2, ST_SEALED_MAX);
	get(r, s->bytes, s->len);
}

static void get_token(struct reader *r, struct st_token *t)
{
	t->id = (uint32_t)get_int(r, 4);
	t->state = (uint8_t)get_int_to(r, 1, ST_TOKEN_ACTIVE);
	t->algorithm = (uint8_t)get_int(r, 1);
	t->digits = (uint8_t)get_int(r, 1);
	t->period = (uint16_t)get_int(r, 2);
	t->created = (int64_t)get_int(r, 8);
	t->last_counter = get_int(r, 8);
	get_string(r, t->label, ST_LABEL_MAX);
	get_sealed(r, &t->secret);
}

static void get_lanes(struct reader *r, struct st_lane *lanes)
{
	uint64_t taken = get_int_to(r, 1, (1u << ST_LANES_MAX) - 1);

	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		if (taken >> i & 1) {
			get(r, lanes[i].source, ST_HASH_LEN);
			lanes[i].last = (int64_t)get_int(r, 8);
			lanes[i].failures = (uint32_t)get_int(r, 4);
			r->bad |= lanes[i].last == 0;
		}
}

static void get_history(struct reader *r, struct st_account *a, uint64_t version)
{
	uint64_t flags = get_int_to(r, 1, version > 1 ? LOCKED | MARKED : LOCKED);

	a->locked = flags & LOCKED;
	a->created = (int64_t)get_int(r, 8);
	a->deadline = (int64_t)get_int(r, 8);
	if (flags & MARKED) {
		a->leaked_since = (int64_t)get_int(r, 8);
		r->bad |= a->leaked_since == 0;
	}
	a->open.failures = (uint32_t)get_int(r, 4);
	a->open.last = (int64_t)get_int(r, 8);
	a->open.until = (int64_t)get_int(r, 8);
	a->last_ok = (int64_t)get_int(r, 8);
	a->prev_ok = (int64_t)get_int(r, 8);
	get_string(r, a->last_source, sizeof(a->last_source) - 1);
	get_string(r, a->prev_source, sizeof(a->prev_source) - 1);
	a->failures_since = (uint32_t)get_int(r, 4);
	a->prev_failures = (uint32_t)get_int(r, 4);
}

static void get_account(struct reader *r, struct st_account *a, uint64_t version)
{
	get_history(r, a, version);
	a->next_token = (uint32_t)get_int(r, 4);
	a->n_tokens = (uint8_t)get_int_to(r, 1, ST_TOKENS_MAX);
	for (unsigned i = 0; i < a->n_tokens; i++)
		get_token(r, &a->tokens[i]);
	get_lanes(r, a->lanes);
	get_sealed(r, &a->recovery_key);
	a->n_recovery = (uint8_t)get_int_to(r, 1, ST_RECOVERY_MAX);
	get(r, a->recovery, a->n_recovery * (size_t)ST_HASH_LEN);
	a->email_generation = (uint32_t)get_int(r, 4);
	a->email_len = (uint16_t)get_int_to(r, 2, ST_EMAIL_SEALED_MAX);
	get(r, a->email, a->email_len);
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
	struct reader r = {buf, len - CHECK_LEN, 0, false};
	uint8_t sum[CHECK_LEN];
	uint64_t version;

	forget(a);
	if (len <= CHECK_LEN || len > ST_RECORD_MAX || !checksum(a->name, buf, r.size, sum) ||
	    memcmp(sum, buf + r.size, CHECK_LEN) != 0)
		return RP_ECORRUPT;
	version = get_int(&r, 1);
	if (!version || version > ST_RECORD_VERSION)
		return version ? RP_EVERSION : RP_ECORRUPT;
	get_account(&r, a, version);
	if (r.bad) {
		forget(a);
		return RP_ECORRUPT;
	}
	a->exists = true;
	return 0;
}
