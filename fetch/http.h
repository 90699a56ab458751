/*
 * GET over HTTPS, many at a time: TLS verified, HTTP/2 where the server has it, connections kept, redirects
 * within the same server only, sizes bounded, no proxy but the given one. Nothing here knows what is asked,
 * nothing of it is logged.
 */
#ifndef FETCH_HTTP_H
#define FETCH_HTTP_H

#include <stddef.h>
#include <stdint.h>
#include "common/range.h"
#include "common/config.h"

/* All headers of an answer. */
#define FE_HEADERS_MAX (32 * 1024)
#define FE_REDIRECTS_MAX 3
#define FE_CONNECT_MS 1200
#define FE_CONNECTIONS_MAX 8 /* to a host, of each pool */
/* Connections that are kept apart: what hangs in one pool keeps nobody in another from being answered, even
 * where the host is the same. */
#define FE_POOLS 2

struct fe_http;
struct fe_get;

struct fe_request {
	const char *url;
	const char *header, *key, *etag; /* NULL: none */
	size_t max;			 /* bytes of the body, packed and unpacked */
	unsigned pool;
};

struct fe_response {
	/* OK: 200, or 304 where an ETag was given; else TIMEOUT, CONNECT, TLS, HTTP, RATE, BODY (it broke
	 * off, or may have), SIZE or BUSY (no memory). */
	enum rp_range_status status;
	unsigned code;	    /* HTTP status; 0: none came */
	uint64_t wait;	    /* RATE: seconds as the server wants it; 0: it does not say */
	const char *reason; /* beside the status: libcurl's words, without address; or NULL */
	const char *text;   /* OK, not 304: the body, and its ETag or NULL */
	size_t len;
	const char *etag;
};

/* RP_ENOMEM. */
int fe_http_open(struct fe_http **out);
/* Every get has to be freed before. */
void fe_http_close(struct fe_http *h);
/* For whatever is asked from here on. RP_EINVAL: the certificates cannot be read, or the proxy is none; why
 * says it, and the former settings stay. */
int fe_http_configure(struct fe_http *h, const struct rp_config *config, char *why, size_t size);

/* NULL: no memory. */
struct fe_get *fe_http_get(struct fe_http *h, const struct fe_request *r);
/* Waits for timeout milliseconds, or until fd can be read, or something came from the network; then does
 * what there is to do. RP_EIO: it cannot wait. */
int fe_http_wait(struct fe_http *h, int fd, int timeout);
/* One that is over, or NULL. */
struct fe_get *fe_http_over(struct fe_http *h);
/* What came of g, over or not: what has not ended is a timeout. Once; points into g. */
void fe_http_response(struct fe_get *g, struct fe_response *out);
void fe_http_free(struct fe_get *g);

#endif
