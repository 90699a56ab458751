/*
 * The protocol between rempartd and rempart-fetch: one prefix out, the whole range back.
 *
 * One packet each way over an AF_UNIX SOCK_SEQPACKET socket, framed as in packet.h; integers are big-endian.
 * Request: header (version, RP_RANGE), fields kind (1 byte) and prefix (hex digits, lower case).
 * Answer:  header, fields status (1 byte), detail (8), and two fields of packed rows, because one field ends
 * at 65,535 bytes. A row is a digest without its prefix, and its count:
 *
 *   kind           digest            prefix        row
 *   PASSWORD_SHA1  SHA-1, 20 bytes   5 hex digits  digest[2] & 0x0f, digest[3] … digest[19], count (4)
 *
 * The prefix is all that rempart-fetch ever learns, and all that leaves the machine.
 */
#ifndef COMMON_RANGE_H
#define COMMON_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"

#define RP_RANGE_VERSION 1
#define RP_RANGE 1 /* the only verb */
#define RP_RANGE_PACKET_MAX (128 * 1024)
#define RP_RANGE_PREFIX_MAX 8
#define RP_RANGE_SOCKET_DEFAULT "/run/rempart-fetch/fetch.sock"

/* Within the daemon's budget, in milliseconds: rempart-fetch answers by then, if only that it could not. */
#define RP_FETCH_BUDGET_MS 1500

#define RP_RANGE_ROW_LEN 22
#define RP_RANGE_FIELD_ROWS 2978 /* as many as one field holds */
#define RP_RANGE_ROWS_MAX (2 * RP_RANGE_FIELD_ROWS)

/* Values are on the wire: never renumber. */
enum rp_range_kind { RP_RANGE_PASSWORD_SHA1 = 1, RP_RANGE_KIND_END };

/* How it went. All but OK mean "unknown", and each is a cause that an administrator reads in an event. */
enum rp_range_status {
	RP_RANGE_NONE = 0,     /* nobody filled this in */
	RP_RANGE_OK = 1,       /* the range, whole */
	RP_RANGE_REFUSED = 2,  /* not a request of this version, or not of a known kind */
	RP_RANGE_BREAKER = 3,  /* the circuit breaker is open; detail: seconds until the next try */
	RP_RANGE_TIMEOUT = 4,  /* the budget is spent */
	RP_RANGE_CONNECT = 5,  /* no name, no route, nobody listens, the proxy refuses */
	RP_RANGE_TLS = 6,      /* the certificate or the handshake is not acceptable */
	RP_RANGE_HTTP = 7,     /* detail: the HTTP status, 3xx to another host or to http included */
	RP_RANGE_RATE = 8,     /* 429; detail: seconds to wait */
	RP_RANGE_BODY = 9,     /* what came is not a range of this prefix */
	RP_RANGE_SIZE = 10,    /* more came than a range has */
	RP_RANGE_BUSY = 11,    /* too much is waiting already */
	RP_RANGE_NO_KEY = 12,  /* no API key is configured, or it cannot be read */
	RP_RANGE_KEY = 13,     /* 401: the API key is refused */
	RP_RANGE_PLAN = 14,    /* 403: the key's plan does not have this */
	RP_RANGE_RECORDS = 15, /* the breach records, without which names mean nothing, did not come */
	RP_RANGE_STATUS_END
};

struct rp_packet;

struct rp_range_request {
	uint8_t kind;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
};

struct rp_range_answer {
	uint8_t status;
	uint64_t detail;
	const uint8_t *rows[2]; /* into the packet */
	size_t n_rows[2];
};

/* Lengths on success. RP_EINVAL: it does not fit, or a kind or a prefix that is none. Decoding: RP_EVERSION,
 * RP_EINVAL. */
int rp_range_request_encode(const struct rp_range_request *req, uint8_t *buf, size_t size);
int rp_range_request_decode(struct rp_range_request *req, const uint8_t *buf, size_t len);
/* rows: n of them, n at most RP_RANGE_ROWS_MAX. */
int rp_range_answer_encode(enum rp_range_status status, uint64_t detail, const uint8_t *rows, size_t n,
			   uint8_t *buf, size_t size);
/* a points into buf, which has to outlive it. */
int rp_range_answer_decode(struct rp_range_answer *a, const uint8_t *buf, size_t len);

/* What common/mailbox.h has too. Begins to read a packet: RP_EVERSION, RP_EINVAL. */
int rp_range_open(struct rp_packet *p, const uint8_t *buf, size_t len);
/* The same of an answer to verb, and its two first fields. A status that is none makes the packet bad. */
int rp_range_answer_open(struct rp_packet *p, unsigned verb, const uint8_t *buf, size_t len, uint8_t *status,
			 uint64_t *detail);
/* Begins to write an answer: header, status, detail. */
void rp_range_answer_start(struct rp_packet *p, unsigned verb, unsigned status, uint64_t detail, uint8_t *buf,
			   size_t size);
/* The first n hex digits of digest, in out of n + 1 bytes. */
void rp_range_digits(const uint8_t *digest, unsigned n, char *out);

/* The kind's prefix of digest. */
void rp_range_prefix(enum rp_range_kind kind, const uint8_t *digest, char out[RP_RANGE_PREFIX_MAX + 1]);
/* The highest count that a's rows give digest; 0: it is not among them, or only as padding. */
uint32_t rp_range_count(enum rp_range_kind kind, const struct rp_range_answer *a, const uint8_t *digest);
/* "timeout", "http-503", "breaker-open" …: for events, stable. Returns out. */
const char *rp_range_cause(unsigned status, uint64_t detail, char *out, size_t size);

#endif
