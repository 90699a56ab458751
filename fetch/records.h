/* Breaches as Have I Been Pwned describes them. Parsers: see fe_parse in kind.h. */
#ifndef FETCH_RECORDS_H
#define FETCH_RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include "common/mailbox.h"

/* All of them, as an array of struct rp_breach in the order of their names. */
int fe_records_parse(const char *text, size_t len, uint8_t **bytes, size_t *n);
/* In what fe_records_parse made; NULL: there is none of this name. */
const struct rp_breach *fe_records_find(const uint8_t *bytes, size_t n, const char *name);
/* Those of one address, packed as in common/mailbox.h. */
int fe_records_exact(const char *text, size_t len, uint8_t **bytes, size_t *n);

#endif
