#include "fetch/http.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "common/secret.h"
#include "fetch/get.h"

/* The system's own file of certificates has about 200 KB. */
#define CA_FILE_MAX (4 * 1024 * 1024)

/* Connections, and what a name that is being looked up waits for. */
#define POOL_FDS_MAX (4 * FE_CONNECTIONS_MAX)

struct fe_http {
	CURLM *pools[FE_POOLS];
	struct fe_settings settings;
};

/* What libcurl is done with had URLs in it, and headers with the key. */
static void give_back(void *p)
{
	if (p)
		rp_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *move(void *p, size_t n)
{
	void *to = malloc(n);
	size_t had = p ? malloc_usable_size(p) : 0;

	if (!to)
		return NULL;
	if (had)
		memcpy(to, p, had < n ? had : n);
	give_back(p);
	return to;
}

int fe_http_open(struct fe_http **out)
{
	struct fe_http *h = calloc(1, sizeof *h);

	*out = h;
	if (!h || curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, give_back, move, strdup, calloc))
		return RP_ENOMEM;
	for (unsigned i = 0; i < FE_POOLS; i++) {
		CURLM *m = h->pools[i] = curl_multi_init();

		if (!m)
			return RP_ENOMEM;
		curl_multi_setopt(m, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
		curl_multi_setopt(m, CURLMOPT_MAX_HOST_CONNECTIONS, (long)FE_CONNECTIONS_MAX);
		curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, (long)FE_CONNECTIONS_MAX);
	}
	return 0;
}

void fe_http_close(struct fe_http *h)
{
	if (!h)
		return;
	for (unsigned i = 0; i < FE_POOLS; i++)
		curl_multi_cleanup(h->pools[i]);
	free(h->settings.ca);
	free(h);
	curl_global_cleanup();
}

/* Returns what is wrong with it, or NULL. */
static const char *read_ca(const char *path, struct fe_settings *s)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *wrong = NULL;
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > CA_FILE_MAX)
		wrong = "not a file of certificates";
	else if (!(s->ca = malloc((size_t)st.st_size + 1)))
		wrong = "no memory";
	else if ((n = read(fd, s->ca, (size_t)st.st_size)) < 0)
		wrong = strerror(errno);
	close(fd);
	if (n > 0)
		s->ca_len = (size_t)n;
	if (!wrong && (!s->ca_len || !memmem(s->ca, s->ca_len, "-----BEGIN ", 11)))
		wrong = "not a file of certificates (PEM)";
	return wrong;
}

static bool is_proxy(const char *url)
{
	CURLU *u = curl_url();
	bool fine = u && (!strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8)) &&
		    !curl_url_set(u, CURLUPART_URL, url, 0);

	curl_url_cleanup(u);
	return fine;
}

int fe_http_configure(struct fe_http *h, const struct rp_config *config, char *why, size_t size)
{
	struct fe_settings s = {.ca = NULL};
	const char *wrong = config->ca_file[0] ? read_ca(config->ca_file, &s) : NULL;

	if (wrong) {
		snprintf(why, size, "[fetch] ca_file: %s: %s", config->ca_file, wrong);
	} else if (strcmp(config->proxy, "none") != 0) {
		snprintf(s.proxy, sizeof s.proxy, "%s", config->proxy);
		if (!is_proxy(s.proxy))
			wrong = "http://HOST:PORT or none is needed";
		if (wrong)
			snprintf(why, size, "[fetch] proxy: %s", wrong);
	}
	if (wrong) {
		free(s.ca);
		return RP_EINVAL;
	}
	free(h->settings.ca);
	h->settings = s;
	return 0;
}

struct fe_get *fe_http_get(struct fe_http *h, const struct fe_request *r)
{
	struct fe_get *g = fe_get_new(&h->settings, r);

	if (!g)
		return NULL;
	g->multi = h->pools[r->pool];
	if (curl_multi_add_handle(g->multi, g->easy)) {
		fe_get_free(g);
		return NULL;
	}
	return g;
}

/* What m waits for, into at, and how long at most: libcurl polls for one pool only. Returns how many. */
static unsigned also_for(CURLM *m, struct curl_waitfd at[POOL_FDS_MAX], int *timeout)
{
	fd_set in, out, err;
	int last = -1;
	unsigned n = 0;
	long ms = -1;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&err);
	curl_multi_fdset(m, &in, &out, &err, &last);
	for (int fd = 0; fd <= last && n < POOL_FDS_MAX; fd++)
		if (FD_ISSET(fd, &in) || FD_ISSET(fd, &out))
			at[n++] = (struct curl_waitfd){
				.fd = fd,
				.events = (short)((FD_ISSET(fd, &in) ? CURL_WAIT_POLLIN : 0) |
						  (FD_ISSET(fd, &out) ? CURL_WAIT_POLLOUT : 0))};
	curl_multi_timeout(m, &ms);
	if (ms >= 0 && ms < *timeout)
		*timeout = (int)ms;
	return n;
}

int fe_http_wait(struct fe_http *h, int fd, int timeout)
{
	struct curl_waitfd also[1 + (FE_POOLS - 1) * POOL_FDS_MAX] = {{.fd = fd, .events = CURL_WAIT_POLLIN}};
	unsigned n = 1;
	int running;

	for (unsigned i = 1; i < FE_POOLS; i++)
		n += also_for(h->pools[i], also + n, &timeout);
	if (curl_multi_poll(h->pools[0], also, n, timeout, NULL))
		return RP_EIO;
	for (unsigned i = 0; i < FE_POOLS; i++)
		if (curl_multi_perform(h->pools[i], &running))
			return RP_EIO;
	return 0;
}

static struct fe_get *over(CURLM *m)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(m, &left))) {
		struct fe_get *g = NULL;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &g);
		g->result = msg->data.result;
		g->over = true;
		if (!fe_get_redirect(g))
			return g;
		g->over = false;
		curl_multi_remove_handle(m, g->easy);
		if (curl_multi_add_handle(m, g->easy)) {
			g->result = CURLE_OUT_OF_MEMORY;
			g->over = true;
			return g;
		}
	}
	return NULL;
}

struct fe_get *fe_http_over(struct fe_http *h)
{
	struct fe_get *g = NULL;

	for (unsigned i = 0; !g && i < FE_POOLS; i++)
		g = over(h->pools[i]);
	return g;
}

void fe_http_free(struct fe_get *g)
{
	/* What has not ended by now may be a connection on which nothing ends: none is to follow. */
	if (!g->over)
		curl_easy_setopt(g->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_multi_remove_handle(g->multi, g->easy);
	fe_get_free(g);
}
