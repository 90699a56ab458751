#include "corpus/page.h"

#include <endian.h>
#include <limits.h>
#include <string.h>
#include <xxhash.h>
#include "common/error.h"

#define HEADER_LEN 8
#define CHECK_AT (CO_PAGE_LEN - 8)
#define STREAM_AT (8 * HEADER_LEN) /* in bits, as the next two */
#define STREAM_END (8 * CHECK_AT)
#define STREAM_LEN (STREAM_END - STREAM_AT)
#define FACTOR_BITS 16
#define FACTOR_MAX ((1U << FACTOR_BITS) - 1)
#define SHIFT_MAX (CO_KEY_BITS - FACTOR_BITS)
#define RICE_MAX (CO_KEY_BITS - 1)
#define LOG_MAX 63
#define COARSEST 256 /* the range is at least as many times the number of keys */
#define TRIES 8

/*
 * Three parts, one behind the other: the quotients of the gaps between keys in unary, zeros and a one for
 * each; the logs likewise; and up to the end the remainders of the gaps, rice bits each. So the i-th key is
 * (zeros before the i-th one) × 2^rice + (sum of the first remainders), and a search looks at no logs.
 */
struct code {
	unsigned n, factor, shift, rice;
	unsigned logs_at, rests_at; /* bits into the page */
};

static uint64_t load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return le64toh(word);
}

static void store(uint8_t *at, uint64_t word)
{
	word = htole64(word);
	memcpy(at, &word, sizeof word);
}

static uint64_t load_big(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return be64toh(word);
}

uint64_t co_page_of(const uint8_t digest[CO_DIGEST_LEN], unsigned bits)
{
	return bits ? load_big(digest) >> (64 - bits) : 0;
}

uint64_t co_key_of(const uint8_t digest[CO_DIGEST_LEN], unsigned bits)
{
	uint64_t rest = bits ? load_big(digest + 8) >> (64 - bits) : 0;

	return (load_big(digest) << bits | rest) >> (64 - CO_KEY_BITS);
}

static uint64_t quantise(const struct code *c, uint64_t key)
{
	return key * c->factor >> (CO_KEY_BITS - c->shift);
}

static uint64_t range(const struct code *c)
{
	return (uint64_t)c->factor << c->shift;
}

/* What the unary parts take beside their ends. */
static uint64_t quotients(const struct code *c, const struct co_key *keys)
{
	uint64_t sum = 0, last = 0;

	for (unsigned i = 0; i < c->n; i++) {
		uint64_t q = quantise(c, keys[i].bits);

		sum += (q - last) >> c->rice;
		last = q;
	}
	return sum;
}

