#include "common/mailbox.h"

#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/secret.h"
#include "common/utf8.h"

#define BREACH_LEN 19 /* without the name */
#define BREACHES_MAX (RP_MAIL_FIELD_MAX / (BREACH_LEN + 1))

static bool is_hex(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return !s[n] && n == RP_MAIL_PREFIX;
}

static bool is_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return !s[n] && n && n < 10;
}

static bool is_argument(unsigned verb, const char *s)
{
	switch (verb) {
	case RP_MAIL_RANGE:
		return is_hex(s);
	case RP_MAIL_EXACT:
		return s[0];
	case RP_MAIL_STEALERS:
		return is_number(s);
	case RP_MAIL_PLAN:
		return !s[0];
	default:
		return false;
	}
}

int rp_mail_request_encode(const struct rp_mail_request *req, uint8_t *buf, size_t size)
{
	struct rp_packet p;

	if (!is_argument(req->verb, req->argument))
		return RP_EINVAL;
	rp_packet_start(&p, buf, size, RP_RANGE_VERSION, req->verb, 0);
	rp_packet_put(&p, req->argument, strlen(req->argument));
	return p.bad ? RP_EINVAL : (int)p.at;
}

int rp_mail_request_decode(struct rp_mail_request *req, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err = rp_range_open(&p, buf, len);

	memset(req, 0, sizeof *req);
	if (err)
		return err;
	rp_packet_get_text(&p, req->argument, RP_ADDRESS_MAX);
	if (!rp_packet_end(&p) && is_argument(buf[1], req->argument)) {
		req->verb = buf[1];
		return 0;
	}
	rp_wipe(req, sizeof *req);
	return RP_EINVAL;
}

int rp_mail_answer_encode(const struct rp_mail_answer *a, enum rp_mail_verb verb, uint8_t *buf, size_t size)
{
	struct rp_packet p;

	rp_range_answer_start(&p, verb, a->status, a->detail, buf, size);
	rp_packet_put(&p, a->first, a->first_len);
	rp_packet_put(&p, a->second, a->second_len);
	return p.bad ? RP_EINVAL : (int)p.at;
}

int rp_mail_answer_decode(struct rp_mail_answer *a, enum rp_mail_verb verb, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err;

	memset(a, 0, sizeof *a);
	err = rp_range_answer_open(&p, verb, buf, len, &a->status, &a->detail);
	if (!err) {
		a->first = rp_packet_view(&p, &a->first_len);
		a->second = rp_packet_view(&p, &a->second_len);
		err = rp_packet_end(&p);
	}
	if (err)
		memset(a, 0, sizeof *a);
	return err;
}

void rp_mail_prefix(const uint8_t digest[RP_DIGEST_LEN], char out[RP_MAIL_PREFIX + 1])
{
	rp_range_digits(digest, RP_MAIL_PREFIX, out);
}

static void put(struct rp_mail_writer *w, const void *bytes, size_t n)
{
	if (w->full || n > w->size - w->at) {
		w->full = 1;
		return;
	}
	memcpy(w->buf + w->at, bytes, n);
	w->at += n;
}

static void put_int(struct rp_mail_writer *w, uint64_t v, unsigned width)
{
	uint8_t be[8];

	for (unsigned i = 0; i < width; i++)
		be[i] = (uint8_t)(v >> 8 * (width - 1 - i));
	put(w, be, width);
}

void rp_mail_put_breach(struct rp_mail_writer *w, const struct rp_breach *b)
{
	size_t n = strnlen(b->name, RP_BREACH_NAME_MAX);

	put_int(w, b->classes, 2);
	put_int(w, (uint64_t)b->added, 8);
	put_int(w, (uint64_t)b->date, 8);
	put_int(w, n, 1);
	put(w, b->name, n);
}

