/* The one place that frames: header and length-prefixed fields, bounds checked, in both directions. */
#ifndef COMMON_PACKET_H
#define COMMON_PACKET_H

#include <stddef.h>
#include <stdint.h>

struct rp_packet {
	uint8_t *buf;
	size_t size; /* writing: room in buf; reading: bytes in the packet */
	size_t at;
	int bad; /* once set, every further call does nothing; check it once at the end */
};

#define RP_HEADER_LEN 4

void rp_packet_start(struct rp_packet *p, uint8_t *buf, size_t size, uint8_t version, uint8_t verb,
		     uint16_t flags);
void rp_packet_put(struct rp_packet *p, const void *bytes, size_t len);
void rp_packet_put_u64(struct rp_packet *p, uint64_t n);

/* The caller has checked that len is at least RP_HEADER_LEN. */
void rp_packet_open(struct rp_packet *p, const uint8_t *buf, size_t len);
/* The next field, copied into out: at most max bytes. Returns its length; 0 once the packet is bad. */
size_t rp_packet_get(struct rp_packet *p, void *out, size_t max);
/* The next field where it lies in the packet, of any length; NULL once the packet is bad. */
const uint8_t *rp_packet_view(struct rp_packet *p, size_t *len);
/* The next field as text: NUL-terminated into out of max + 1 bytes; a NUL inside makes the packet bad. */
void rp_packet_get_text(struct rp_packet *p, char *out, size_t max);
uint64_t rp_packet_get_u64(struct rp_packet *p);
/* 0 when everything was there and nothing is left over, else RP_EINVAL. */
int rp_packet_end(const struct rp_packet *p);

#endif
