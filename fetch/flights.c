#include "fetch/flights_internal.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "fetch/json.h"

_Static_assert(FE_POOLS == FE_SERVERS, "each server has connections of its own");

int fe_flights_open(struct fe_flights **out, const struct rp_config *config, fe_landed *landed, void *ctx,
		    char *why, size_t size)
{
	struct fe_flights *r = calloc(1, sizeof *r);

	*out = r;
	why[0] = '\0';
	if (!r || fe_http_open(&r->http) || fe_cache_open(&r->cache))
		return RP_ENOMEM;
	fe_json_init();
	r->landed = landed;
	r->ctx = ctx;
	return fe_flights_configure(r, config, why, size);
}

void fe_flight_end(struct fe_flight *f)
{
	if (f->get)
		fe_http_free(f->get);
	fe_kept_free(&f->old);
	fe_kept_free(&f->own);
	rp_wipe(f, sizeof *f);
}

static void forget(struct fe_flights *r)
{
	fe_cache_empty(r->cache);
	for (unsigned i = 0; i < FE_KINDS; i++)
		fe_kept_free(&r->kept[i]);
	rp_wipe(r->apikey, sizeof r->apikey);
}

void fe_flights_close(struct fe_flights *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++)
		if (r->flights[i].used)
			fe_flight_end(&r->flights[i]);
	fe_http_close(r->http);
	if (r->cache)
		forget(r);
	fe_cache_close(r->cache);
	free(r);
}

int fe_flights_configure(struct fe_flights *r, const struct rp_config *config, char *why, size_t size)
{
	int err = fe_kind_check(config, why, size);

	if (!err)
		err = fe_http_configure(r->http, config, why, size);
	if (err)
		return err;
	r->config = *config;
	r->epoch++;
	forget(r);
	r->records_next = 0;
	memset(r->refused, 0, sizeof r->refused);
	r->servers[FE_PASSWORDS_SERVER] = (struct fe_upstream){.name = "the range server"};
	r->servers[FE_EMAIL_SERVER] = (struct fe_upstream){.name = "the e-mail server"};
	if (fe_apikey_read(config->api_key_file, r->apikey, why, size))
		rp_log(LOG_ERR, "[fetch] api_key_file: %s; addresses are not looked up", why);
	return 0;
}

static struct fe_flight *find_flight(struct fe_flights *r, const struct fe_question *q)
{
	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++) {
		struct fe_flight *f = &r->flights[i];

		if (f->used && f->epoch == r->epoch && f->q.kind == q->kind &&
		    (fe_kind(q->kind)->single || !strcmp(f->q.argument, q->argument)))
			return f;
	}
	return NULL;
}

static struct fe_flight *free_flight(struct fe_flights *r, unsigned kind)
{
	struct fe_flight *part = &r->flights[fe_kind(kind)->server * FE_FLIGHTS_MAX];

	for (size_t i = 0; i < FE_FLIGHTS_MAX; i++)
		if (!part[i].used)
			return &part[i];
	return NULL;
}

/* What the server said lately: taken as it is. */
static const struct fe_kept *in_memory(struct fe_flights *r, const struct fe_question *q, int64_t now)
{
	const struct fe_kind *kind = fe_kind(q->kind);
	const struct fe_kept *k = &r->kept[q->kind];
	int64_t fresh = strtoul(q->argument, NULL, 10) ? FE_PAGES_MS : kind->fresh;

	if (!kind->single)
		return kind->fresh ? fe_cache_get(r->cache, q->kind, q->argument, now) : NULL;
	return k->bytes && now - k->checked < fresh ? k : NULL;
}

/* Sends q on its way; NULL: *status says why not. */
static struct fe_flight *take_off(struct fe_flights *r, const struct fe_question *q, int64_t now,
				  struct fe_answer *a)
{
	const struct fe_kind *kind = fe_kind(q->kind);
	struct fe_upstream *server = &r->servers[kind->server];
	struct fe_request request = {.header = kind->header, .max = kind->max, .pool = kind->server};
	struct fe_flight *f = free_flight(r, q->kind);
	char url[FE_URL_MAX];

	a->status = f ? fe_upstream_may(server, now, &a->detail) : RP_RANGE_BUSY;
	if (a->status)
		return NULL;
	*f = (struct fe_flight){.used = true, .q = *q, .epoch = r->epoch, .end = now + kind->on};
	if (kind->fresh && !kind->single)
		fe_cache_take(r->cache, q->kind, q->argument, &f->old);
	request.etag = kind->single ? r->kept[q->kind].etag : f->old.etag;
	request.etag = request.etag[0] ? request.etag : NULL;
	request.key = kind->keyed ? r->apikey : NULL;
	request.url = url;
	fe_kind_url(q, &r->config, url);
	f->get = fe_http_get(r->http, &request);
	rp_wipe(url, sizeof url);
	if (f->get)
		return f;
	a->status = RP_RANGE_BUSY;
	fe_upstream_judge(server, fe_kind_hash(q), RP_RANGE_BUSY, &a->detail, "no memory", now);
	fe_flight_end(f);
	return NULL;
}

