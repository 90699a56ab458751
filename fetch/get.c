#include "fetch/get.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include "common/error.h"
#include "common/secret.h"
#include "fetch/gunzip.h"

/* What was sent and is not acknowledged for so long, in milliseconds, has a dead connection. */
#define DEAD_MS 2000
/* For a body at first. */
#define ROOM ((size_t)64 * 1024)

static long status_of(const struct fe_get *g)
{
	long code = 0;

	curl_easy_getinfo(g->easy, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *ctx)
{
	struct fe_get *g = ctx;

	(void)one;
	if (n > g->max - g->len) {
		g->too_much = true;
		return 0;
	}
	if (n > g->size - g->len) {
		size_t size = g->len + n < ROOM		  ? ROOM
			      : 2 * (g->len + n) < g->max ? 2 * (g->len + n)
							  : g->max;
		char *text = realloc(g->text, size);

		if (!text)
			return 0;
		g->text = text;
		g->size = size;
	}
	memcpy(g->text + g->len, bytes, n);
	g->len += n;
	return n;
}

static size_t on_header(char *line, size_t one, size_t n, void *ctx)
{
	struct fe_get *g = ctx;

	(void)line;
	(void)one;
	g->headers_len += n;
	g->too_much |= g->headers_len > FE_HEADERS_MAX;
	return g->too_much ? 0 : n;
}

/* A connection that is kept may have died without a word (a firewall that forgot it, a network that changed):
 * without this each further question would go into it for a quarter of an hour. */
static int on_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	unsigned ms = DEAD_MS;

	(void)ctx;
	(void)purpose;
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
	return CURL_SOCKOPT_OK;
}

static void set_server(CURL *e, const struct fe_settings *s)
{
	struct curl_blob ca = {s->ca, s->ca_len, CURL_BLOB_COPY};

	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	/* One file is enough; a folder beside it is searched anew, and would be trusted beside a ca_file. */
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_PROXY_CAPATH, NULL);
	if (s->ca)
		curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &ca);
	/* Not NULL: that would ask the environment. */
	curl_easy_setopt(e, CURLOPT_PROXY, s->proxy);
	curl_easy_setopt(e, CURLOPT_NOPROXY, "");
	if (s->ca && s->proxy[0])
		curl_easy_setopt(e, CURLOPT_PROXY_CAINFO_BLOB, &ca);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_socket);
}

static void set_get(struct fe_get *g, const char *url)
{
	CURL *e = g->easy;

	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, g);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, g->headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "rempart-fetch/" REMPART_VERSION);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_HTTP_CONTENT_DECODING, 0L); /* gunzip.h says why */
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, g);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, g);
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE, (long)g->max);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)FE_CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A name that is still being looked up when the time is over is left to its thread; waiting for it
	 * would hold up everybody. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
}

static bool add_header(struct fe_get *g, const char *line)
{
	struct curl_slist *more = curl_slist_append(g->headers, line);

	if (more)
		g->headers = more;
	return more;
}

static bool add_headers(struct fe_get *g, const struct fe_request *r)
{
	char line[256];
	bool fine = true;

	g->conditional = r->etag != NULL;
	if (r->header)
		fine = add_header(g, r->header);
	if (r->etag) {
		snprintf(line, sizeof line, "If-None-Match: %s", r->etag);
		fine = fine && add_header(g, line);
	}
	if (r->key) {
		snprintf(line, sizeof line, "hibp-api-key: %s", r->key);
		fine = fine && add_header(g, line);
		rp_wipe(line, sizeof line);
	}
	return fine;
}

struct fe_get *fe_get_new(const struct fe_settings *s, const struct fe_request *r)
{
	struct fe_get *g = calloc(1, sizeof *g);

	if (!g)
		return NULL;
	g->max = r->max;
	g->easy = curl_easy_init();
	if (!g->easy || !add_headers(g, r)) {
		fe_get_free(g);
		return NULL;
	}
	set_server(g->easy, s);
	set_get(g, r->url);
	return g;
}

void fe_get_free(struct fe_get *g)
{
	curl_easy_cleanup(g->easy);
	for (struct curl_slist *h = g->headers; h; h = h->next)
		rp_wipe(h->data, strlen(h->data));
	curl_slist_free_all(g->headers);
	if (g->text)
		rp_wipe(g->text, g->len);
	free(g->text);
	free(g);
}

static bool same(CURLU *a, CURLU *b, CURLUPart part)
{
	char *x = NULL, *y = NULL;
	bool equal = !curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) &&
		     !curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) && !strcasecmp(x, y);

	curl_free(x);
	curl_free(y);
	return equal;
}

