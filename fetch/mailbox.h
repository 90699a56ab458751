/* What the e-mail API says of addresses, into what common/mailbox.h hands out. Parsers: see fe_parse in
 * kind.h. */
#ifndef FETCH_MAILBOX_H
#define FETCH_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/mailbox.h"

/* A range: names of breaches, and addresses that refer to them. */
int fe_mail_range(const char *text, size_t len, uint8_t **bytes, size_t *n);

struct fe_joined {
	const uint8_t *addresses; /* into the range */
	size_t addresses_len;
	bool missing; /* a name has no record */
};

/* Writes the breaches that a range names to w, as records (of fe_records_parse) have them. */
void fe_mail_join(const uint8_t *range, size_t len, const uint8_t *records, size_t records_len,
		  struct rp_mail_writer *w, struct fe_joined *out);

/* The addresses whose passwords for a domain were stolen: how many (8 bytes of a uint64_t), then one a line.
 */
int fe_mail_stealers(const char *text, size_t len, uint8_t **bytes, size_t *n);
/* As many whole lines as a field has room for, from the from-th on. Returns how many lines there are in all.
 */
uint64_t fe_mail_page(const uint8_t *list, size_t len, uint64_t from, const uint8_t **out, size_t *out_len);

/* What a key may do, as common/mailbox.h has it. */
int fe_mail_plan(const char *text, size_t len, uint8_t **bytes, size_t *n);

#endif