const struct fe_flight *fe_flights_records(struct fe_flights *r, int64_t age, int64_t now)
{
	const struct fe_question q = {.kind = FE_RECORDS};
	const struct fe_kept *k = &r->kept[FE_RECORDS];
	const struct fe_flight *f = find_flight(r, &q);
	bool trial = r->servers[FE_EMAIL_SERVER].breaker.state != FE_CLOSED;
	struct fe_answer unused;

	/* A trial that takes as long as these may would hold up everybody else. */
	if (f || (k->bytes && now - k->checked < age) || now < r->records_next || trial)
		return f;
	f = take_off(r, &q, now, &unused);
	if (f)
		r->records_next = now + FE_RECORDS_RETRY_MS;
	return f;
}

bool fe_flights_present(struct fe_flights *r, const struct fe_question *q, const struct fe_kept *own,
			struct fe_answer *a)
{
	struct rp_mail_writer w = {.buf = r->joined, .size = sizeof r->joined};

	*a = (struct fe_answer){.status = own->bytes ? RP_RANGE_OK : RP_RANGE_BUSY};
	if (!own->bytes) /* another configuration has come while it waited */
		return true;
	return fe_kind(q->kind)->present(q, own, &r->kept[FE_RECORDS], &w, a);
}

/* What may not be asked whatever a server would say; NONE: all may. */
static enum rp_range_status objection(const struct fe_flights *r, const struct fe_question *q)
{
	if (!fe_kind_is_on(q->kind, &r->config))
		return RP_RANGE_REFUSED;
	return fe_kind(q->kind)->keyed && !r->apikey[0] ? RP_RANGE_NO_KEY : RP_RANGE_NONE;
}

/* The answer from what is in memory; or, where that would be another one with newer records, the flight that
 * waits for these. */
static const struct fe_flight *recall(struct fe_flights *r, const struct fe_question *q,
				      const struct fe_kept *known, int64_t now, struct fe_answer *a)
{
	const struct fe_kind *kind = fe_kind(q->kind);
	const struct fe_flight *records = NULL;
	struct fe_flight *f;

	if (kind->records)
		records = fe_flights_records(r, fe_kind(FE_RECORDS)->fresh, now);
	if (!records && !fe_flights_present(r, q, known, a))
		records = fe_flights_records(r, FE_RECORDS_AGE_MS, now);
	if (!records)
		return NULL;
	f = free_flight(r, q->kind);
	*a = (struct fe_answer){.status = RP_RANGE_BUSY};
	if (!f)
		return NULL;
	*f = (struct fe_flight){.used = true, .q = *q, .epoch = r->epoch, .records = records};
	f->end = now + RP_FETCH_BUDGET_MS - FE_SPARE_MS;
	if (!kind->single)
		fe_cache_take(r->cache, q->kind, q->argument, &f->own);
	return f;
}

const struct fe_flight *fe_flights_ask(struct fe_flights *r, const struct fe_question *q, int64_t now,
				       struct fe_answer *a)
{
	/* A further page is of the list that is there. */
	bool further = fe_kind(q->kind)->single && strtoul(q->argument, NULL, 10);
	const struct fe_kept *known = in_memory(r, q, now);
	struct fe_flight *f;

	*a = (struct fe_answer){.status = objection(r, q)};
	if (!a->status && further && !known)
		a->status = RP_RANGE_REFUSED;
	if (a->status)
		return NULL;
	f = further ? NULL : find_flight(r, q);
	if (f)
		return f;
	if (known)
		return recall(r, q, known, now, a);
	f = take_off(r, q, now, a);
	if (f && fe_kind(q->kind)->records)
		f->records = fe_flights_records(r, fe_kind(FE_RECORDS)->fresh, now);
	return f;
}

void fe_flights_late(const struct fe_flight *flight, struct fe_answer *a)
{
	*a = (struct fe_answer){.status = flight->get ? RP_RANGE_TIMEOUT : RP_RANGE_RECORDS};
}

int fe_flights_wait(struct fe_flights *r, int fd, int timeout, int64_t now)
{
	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++) {
		const struct fe_flight *f = &r->flights[i];

		if (f->used && f->end - now < timeout)
			timeout = f->end > now ? (int)(f->end - now) : 0;
	}
	return fe_http_wait(r->http, fd, timeout);
}