static bool same_server(const char *here, const char *there)
{
	CURLU *a = curl_url(), *b = curl_url();
	bool equal = a && b && !curl_url_set(a, CURLUPART_URL, here, 0) &&
		     !curl_url_set(b, CURLUPART_URL, there, 0) && same(a, b, CURLUPART_SCHEME) &&
		     same(a, b, CURLUPART_HOST) && same(a, b, CURLUPART_PORT);

	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return equal;
}

bool fe_get_redirect(struct fe_get *g)
{
	char *here = NULL, *there = NULL;

	if (g->result || status_of(g) / 100 != 3 || g->redirects == FE_REDIRECTS_MAX)
		return false;
	curl_easy_getinfo(g->easy, CURLINFO_EFFECTIVE_URL, &here);
	curl_easy_getinfo(g->easy, CURLINFO_REDIRECT_URL, &there);
	/* here is https, so there has to be as well. */
	if (!here || !there || !same_server(here, there) || curl_easy_setopt(g->easy, CURLOPT_URL, there))
		return false;
	g->redirects++;
	g->len = g->headers_len = 0;
	return true;
}

/* How libcurl's results read when no HTTP status came; BODY when one did. */
static enum rp_range_status from_result(const struct fe_get *g, bool answered)
{
	switch (g->result) {
	case CURLE_OPERATION_TIMEDOUT:
		return RP_RANGE_TIMEOUT;
	case CURLE_FILESIZE_EXCEEDED:
		return RP_RANGE_SIZE;
	case CURLE_OUT_OF_MEMORY:
		return RP_RANGE_BUSY;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_CLIENTCERT:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_USE_SSL_FAILED:
		return RP_RANGE_TLS;
	default:
		return g->too_much ? RP_RANGE_SIZE : answered ? RP_RANGE_BODY : RP_RANGE_CONNECT;
	}
}

static void from_code(const struct fe_get *g, struct fe_response *out)
{
	curl_off_t wait = 0;

	out->status = RP_RANGE_HTTP;
	if (out->code == 429) {
		out->status = RP_RANGE_RATE;
		curl_easy_getinfo(g->easy, CURLINFO_RETRY_AFTER, &wait);
		out->wait = wait > 0 ? (uint64_t)wait : 0;
	} else if (out->code == 304 && g->conditional) {
		out->status = RP_RANGE_OK;
	}
}

static const char *header_of(const struct fe_get *g, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(g->easy, name, 0, CURLH_HEADER, -1, &h) ? NULL : h->value;
}

/* A body that ends only with its connection looks the same when that was cut off, and half a range makes a
 * leaked password look clean. HTTP/2 always says where a body ends. */
static bool says_its_end(const struct fe_get *g)
{
	const char *coding = header_of(g, "Transfer-Encoding");
	long version = 0;

	curl_easy_getinfo(g->easy, CURLINFO_HTTP_VERSION, &version);
	if (version >= CURL_HTTP_VERSION_2_0)
		return true;
	return coding ? !strcasecmp(coding, "chunked") : header_of(g, "Content-Length") != NULL;
}

static enum rp_range_status unpack(struct fe_get *g)
{
	const char *coding = header_of(g, "Content-Encoding");
	char *text;
	size_t len;
	int err;

	if (!coding || !strcasecmp(coding, "identity"))
		return RP_RANGE_OK;
	if (strcasecmp(coding, "gzip") != 0)
		return RP_RANGE_BODY;
	err = fe_gunzip(g->text, g->len, g->max, &text, &len);
	if (err)
		return err == RP_EFULL ? RP_RANGE_SIZE : err == RP_ENOMEM ? RP_RANGE_BUSY : RP_RANGE_BODY;
	rp_wipe(g->text, g->len);
	free(g->text);
	g->text = text;
	g->len = len;
	return RP_RANGE_OK;
}

void fe_http_response(struct fe_get *g, struct fe_response *out)
{
	long code = status_of(g);

	*out = (struct fe_response){.status = RP_RANGE_OK, .code = code >= 200 ? (unsigned)code : 0};
	if (!g->over)
		g->result = CURLE_OPERATION_TIMEDOUT;
	/* Whatever became of the page that came with it. */
	if (out->code && out->code != 200) {
		from_code(g, out);
		return;
	}
	if (g->result || !out->code) {
		out->status = from_result(g, out->code);
		if (out->status != RP_RANGE_TIMEOUT)
			out->reason = curl_easy_strerror(g->result);
		return;
	}
	out->status = says_its_end(g) ? unpack(g) : RP_RANGE_BODY;
	out->text = g->text;
	out->len = g->len;
	out->etag = header_of(g, "ETag");
}
