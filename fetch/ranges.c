#include "fetch/ranges.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/log.h"
#include "fetch/breaker.h"
#include "fetch/cache.h"
#include "fetch/http.h"
#include "fetch/kind.h"

struct fe_flight {
	struct fe_get *get; /* NULL: free */
	struct rp_range_request req;
	int64_t deadline;
	unsigned server;     /* the configuration that it was asked under */
	struct fe_range old; /* what the server was asked to stand by */
};

struct fe_ranges {
	struct rp_config config;
	struct fe_http *http;
	struct fe_cache *cache;
	unsigned server;
	struct fe_breaker breakers[RP_RANGE_KIND_END];
	int64_t rate_until[RP_RANGE_KIND_END];
	struct fe_flight flights[FE_FLIGHTS_MAX];
	uint8_t rows[RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN];
	fe_landed *landed;
	void *ctx;
};

int fe_ranges_open(struct fe_ranges **out, const struct rp_config *config, fe_landed *landed, void *ctx,
		   char *why, size_t size)
{
	struct fe_ranges *r = calloc(1, sizeof *r);

	*out = r;
	why[0] = '\0';
	if (!r || fe_http_open(&r->http) || fe_cache_open(&r->cache))
		return RP_ENOMEM;
	r->landed = landed;
	r->ctx = ctx;
	return fe_ranges_configure(r, config, why, size);
}

static void end_flight(struct fe_flight *f)
{
	fe_http_free(f->get);
	fe_range_free(&f->old);
	f->get = NULL;
}

void fe_ranges_close(struct fe_ranges *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++)
		if (r->flights[i].get)
			end_flight(&r->flights[i]);
	fe_http_close(r->http);
	fe_cache_close(r->cache);
	free(r);
}

int fe_ranges_configure(struct fe_ranges *r, const struct rp_config *config, char *why, size_t size)
{
	int err = fe_kind_check(config, why, size);

	if (!err)
		err = fe_http_configure(r->http, config, why, size);
	if (err)
		return err;
	r->config = *config;
	r->server++;
	fe_cache_empty(r->cache);
	memset(r->breakers, 0, sizeof r->breakers);
	memset(r->rate_until, 0, sizeof r->rate_until);
	return 0;
}

static struct fe_flight *find_flight(struct fe_ranges *r, const struct rp_range_request *req)
{
	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++) {
		struct fe_flight *f = &r->flights[i];

		if (f->get && f->server == r->server && f->req.kind == req->kind &&
		    !strcmp(f->req.prefix, req->prefix))
			return f;
	}
	return NULL;
}

static struct fe_flight *free_flight(struct fe_ranges *r)
{
	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++)
		if (!r->flights[i].get)
			return &r->flights[i];
	return NULL;
}

static void log_trial(const struct fe_breaker *b, bool was_open)
{
	if (was_open && b->state == FE_TRIAL)
		rp_log(LOG_INFO, "the range server is tried again");
}

/* 0, or why the server is not asked now. */
static enum rp_range_status hindrance(struct fe_ranges *r, unsigned kind, int64_t now, uint64_t *detail)
{
	struct fe_breaker *b = &r->breakers[kind];
	bool was_open = b->state == FE_OPEN;

	*detail = 0;
	if (now < r->rate_until[kind]) {
		*detail = (uint64_t)(r->rate_until[kind] - now + 999) / 1000;
		return RP_RANGE_RATE;
	}
	if (!free_flight(r))
		return RP_RANGE_BUSY;
	if (!fe_breaker_may(b, now)) {
		*detail = fe_breaker_wait(b, now);
		return RP_RANGE_BREAKER;
	}
	log_trial(b, was_open);
	return RP_RANGE_NONE;
}

/* Tells the breaker how it went, and the log what changed by that. */
static void judge_server(struct fe_ranges *r, const struct rp_range_request *req, enum rp_range_status status,
			 uint64_t detail, const char *reason, int64_t now)
{
	struct fe_breaker *b = &r->breakers[req->kind];
	uint32_t prefix = (uint32_t)strtoul(req->prefix, NULL, 16);
	char cause[64];

	/* A server that refuses is there; it is not a failure to wait for. */
	if (status == RP_RANGE_OK || status == RP_RANGE_RATE || (status == RP_RANGE_HTTP && detail < 500)) {
		if (fe_breaker_answered(b))
			rp_log(LOG_NOTICE, "the range server answers again");
		return;
	}
	if (!fe_breaker_failed(b, prefix, now))
		return;
	rp_range_cause(status, detail, cause, sizeof cause);
	rp_log(LOG_WARNING, "the range server fails (%s%s%s); it is left alone for %llu s", cause,
	       reason ? ": " : "", reason ? reason : "", (unsigned long long)fe_breaker_wait(b, now));
}

