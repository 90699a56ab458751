/* Bodies of answers of range APIs, into packed rows as in common/range.h. Pure. */
#ifndef FETCH_BODY_H
#define FETCH_BODY_H

#include <stddef.h>
#include <stdint.h>

/*
 * "35 hex digits:count" a line, CRLF or LF between them, in any order, the last line with or without its end.
 * Rows with the count 0 are padding and are left out; a count above 2^32 - 1 is given as that. Anything else
 * is no range: RP_EINVAL, whole, because a part would make a leaked password look clean. RP_EFULL: more than
 * RP_RANGE_ROWS_MAX rows, for which rows has room.
 */
int fe_body_passwords(const char *text, size_t len, uint8_t *rows, size_t *n);

#endif
