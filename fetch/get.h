/* One GET: its libcurl handle and what has come of it. For http.c. */
#ifndef FETCH_GET_H
#define FETCH_GET_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include "common/config.h"
#include "fetch/http.h"

struct fe_settings {
	char proxy[RP_PATH_MAX]; /* empty: none */
	void *ca;		 /* PEM in place of the system's certificates, or NULL */
	size_t ca_len;
};

struct fe_get {
	CURLM *multi; /* its pool */
	CURL *easy;
	struct curl_slist *headers;
	bool conditional; /* an ETag was given */
	bool too_much;
	size_t max; /* of the body */
	unsigned redirects;
	bool over;
	CURLcode result;
	char *text;
	size_t len, size, headers_len;
};

/* NULL: no memory. */
struct fe_get *fe_get_new(const struct fe_settings *s, const struct fe_request *r);
/* Points g at where the server sends it, if that is an https address of the same host and port and there were
 * few enough of these. */
bool fe_get_redirect(struct fe_get *g);
/* Wiped: the key, and what came. */
void fe_get_free(struct fe_get *g);

#endif
