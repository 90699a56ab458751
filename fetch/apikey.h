/* The key of the e-mail API: read, and held to be nobody else's. */
#ifndef FETCH_APIKEY_H
#define FETCH_APIKEY_H

#include <stddef.h>
#include <stdint.h>
#include "common/range.h"

#define FE_APIKEY_LEN 32

/* path: of a file, credential:NAME of systemd, or none. out: the key, or empty. RP_EKEY, and why says what is
 * wrong with it, never what it holds. */
int fe_apikey_read(const char *path, char out[FE_APIKEY_LEN + 1], char *why, size_t size);

/* What status, with the HTTP status code, says of the key: KEY or PLAN where that is it, else status. *said:
 * what it was the last time, NONE at first, so that the log hears it once. */
enum rp_range_status fe_apikey_judge(enum rp_range_status *said, enum rp_range_status status, uint64_t code);

#endif