static unsigned bit_length(uint64_t v)
{
	return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/*
 * room: the bits that are left for quotients. A range of room × 2^rice fits whatever the keys are; from there
 * it is raised by what is spare, as a range that is wider by 2^rice costs about a bit, and where that was too
 * much by its share.
 */
static void widen(struct code *c, const struct co_key *keys, uint64_t room)
{
	uint64_t widest = (room + c->n + 1) << c->rice, step = room << c->rice, spare = room, best = 0;
	unsigned length = bit_length(widest);

	c->shift = length < FACTOR_BITS ? 0 : length - FACTOR_BITS;
	c->shift = c->shift > SHIFT_MAX ? SHIFT_MAX : c->shift;
	step >>= c->shift;
	for (unsigned i = 0; i < TRIES && step && best < FACTOR_MAX; i++) {
		uint64_t used;

		c->factor = best + step > FACTOR_MAX ? FACTOR_MAX : (unsigned)(best + step);
		used = quotients(c, keys);
		if (used > room) {
			step = step * spare / (spare + used - room);
		} else {
			best = c->factor;
			spare = room - used;
			step = (spare << c->rice) >> c->shift;
		}
	}
	c->factor = (unsigned)best;
}

/* A quotient of 0.6 to 1.6 bits a key is where this rice is better than its neighbours. */
static int choose(struct code *c, const struct co_key *keys)
{
	uint64_t room = STREAM_LEN, spent = c->n;

	for (unsigned i = 0; i < c->n; i++)
		spent += keys[i].log + 1U;
	if (spent + 2 * c->n > room)
		return RP_EFULL;
	room -= spent;
	c->rice = (unsigned)((10 * room - 6 * c->n) / (10 * c->n));
	c->rice = c->rice > RICE_MAX ? RICE_MAX : c->rice;
	widen(c, keys, room - (uint64_t)c->n * c->rice);
	return range(c) < (uint64_t)COARSEST * c->n ? RP_EFULL : 0;
}

static unsigned put_unary(uint8_t *page, unsigned at, uint64_t zeros)
{
	at += (unsigned)zeros;
	page[at / 8] |= (uint8_t)(1U << at % 8);
	return at + 1;
}

/* At least 57 bits from there on, at <= STREAM_END: the checksum behind keeps it within the page. */
static uint64_t window(const uint8_t *page, unsigned at)
{
	return load(page + at / 8) >> at % 8;
}

static void put_rest(uint8_t *page, unsigned at, uint64_t rest)
{
	store(page + at / 8, load(page + at / 8) | rest << at % 8);
}

static void write_code(uint8_t *page, struct code *c, const struct co_key *keys)
{
	uint64_t last = 0, mask = ((uint64_t)1 << c->rice) - 1;
	unsigned at = STREAM_AT;

	for (unsigned i = 0; i < c->n; i++) {
		uint64_t q = quantise(c, keys[i].bits), gap = q - last;

		at = put_unary(page, at, gap >> c->rice);
		put_rest(page, c->rests_at + i * c->rice, gap & mask);
		last = q;
	}
	c->logs_at = at;
	for (unsigned i = 0; i < c->n; i++)
		at = put_unary(page, at, keys[i].log);
}

int co_page_encode(uint8_t page[CO_PAGE_LEN], const struct co_key *keys, unsigned n, double *epsilon)
{
	struct code c = {.n = n};

	if (n > CO_PAGE_KEYS || (n && choose(&c, keys)))
		return RP_EFULL;
	memset(page, 0, CO_PAGE_LEN);
	c.rests_at = STREAM_END - n * c.rice;
	write_code(page, &c, keys);
	store(page, (uint64_t)n | (uint64_t)c.factor << 16 | (uint64_t)c.shift << 32 |
			    (uint64_t)c.rice << 40 | (uint64_t)c.logs_at << 48);
	*epsilon = n ? (double)n / (double)range(&c) : 0;
	return 0;
}

static uint64_t checksum(const uint8_t *page, int64_t made, uint64_t place)
{
	return XXH3_64bits_withSeed(page, CHECK_AT, ((uint64_t)made << 32) ^ place);
}

void co_page_seal(uint8_t page[CO_PAGE_LEN], int64_t made, uint64_t place)
{
	store(page + CHECK_AT, checksum(page, made, place));
}

bool co_page_sealed(const uint8_t page[CO_PAGE_LEN], int64_t made, uint64_t place)
{
	return load(page + CHECK_AT) == checksum(page, made, place);
}

static int read_header(const uint8_t *page, struct code *c)
{
	uint64_t word = load(page);

	c->n = word & 0xffff;
	c->factor = word >> 16 & 0xffff;
	c->shift = word >> 32 & 0xff;
	c->rice = word >> 40 & 0xff;
	c->logs_at = (unsigned)(word >> 48);
	if (c->shift > SHIFT_MAX || c->rice > RICE_MAX || c->n * c->rice > STREAM_LEN)
		return RP_ECORRUPT;
	c->rests_at = STREAM_END - c->n * c->rice;
	return c->logs_at < STREAM_AT || c->logs_at > c->rests_at ? RP_ECORRUPT : 0;
}

/* Walks the ones of a part. */
struct ones {
	const uint8_t *page;
	unsigned at, end; /* bits into the page; at: of the word that is left */
	uint64_t word;
};

static struct ones ones_of(const uint8_t *page, unsigned from, unsigned end)
{
	return (struct ones){page, from & ~63U, end, load(page + from / 64 * 8) & ~(uint64_t)0 << from % 64};
}

/* False: the part has no more. */
static inline bool next_one(struct ones *o, unsigned *at)
{
	while (!o->word) {
		o->at += 64;
		if (o->at >= o->end)
			return false;
		o->word = load(o->page + o->at / 8);
	}
	*at = o->at + (unsigned)__builtin_ctzll(o->word);
	o->word &= o->word - 1;
	return *at < o->end;
}

/* Walks the keys, which never fall. */
struct walk {
	const struct code *c;
	struct ones ones;
	unsigned i;
	uint64_t rests, q;
};

static struct walk walk_of(const uint8_t *page, const struct code *c)
{
	return (struct walk){.c = c, .ones = ones_of(page, STREAM_AT, c->logs_at)};
}

static inline int next_key(struct walk *w)
{
	const struct code *c = w->c;
	unsigned at;

	if (!next_one(&w->ones, &at))
		return RP_ECORRUPT;
	w->rests += window(w->ones.page, c->rests_at + w->i * c->rice) & (((uint64_t)1 << c->rice) - 1);
	w->q = ((uint64_t)(at - STREAM_AT - w->i) << c->rice) + w->rests;
	w->i++;
	return 0;
}

/* Of the keys from first to last the highest. */
static int read_count(const uint8_t *page, const struct code *c, unsigned first, unsigned last,
		      uint64_t *count)
{
	struct ones ones = ones_of(page, c->logs_at, c->rests_at);
	unsigned at, before = c->logs_at - 1;

	for (unsigned i = 0; i <= last; i++) {
		if (!next_one(&ones, &at) || at - before > LOG_MAX + 1)
			return RP_ECORRUPT;
		if (i >= first && (uint64_t)1 << (at - before - 1) > *count)
			*count = (uint64_t)1 << (at - before - 1);
		before = at;
	}
	return 0;
}

int co_page_find(const uint8_t page[CO_PAGE_LEN], uint64_t key, uint64_t *count)
{
	uint64_t wanted, highest = 0;
	unsigned first = UINT_MAX, last = 0;
	struct code c;
	struct walk w;
	int err = read_header(page, &c);

	*count = 0;
	if (err)
		return err;
	wanted = quantise(&c, key);
	w = walk_of(page, &c);
	while (!err && w.i < c.n && w.q <= wanted) {
		err = next_key(&w);
		if (w.q == wanted) {
			last = w.i - 1;
			first = first < last ? first : last;
		}
	}
	if (err || first == UINT_MAX)
		return err;
	err = read_count(page, &c, first, last, &highest);
	*count = err ? 0 : highest;
	return err;
}

int co_page_check(const uint8_t page[CO_PAGE_LEN], unsigned *n)
{
	uint64_t highest = 0;
	struct code c;
	struct walk w;
	int err = read_header(page, &c);

	*n = 0;
	if (err || !c.n)
		return err;
	w = walk_of(page, &c);
	while (!err && w.i < c.n)
		err = next_key(&w);
	if (err || w.q >= range(&c) || read_count(page, &c, 0, c.n - 1, &highest))
		return RP_ECORRUPT;
	*n = c.n;
	return 0;
}
