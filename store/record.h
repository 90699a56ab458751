/*
 * Account records as bytes: what every driver keeps under the account's name.
 *
 * Version, then fixed fields, tokens, lanes, recovery codes and e-mail, big-endian; the last 8 bytes are the
 * start of SHA-256 over the name, a NUL and all before, so that a record that was damaged, cut or put under
 * another name is seen.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/store.h"

#define ST_RECORD_VERSION 2 /* 1 had no mark, and is still read */
#define ST_RECORD_MAX 4096

/* Returns the length, or RP_EINVAL when the name is empty or a count or length in a is out of bounds. */
int st_record_encode(const struct st_account *a, uint8_t *buf, size_t size);
/* a->name says whose record it should be and is kept; everything else is filled in, exists true, dirty
 * false. RP_ECORRUPT, or RP_EVERSION for a newer version with a good checksum. */
int st_record_decode(struct st_account *a, const uint8_t *buf, size_t len);

#endif
