/* What is asked of whom, and how the answer reads. A further kind is a further line in kind.c and a parser.
 */
#ifndef FETCH_KIND_H
#define FETCH_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/config.h"
#include "common/range.h"

#define FE_URL_MAX (RP_PATH_MAX + RP_RANGE_PREFIX_MAX)

struct fe_kind {
	const char *key;    /* of the URL, in [fetch] */
	size_t url;	    /* its place in struct rp_config */
	bool upper;	    /* the prefix is asked for in capitals */
	const char *header; /* that goes with it, or NULL */
	/* 0, RP_EINVAL: no range, RP_EFULL: too many rows; see body.h. */
	int (*parse)(const char *text, size_t len, uint8_t *rows, size_t *n);
};

/* kind is one that rp_range_request_decode lets through. */
const struct fe_kind *fe_kind(unsigned kind);
void fe_kind_url(unsigned kind, const struct rp_config *config, const char *prefix, char out[FE_URL_MAX]);
/* Whether every kind has a URL that may be asked: https, a host, no password, no fragment. RP_EINVAL, and why
 * says which has not. */
int fe_kind_check(const struct rp_config *config, char *why, size_t size);

#endif
