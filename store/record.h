/*
 * Account records as bytes: what every driver keeps under the account's name.
 *
 * Version, then fixed fields, tokens, lanes, recovery codes and e-mail, big-endian; the last 8 bytes are the
 * start of SHA-256 over the name, a NUL and all before, so that a record that was damaged, cut or put under
 * another name is seen.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/bytes.h"
#include "store/store.h"

#define ST_RECORD_VERSION 3 /* 1 had no mark, 2 nothing of the mailbox; both are still read */
#define ST_RECORD_MAX 4096

/* Returns the length, or RP_EINVAL when the name is empty or a count or length in a is out of bounds. */
int st_record_encode(const struct st_account *a, uint8_t *buf, size_t size);
/* a->name says whose record it should be and is kept; everything else is filled in, exists true, dirty
 * false. RP_ECORRUPT, or RP_EVERSION for a newer version with a good checksum. */
int st_record_decode(struct st_account *a, const uint8_t *buf, size_t len);

/*
 * The same of a mailbox, under the columns of its row: key, listed, until and checked. The checksum covers
 * these as well.
 */
#define ST_MAILBOX_RECORD_MAX 288

int st_mailbox_encode(const struct st_mailbox *m, uint8_t *buf, size_t size);
/* m holds what is in the columns, and zeros. */
int st_mailbox_decode(struct st_mailbox *m, const uint8_t *buf, size_t len);

#endif
