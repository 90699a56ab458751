/*
 * rempartd's answer, as a struct and as bytes.
 *
 * Bytes: version, verb (of the request), flags (2, zero), then six fields of u16 length and bytes:
 * verdict (1 byte), n1 (8), n2 (8), t1, t2, t3. What n1 … t3 mean depends on verb and verdict:
 *
 *   any, THROTTLED              n1 seconds to wait, 0 when only an administrator can help
 *   ACCOUNT, GRACE              n1 Unix time from which a token is required
 *   SHAPE, OK                   n1 lengths of code, RP_SHAPE_DIGITS
 *   ENROL_BEGIN, OK             t1 secret in Base32, t2 otpauth URI, t3 QR code: side (1 byte), then
 *                               side * side bits, row by row, first module in the top bit, 1 is dark
 *   ENROL_CONFIRM, OK           t1 recovery codes, one a line
 *   any, LEAKED                 n1 how often it was seen, at least
 *   any, UNKNOWN                t1 the cause, a word
 *   SESSION, OK                 n1 Unix time of the login before this one (0: none), n2 failures between
 *                               the two, t1 the source of that login, t2 what a person is to do because
 *                               the registered mailbox is flagged: once, else empty
 *   RESET or MAILBOX, REFUSED   t2 what a person can do: the configuration's help_text. RESET with
 *                               RP_FLAG_EXPLAIN, and MAILBOX: t1 why, words separated by blanks of which the
 *                               first is the event's reason; n1 the Unix time at which that ends, 0: no such
 *   RESET, UNKNOWN or LOCKED    the same, with RP_FLAG_EXPLAIN; without it both are REFUSED
 *   RESET or MAILBOX, OK        t1 and n1 where REFUSED has them
 */
#ifndef COMMON_REPLY_H
#define COMMON_REPLY_H

#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"

#define RP_T1_MAX 512
#define RP_T2_MAX 1024
#define RP_T3_MAX 2048

struct rp_reply {
	uint8_t version;
	uint8_t verb;
	uint8_t verdict;
	uint64_t n1, n2;
	char t1[RP_T1_MAX + 1]; /* secret after ENROL_*: wipe the struct after use */
	char t2[RP_T2_MAX + 1];
	uint8_t t3[RP_T3_MAX];
	uint16_t t3_len;
};

/* As rp_request_encode and rp_request_decode. A verdict that is not known decodes as RP_EINVAL. */
int rp_reply_encode(const struct rp_reply *rep, uint8_t *buf, size_t size);
int rp_reply_decode(struct rp_reply *rep, const uint8_t *buf, size_t len);
void rp_reply_wipe(struct rp_reply *rep);

#endif