void rp_mail_put_address(struct rp_mail_writer *w, const uint8_t suffix[RP_MAIL_SUFFIX_LEN],
			 const uint16_t *breaches, unsigned n)
{
	put(w, suffix, RP_MAIL_SUFFIX_LEN);
	put_int(w, n, 1);
	for (unsigned i = 0; i < n; i++)
		put_int(w, breaches[i], 2);
}

static uint64_t get_int(const uint8_t *at, unsigned width)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < width; i++)
		v = v << 8 | at[i];
	return v;
}

/* The bytes that the breach at *at takes; 0: it is none. */
static size_t get_breach(const uint8_t *at, size_t left, struct rp_breach *b)
{
	size_t n = left < BREACH_LEN ? 0 : at[BREACH_LEN - 1];

	if (left < BREACH_LEN + n || !n || n > RP_BREACH_NAME_MAX)
		return 0;
	b->classes = (uint16_t)get_int(at, 2);
	b->added = (int64_t)get_int(at + 2, 8);
	b->date = (int64_t)get_int(at + 10, 8);
	memcpy(b->name, at + BREACH_LEN, n);
	b->name[n] = '\0';
	return strlen(b->name) == n && rp_is_text(b->name) ? BREACH_LEN + n : 0;
}

/* Where each of the breaches begins: an answer may refer to one of them a thousand times. Returns how many
 * there are. */
static int find_breaches(const struct rp_mail_answer *a, uint16_t starts[BREACHES_MAX])
{
	struct rp_breach unused;
	size_t at = 0, n;
	int i = 0;

	if (a->first_len > RP_MAIL_FIELD_MAX)
		return RP_EINVAL;
	for (; at < a->first_len; at += n, i++) {
		n = get_breach(a->first + at, a->first_len - at, &unused);
		if (!n)
			return RP_EINVAL;
		starts[i] = (uint16_t)at;
	}
	return i;
}

struct all {
	const struct rp_mail_answer *a;
	uint16_t starts[BREACHES_MAX];
	int n;
	void (*each)(const struct rp_breach *b, void *ctx);
	void *ctx;
};

static int call_for(const struct all *all, unsigned i)
{
	struct rp_breach b;

	if (i >= (unsigned)all->n)
		return RP_EINVAL;
	get_breach(all->a->first + all->starts[i], all->a->first_len - all->starts[i], &b);
	all->each(&b, all->ctx);
	return 0;
}

static int call_for_all(const struct all *all)
{
	if (all->a->second_len)
		return RP_EINVAL;
	for (int i = 0; i < all->n; i++)
		call_for(all, (unsigned)i);
	return all->n;
}

static int call_for_address(const struct all *all, const uint8_t *indices, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (call_for(all, (unsigned)get_int(indices + 2 * (size_t)i, 2)))
			return RP_EINVAL;
	return (int)n;
}

int rp_mail_each(const struct rp_mail_answer *a, enum rp_mail_verb verb, const uint8_t digest[RP_DIGEST_LEN],
		 void (*each)(const struct rp_breach *b, void *ctx), void *ctx)
{
	const uint8_t *suffix = digest + RP_DIGEST_LEN - RP_MAIL_SUFFIX_LEN, *at = a->second;
	struct all all = {.a = a, .each = each, .ctx = ctx};
	size_t left = a->second_len, n;
	int found = 0, some;

	all.n = find_breaches(a, all.starts);
	if (all.n < 0 || verb == RP_MAIL_EXACT)
		return all.n < 0 ? all.n : call_for_all(&all);
	for (; left; at += n, left -= n) {
		n = left < RP_MAIL_SUFFIX_LEN + 1 ? 0 : RP_MAIL_SUFFIX_LEN + 1 + 2u * at[RP_MAIL_SUFFIX_LEN];
		if (!n || n > left)
			return RP_EINVAL;
		if (!rp_equal(at, suffix, RP_MAIL_SUFFIX_LEN))
			continue;
		some = call_for_address(&all, at + RP_MAIL_SUFFIX_LEN + 1, at[RP_MAIL_SUFFIX_LEN]);
		if (some < 0)
			return some;
		found += some;
	}
	return found;
}
