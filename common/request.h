/*
 * A request to rempartd, as a struct and as bytes.
 *
 * Bytes: version, verb, flags (2), then six fields of u16 length and bytes: user, service, source,
 * code, digest, address. Version 1 ends with digest.
 * Integers are big-endian. Text is bytes without NUL. Nothing may follow the last field.
 */
#ifndef COMMON_REQUEST_H
#define COMMON_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"

struct rp_request {
	uint8_t version;
	uint8_t verb;
	uint16_t flags;
	char user[RP_USER_MAX + 1];	  /* PAM_USER; never empty except in RP_PING, RP_CHECK_PASSWORD */
	char service[RP_SERVICE_MAX + 1]; /* PAM_SERVICE */
	char source[RP_SOURCE_MAX + 1];	  /* PAM_RHOST, or what the portal saw; empty when not known */
	char code[RP_CODE_MAX + 1];	  /* a code or a recovery code: secret, wipe the struct after use */
	bool has_digest;
	uint8_t digest[RP_DIGEST_LEN]; /* SHA-1 of a password: secret too; zero without one */
	char address[RP_ADDRESS_MAX +
		     1]; /* RP_RESET: the one that was given, if any; RP_MAILBOX: the new one */
};

/* Writes the packet of req into buf. Returns its length, or RP_EINVAL if it does not fit into size. */
int rp_request_encode(const struct rp_request *req, uint8_t *buf, size_t size);

/* Reads a packet. On success 0 and req is filled in, every string NUL-terminated. RP_EVERSION: a version
 * that is not served (req->version says which). RP_EINVAL: short, long, unknown verb, a field out of
 * bounds or with a NUL inside, an empty user or no digest where one is needed. req is wiped on error, but for
 * version. */
int rp_request_decode(struct rp_request *req, const uint8_t *buf, size_t len);

void rp_request_wipe(struct rp_request *req);

#endif
