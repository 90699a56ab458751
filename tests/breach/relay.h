/* Between rempartd and rempart-fetch: a thread of the test that hands on what either says, and keeps every
 * packet that rempartd sent. */
#ifndef TESTS_BREACH_RELAY_H
#define TESTS_BREACH_RELAY_H

#include <stddef.h>
#include <stdint.h>

#define RELAY_PACKETS 64
#define RELAY_PACKET_MAX 4096

struct relay_packet {
	size_t len; /* as it was sent, even where it is longer than what is kept */
	uint8_t bytes[RELAY_PACKET_MAX];
};

struct relay;

/* Listens at path, for the rempart-fetch at to. */
struct relay *relay_start(const char *path, const char *to);
void relay_stop(struct relay *r);
/* What came so far. */
size_t relay_packets(struct relay *r, const struct relay_packet **packets);

#endif