static void wait_for_rate(struct fe_ranges *r, unsigned kind, uint64_t *detail, int64_t now)
{
	if (!*detail)
		*detail = FE_RATE_WAIT;
	if (*detail > FE_RATE_WAIT_MAX)
		*detail = FE_RATE_WAIT_MAX;
	if (now >= r->rate_until[kind])
		rp_log(LOG_WARNING, "the range server wants %llu s of silence (429)",
		       (unsigned long long)*detail);
	r->rate_until[kind] = now + (int64_t)*detail * 1000;
}

const struct fe_flight *fe_ranges_ask(struct fe_ranges *r, const struct rp_range_request *req, int64_t now,
				      struct fe_answer *a)
{
	const struct fe_range *known = fe_cache_get(r->cache, req->kind, req->prefix, now);
	struct fe_flight *f = find_flight(r, req);
	char url[FE_URL_MAX];

	*a = (struct fe_answer){.status = RP_RANGE_OK};
	if (known) {
		a->rows = known->rows;
		a->n = known->n;
		return NULL;
	}
	if (f)
		return f;
	a->status = hindrance(r, req->kind, now, &a->detail);
	if (a->status)
		return NULL;
	f = free_flight(r);
	*f = (struct fe_flight){
		.req = *req, .server = r->server, .deadline = now + RP_FETCH_BUDGET_MS - FE_SPARE_MS};
	fe_cache_take(r->cache, req->kind, req->prefix, &f->old);
	fe_kind_url(req->kind, &r->config, req->prefix, url);
	f->get = fe_http_get(r->http, url, fe_kind(req->kind)->header, f->old.etag[0] ? f->old.etag : NULL);
	if (f->get)
		return f;
	fe_range_free(&f->old);
	a->status = RP_RANGE_BUSY;
	judge_server(r, req, RP_RANGE_BUSY, 0, "no memory", now);
	return NULL;
}

int fe_ranges_wait(struct fe_ranges *r, int fd, int timeout, int64_t now)
{
	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++) {
		const struct fe_flight *f = &r->flights[i];

		if (f->get && f->deadline - now < timeout)
			timeout = f->deadline > now ? (int)(f->deadline - now) : 0;
	}
	return fe_http_wait(r->http, fd, timeout);
}

/* The range that came into fresh, or the old one that the server stands by. */
static enum rp_range_status read_range(struct fe_ranges *r, struct fe_flight *f, const struct fe_response *in,
				       struct fe_range *fresh, int64_t now)
{
	size_t n;
	int err;

	if (in->code == 304) {
		*fresh = f->old;
		f->old = (struct fe_range){0};
		fresh->checked = now;
		return RP_RANGE_OK;
	}
	err = fe_kind(f->req.kind)->parse(in->text, in->len, r->rows, &n);
	if (!err)
		err = fe_range_set(fresh, r->rows, n, in->etag, now);
	return !err		  ? RP_RANGE_OK
	       : err == RP_EFULL  ? RP_RANGE_SIZE
	       : err == RP_ENOMEM ? RP_RANGE_BUSY
				  : RP_RANGE_BODY;
}

static void land(struct fe_ranges *r, struct fe_flight *f, int64_t now)
{
	unsigned kind = f->req.kind;
	struct fe_range fresh = {0};
	struct fe_answer a = {0};
	struct fe_response in;

	fe_http_response(f->get, &in);
	a.status = in.status;
	a.detail = in.status == RP_RANGE_HTTP ? in.code : in.wait;
	if (in.status == RP_RANGE_OK)
		a.status = read_range(r, f, &in, &fresh, now);
	if (f->server == r->server) {
		judge_server(r, &f->req, a.status, a.detail, in.reason, now);
		if (a.status == RP_RANGE_RATE)
			wait_for_rate(r, kind, &a.detail, now);
	}
	a.rows = fresh.rows;
	a.n = fresh.n;
	r->landed(r->ctx, f, &a);
	if (f->server != r->server)
		fe_range_free(&fresh);
	else if (fresh.rows || f->old.rows)
		fe_cache_put(r->cache, kind, f->req.prefix, fresh.rows ? &fresh : &f->old);
	end_flight(f);
}

void fe_ranges_land(struct fe_ranges *r, int64_t now)
{
	struct fe_get *g;

	while ((g = fe_http_over(r->http)))
		for (size_t i = 0; i < FE_FLIGHTS_MAX; i++)
			if (r->flights[i].get == g) {
				land(r, &r->flights[i], now);
				break;
			}
	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++)
		if (r->flights[i].get && r->flights[i].deadline <= now)
			land(r, &r->flights[i], now);
}
