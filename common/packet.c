#include "common/packet.h"

#include <string.h>
#include "common/error.h"

void rp_packet_start(struct rp_packet *p, uint8_t *buf, size_t size, uint8_t version, uint8_t verb,
		     uint16_t flags)
{
	*p = (struct rp_packet){.buf = buf, .size = size, .bad = size < RP_HEADER_LEN};
	if (p->bad)
		return;
	buf[0] = version;
	buf[1] = verb;
	buf[2] = (uint8_t)(flags >> 8);
	buf[3] = (uint8_t)flags;
	p->at = RP_HEADER_LEN;
}

void rp_packet_put(struct rp_packet *p, const void *bytes, size_t len)
{
	if (p->bad || len > UINT16_MAX || p->size - p->at < len + 2) {
		p->bad = 1;
		return;
	}
	p->buf[p->at++] = (uint8_t)(len >> 8);
	p->buf[p->at++] = (uint8_t)len;
	if (len)
		memcpy(p->buf + p->at, bytes, len);
	p->at += len;
}

void rp_packet_put_u64(struct rp_packet *p, uint64_t n)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(n >> (56 - 8 * i));
	rp_packet_put(p, b, sizeof b);
}

void rp_packet_open(struct rp_packet *p, const uint8_t *buf, size_t len)
{
	/* Never written through: the reading functions only copy out of it. */
	*p = (struct rp_packet){.buf = (uint8_t *)buf, .size = len, .at = RP_HEADER_LEN};
}

const uint8_t *rp_packet_view(struct rp_packet *p, size_t *len)
{
	const uint8_t *at = p->buf + p->at;

	*len = 0;
	p->bad |= p->size - p->at < 2;
	if (p->bad)
		return NULL;
	*len = (size_t)at[0] << 8 | at[1];
	if (p->size - p->at - 2 < *len) {
		p->bad = 1;
		*len = 0;
		return NULL;
	}
	p->at += *len + 2;
	return at + 2;
}

size_t rp_packet_get(struct rp_packet *p, void *out, size_t max)
{
	size_t len;
	const uint8_t *at = rp_packet_view(p, &len);

	p->bad |= len > max;
	if (p->bad)
		return 0;
	if (len)
		memcpy(out, at, len);
	return len;
}

void rp_packet_get_text(struct rp_packet *p, char *out, size_t max)
{
	size_t len = rp_packet_get(p, out, max);

	out[len] = '\0';
	if (strlen(out) != len)
		p->bad = 1;
}

uint64_t rp_packet_get_u64(struct rp_packet *p)
{
	uint8_t b[8];
	uint64_t n = 0;

	if (rp_packet_get(p, b, sizeof b) != sizeof b) {
		p->bad = 1;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		n = n << 8 | b[i];
	return n;
}

int rp_packet_end(const struct rp_packet *p)
{
	return p->bad || p->at != p->size ? RP_EINVAL : 0;
}
