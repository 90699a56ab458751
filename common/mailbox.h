/*
 * What rempart-fetch is asked about mailboxes, over the same socket as ranges of passwords and in the same
 * framing (common/range.h, whose statuses these answers have too).
 *
 * Request: header (version, verb), one field: the argument. Answer: header, fields status (1 byte), detail
 * (8), first, second.
 *
 *   verb      argument                       first            second
 *   RANGE     6 hex digits, lower case       breaches         addresses
 *   EXACT     an address                     breaches         empty: all of them are that address's
 *   STEALERS  which address to begin with,   addresses as text, each followed by a line feed, as many as
 *             "0" at first                   fit; detail: how many there are in all
 *   PLAN      empty                          "name\n", "rpm\n", "ranges\n", "stealer-logs\n": what the
 *                                            key may do; the last two are 0 or 1
 *
 * A breach: classes (2), added (8), date (8), length of the name (1), name (printable UTF-8). An address: the
 * SHA-1 of its normal form without the 6 digits (17 bytes), n (1), and n indices into breaches (2 each). One
 * that is in more than 255 breaches comes twice. Integers are big-endian.
 *
 * Only EXACT tells rempart-fetch an address, and only where the configuration says email_exact = yes.
 */
#ifndef COMMON_MAILBOX_H
#define COMMON_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"
#include "common/range.h"

/* Values are on the wire, beside RP_RANGE: never renumber. */
enum rp_mail_verb {
	RP_MAIL_RANGE = 2,
	RP_MAIL_EXACT = 3,
	RP_MAIL_STEALERS = 4,
	RP_MAIL_PLAN = 5,
	RP_MAIL_VERB_END
};

#define RP_MAIL_PREFIX 6 /* hex digits */
#define RP_MAIL_SUFFIX_LEN 17
#define RP_MAIL_FIELD_MAX 65535

/* What kind of breach, as the breach records of Have I Been Pwned say; a bit set, on the wire and in the
 * store: never renumber. */
enum rp_breach_class {
	RP_BREACH_PASSWORDS = 1 << 0, /* "Passwords" is among its data classes */
	RP_BREACH_VERIFIED = 1 << 1,
	RP_BREACH_FABRICATED = 1 << 2,
	RP_BREACH_SPAM_LIST = 1 << 3,
	RP_BREACH_STEALER_LOG = 1 << 4,
	RP_BREACH_MALWARE = 1 << 5,
	RP_BREACH_RETIRED = 1 << 6,
	RP_BREACH_NO_RECORD = 1 << 15, /* no breach record has this name: nothing is known of it */
};

#define RP_BREACH_NAME_MAX 63

struct rp_breach {
	uint16_t classes;
	int64_t added; /* Unix time from which on it was known; 0 without a record */
	int64_t date;  /* Unix time of the breach itself */
	char name[RP_BREACH_NAME_MAX + 1];
};

struct rp_mail_request {
	uint8_t verb;
	char argument[RP_ADDRESS_MAX + 1];
};

struct rp_mail_answer {
	uint8_t status; /* enum rp_range_status */
	uint64_t detail;
	const uint8_t *first, *second; /* into the packet */
	size_t first_len, second_len;
};

/* As their likes in range.h. RP_EINVAL: a verb or an argument that is none. */
int rp_mail_request_encode(const struct rp_mail_request *req, uint8_t *buf, size_t size);
int rp_mail_request_decode(struct rp_mail_request *req, const uint8_t *buf, size_t len);
int rp_mail_answer_encode(const struct rp_mail_answer *a, enum rp_mail_verb verb, uint8_t *buf, size_t size);
/* a points into buf, which has to outlive it. */
int rp_mail_answer_decode(struct rp_mail_answer *a, enum rp_mail_verb verb, const uint8_t *buf, size_t len);

/* The six digits of a digest, which is the SHA-1 of an address's normal form. */
void rp_mail_prefix(const uint8_t digest[RP_DIGEST_LEN], char out[RP_MAIL_PREFIX + 1]);

/* A place that breaches and addresses are written to. Once something did not fit, full is set. */
struct rp_mail_writer {
	uint8_t *buf;
	size_t size, at;
	int full;
};

void rp_mail_put_breach(struct rp_mail_writer *w, const struct rp_breach *b);
/* n at most 255. */
void rp_mail_put_address(struct rp_mail_writer *w, const uint8_t suffix[RP_MAIL_SUFFIX_LEN],
			 const uint16_t *breaches, unsigned n);

/* Calls each for every breach that an OK answer to RANGE or EXACT gives digest (EXACT: all of them). Returns
 * how many, or RP_EINVAL where the answer's fields are not as above: nothing was found out then, whatever
 * was called before. Suffixes are compared in constant time. */
int rp_mail_each(const struct rp_mail_answer *a, enum rp_mail_verb verb, const uint8_t digest[RP_DIGEST_LEN],
		 void (*each)(const struct rp_breach *b, void *ctx), void *ctx);

#endif
