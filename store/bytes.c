#include "store/bytes.h"

#include <openssl/sha.h>
#include <string.h>
#include "common/secret.h"

static bool checksum(const void *owner, size_t n, const uint8_t *buf, size_t len, uint8_t out[ST_CHECK_LEN])
{
	uint8_t all[ST_OWNER_MAX + ST_CHECKED_MAX], sum[SHA256_DIGEST_LENGTH];
	bool ok;

	if (n > ST_OWNER_MAX || len > ST_CHECKED_MAX)
		return false;
	memcpy(all, owner, n);
	memcpy(all + n, buf, len);
	ok = SHA256(all, n + len, sum) != NULL;
	rp_wipe(all, n + len);
	memcpy(out, sum, ST_CHECK_LEN);
	return ok;
}

void st_put(struct st_writer *w, const void *bytes, size_t n)
{
	if (w->bad || n > w->size - w->at) {
		w->bad = true;
		return;
	}
	memcpy(w->buf + w->at, bytes, n);
	w->at += n;
}

void st_put_int(struct st_writer *w, uint64_t v, unsigned width)
{
	uint8_t be[8];

	for (unsigned i = 0; i < width; i++)
		be[i] = (uint8_t)(v >> 8 * (width - 1 - i));
	st_put(w, be, width);
}

void st_put_string(struct st_writer *w, const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	w->bad |= n > max;
	st_put_int(w, n, 1);
	st_put(w, s, w->bad ? 0 : n);
}

void st_put_bytes(struct st_writer *w, const uint8_t *bytes, size_t n, size_t max)
{
	w->bad |= n > max;
	st_put_int(w, n, 2);
	st_put(w, bytes, w->bad ? 0 : n);
}

void st_put_check(struct st_writer *w, const void *owner, size_t owner_len)
{
	uint8_t sum[ST_CHECK_LEN] = {0};

	w->bad = w->bad || !checksum(owner, owner_len, w->buf, w->at, sum);
	st_put(w, sum, sizeof(sum));
}

void st_get(struct st_reader *r, void *out, size_t n)
{
	if (r->bad || n > r->size - r->at) {
		r->bad = true;
		return;
	}
	memcpy(out, r->buf + r->at, n);
	r->at += n;
}

uint64_t st_get_int(struct st_reader *r, unsigned width)
{
	uint8_t be[8] = {0};
	uint64_t v = 0;

	st_get(r, be, width);
	for (unsigned i = 0; i < width; i++)
		v = v << 8 | be[i];
	return v;
}

uint64_t st_get_int_to(struct st_reader *r, unsigned width, uint64_t max)
{
	uint64_t v = st_get_int(r, width);

	r->bad |= v > max;
	return r->bad ? 0 : v;
}

int64_t st_get_time(struct st_reader *r)
{
	int64_t t = (int64_t)st_get_int(r, 8);

	r->bad |= t == 0;
	return t;
}

void st_get_string(struct st_reader *r, char *out, size_t max)
{
	size_t n = st_get_int_to(r, 1, max);

	st_get(r, out, n);
	r->bad |= strnlen(out, max) != n;
}

void st_get_check(struct st_reader *r, const void *owner, size_t owner_len)
{
	uint8_t sum[ST_CHECK_LEN];

	r->bad |= r->size < ST_CHECK_LEN;
	if (r->bad)
		return;
	r->size -= ST_CHECK_LEN;
	r->bad = !checksum(owner, owner_len, r->buf, r->size, sum) ||
		 memcmp(sum, r->buf + r->size, ST_CHECK_LEN) != 0;
}
