/* gzip, held to be whole: libcurl takes what it can unpack of a stream that was cut for all of it. Pure. */
#ifndef FETCH_GUNZIP_H
#define FETCH_GUNZIP_H

#include <stddef.h>

/* Unpacks in into *out, to be freed; 0 only where the stream is there to its end and its checksum is right.
 * RP_EINVAL: it is not, or more follows; RP_EFULL: it has more than max bytes; RP_ENOMEM. */
int fe_gunzip(const char *in, size_t len, size_t max, char **out, size_t *out_len);

#endif
