#include "common/range.h"

#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/secret.h"

#define COUNT_LEN 4
#define SUFFIX_LEN (RP_RANGE_ROW_LEN - COUNT_LEN)

/* A further kind is a further line here, and in rempart-fetch's table of addresses. */
static const struct {
	unsigned digest_len, prefix_len; /* bytes, hex digits */
} kinds[RP_RANGE_KIND_END] = {
	[RP_RANGE_PASSWORD_SHA1] = {20, 5},
};

static bool is_prefix(unsigned kind, const char *prefix)
{
	size_t n = strspn(prefix, "0123456789abcdef");

	return !prefix[n] && n == kinds[kind].prefix_len;
}

static bool is_kind(unsigned kind)
{
	return kind < RP_RANGE_KIND_END && kinds[kind].digest_len;
}

int rp_range_request_encode(const struct rp_range_request *req, uint8_t *buf, size_t size)
{
	struct rp_packet p;

	if (!is_kind(req->kind) || !is_prefix(req->kind, req->prefix))
		return RP_EINVAL;
	rp_packet_start(&p, buf, size, RP_RANGE_VERSION, RP_RANGE, 0);
	rp_packet_put(&p, &req->kind, 1);
	rp_packet_put(&p, req->prefix, strlen(req->prefix));
	return p.bad ? RP_EINVAL : (int)p.at;
}

int rp_range_open(struct rp_packet *p, const uint8_t *buf, size_t len)
{
	if (len < RP_HEADER_LEN || len > RP_RANGE_PACKET_MAX)
		return RP_EINVAL;
	if (buf[0] != RP_RANGE_VERSION)
		return RP_EVERSION;
	rp_packet_open(p, buf, len);
	return 0;
}

int rp_range_answer_open(struct rp_packet *p, unsigned verb, const uint8_t *buf, size_t len, uint8_t *status,
			 uint64_t *detail)
{
	int err = rp_range_open(p, buf, len);

	if (err)
		return err;
	rp_packet_get(p, status, 1);
	*detail = rp_packet_get_u64(p);
	p->bad |= !*status || *status >= RP_RANGE_STATUS_END;
	return buf[1] == verb ? 0 : RP_EINVAL;
}

void rp_range_answer_start(struct rp_packet *p, unsigned verb, unsigned status, uint64_t detail, uint8_t *buf,
			   size_t size)
{
	uint8_t byte = (uint8_t)status;

	rp_packet_start(p, buf, size, RP_RANGE_VERSION, (uint8_t)verb, 0);
	rp_packet_put(p, &byte, 1);
	rp_packet_put_u64(p, detail);
}

int rp_range_request_decode(struct rp_range_request *req, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err = rp_range_open(&p, buf, len);

	memset(req, 0, sizeof *req);
	if (err)
		return err;
	if (buf[1] != RP_RANGE || rp_packet_get(&p, &req->kind, 1) != 1)
		return RP_EINVAL;
	rp_packet_get_text(&p, req->prefix, RP_RANGE_PREFIX_MAX);
	if (rp_packet_end(&p) || !is_kind(req->kind) || !is_prefix(req->kind, req->prefix))
		return RP_EINVAL;
	return 0;
}

int rp_range_answer_encode(enum rp_range_status status, uint64_t detail, const uint8_t *rows, size_t n,
			   uint8_t *buf, size_t size)
{
	size_t first = n < RP_RANGE_FIELD_ROWS ? n : RP_RANGE_FIELD_ROWS;
	struct rp_packet p;

	if (n > RP_RANGE_ROWS_MAX)
		return RP_EINVAL;
	rp_range_answer_start(&p, RP_RANGE, status, detail, buf, size);
	rp_packet_put(&p, rows, first * RP_RANGE_ROW_LEN);
	rp_packet_put(&p, n > first ? rows + first * RP_RANGE_ROW_LEN : NULL, (n - first) * RP_RANGE_ROW_LEN);
	return p.bad ? RP_EINVAL : (int)p.at;
}

int rp_range_answer_decode(struct rp_range_answer *a, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err;

	memset(a, 0, sizeof *a);
	err = rp_range_answer_open(&p, RP_RANGE, buf, len, &a->status, &a->detail);
	for (int i = 0; !err && i < 2; i++) {
		size_t n;

		a->rows[i] = rp_packet_view(&p, &n);
		a->n_rows[i] = n / RP_RANGE_ROW_LEN;
		p.bad |= n % RP_RANGE_ROW_LEN != 0;
	}
	if (!err)
		err = rp_packet_end(&p);
	if (err)
		memset(a, 0, sizeof *a);
	return err;
}

void rp_range_prefix(enum rp_range_kind kind, const uint8_t *digest, char out[RP_RANGE_PREFIX_MAX + 1])
{
	rp_range_digits(digest, kinds[kind].prefix_len, out);
}

void rp_range_digits(const uint8_t *digest, unsigned n, char *out)
{
	static const char hex[] = "0123456789abcdef";

	for (unsigned i = 0; i < n; i++)
		out[i] = hex[digest[i / 2] >> (i % 2 ? 0 : 4) & 0xf];
	out[n] = '\0';
}

uint32_t rp_range_count(enum rp_range_kind kind, const struct rp_range_answer *a, const uint8_t *digest)
{
	size_t from = kinds[kind].digest_len - SUFFIX_LEN;
	uint8_t want[SUFFIX_LEN];
	uint32_t best = 0;

	memcpy(want, digest + from, sizeof want);
	if (kinds[kind].prefix_len % 2)
		want[0] &= 0x0f;
	for (int f = 0; f < 2; f++)
		for (size_t i = 0; i < a->n_rows[f]; i++) {
			const uint8_t *row = a->rows[f] + i * RP_RANGE_ROW_LEN, *c = row + SUFFIX_LEN;
			uint32_t count =
				(uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | c[3];

			if (rp_equal(row, want, sizeof want) && count > best)
				best = count;
		}
	rp_wipe(want, sizeof want);
	return best;
}

const char *rp_range_cause(unsigned status, uint64_t detail, char *out, size_t size)
{
	static const char *const causes[RP_RANGE_STATUS_END] = {
		[RP_RANGE_OK] = "none",
		[RP_RANGE_REFUSED] = "fetch-refused",
		[RP_RANGE_BREAKER] = "breaker-open",
		[RP_RANGE_TIMEOUT] = "timeout",
		[RP_RANGE_CONNECT] = "no-connection",
		[RP_RANGE_TLS] = "tls",
		[RP_RANGE_RATE] = "rate-limited",
		[RP_RANGE_BODY] = "bad-body",
		[RP_RANGE_SIZE] = "too-large",
		[RP_RANGE_BUSY] = "busy",
		[RP_RANGE_NO_KEY] = "no-api-key",
		[RP_RANGE_KEY] = "api-key-refused",
		[RP_RANGE_PLAN] = "not-in-plan",
		[RP_RANGE_RECORDS] = "no-breach-records",
	};

	if (status == RP_RANGE_HTTP)
		snprintf(out, size, "http-%llu", (unsigned long long)detail);
	else
		snprintf(out, size, "%s",
			 status < RP_RANGE_STATUS_END && causes[status] ? causes[status] : "no-answer");
	return out;
}
