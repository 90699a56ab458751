#include "fetch/flights_internal.h"

#include <stdlib.h>
#include "common/error.h"

static void tell(struct fe_flights *r, struct fe_flight *f, const struct fe_answer *a)
{
	struct fe_kept *k = f->own.bytes ? &f->own : &f->old;

	if (fe_kind(f->q.kind)->present)
		r->landed(r->ctx, f, a);
	if (k->bytes && f->epoch == r->epoch && fe_kind(f->q.kind)->fresh)
		fe_cache_put(r->cache, f->q.kind, f->q.argument, k);
	fe_flight_end(f);
}

/* What f brings is there, and perhaps all that its answer needs besides. last: it waits for no more. */
static void settle(struct fe_flights *r, struct fe_flight *f, int64_t now, bool last)
{
	const struct fe_kept *own = f->own.bytes ? &f->own : &r->kept[f->q.kind];
	struct fe_answer a;

	if (f->records && !last)
		return;
	if (!fe_flights_present(r, &f->q, own, &a) && !last)
		f->records = fe_flights_records(r, FE_RECORDS_AGE_MS, now);
	if (!f->records || last)
		tell(r, f, &a);
}

/* The records have come, or have not: there is nothing more to wait for. */
static void release(struct fe_flights *r, struct fe_flight *records, int64_t now)
{
	bool waited[FE_FLIGHTS_ALL];

	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++) {
		waited[i] = r->flights[i].used && r->flights[i].records == records;
		if (waited[i])
			r->flights[i].records = NULL;
	}
	fe_flight_end(records);
	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++)
		if (waited[i] && !r->flights[i].get)
			settle(r, &r->flights[i], now, false);
}

/* The answer that came, parsed, or the old one that the server stands by, to where it belongs. */
static enum rp_range_status unload(struct fe_flights *r, struct fe_flight *f, const struct fe_response *in,
				   int64_t now)
{
	const struct fe_kind *kind = fe_kind(f->q.kind);
	bool beside = kind->single && f->epoch == r->epoch;
	struct fe_kept *place = beside ? &r->kept[f->q.kind] : &f->own, fresh;
	uint8_t *bytes = NULL;
	size_t n = 0;
	int err = 0;

	if (in->code == 304) {
		if (!kind->single) {
			f->own = f->old;
			f->old = (struct fe_kept){0};
		}
		place->checked = now;
		return place->bytes ? RP_RANGE_OK : RP_RANGE_BUSY;
	}
	if (in->code == 404)
		bytes = malloc(1);
	else
		err = kind->parse(in->text, in->len, &bytes, &n);
	if (!err && !bytes)
		err = RP_ENOMEM;
	if (err)
		return err == RP_EFULL ? RP_RANGE_SIZE : err == RP_ENOMEM ? RP_RANGE_BUSY : RP_RANGE_BODY;
	fe_kept_set(&fresh, bytes, n, in->etag, now);
	fe_kept_free(place);
	*place = fresh;
	return RP_RANGE_OK;
}

static void land(struct fe_flights *r, struct fe_flight *f, int64_t now)
{
	const struct fe_kind *kind = fe_kind(f->q.kind);
	struct fe_answer a = {0};
	struct fe_response in;
	bool none;

	fe_http_response(f->get, &in);
	/* From the server before it says nothing: see is_believed in kind.c. */
	none = in.code == 404 && kind->none && f->epoch == r->epoch;
	a.status = none ? RP_RANGE_OK : in.status;
	a.detail = a.status == RP_RANGE_HTTP ? in.code : in.wait;
	if (a.status == RP_RANGE_OK)
		a.status = unload(r, f, &in, now);
	if (f->epoch == r->epoch)
		fe_upstream_judge(&r->servers[kind->server], fe_kind_hash(&f->q), a.status, &a.detail,
				  in.reason, now);
	if (kind->keyed && f->epoch == r->epoch)
		a.status = fe_apikey_judge(&r->refused[f->q.kind], a.status, a.detail);
	fe_http_free(f->get);
	f->get = NULL;
	if (f->q.kind == FE_RECORDS)
		release(r, f, now);
	else if (a.status == RP_RANGE_OK)
		settle(r, f, now, false);
	else
		tell(r, f, &a);
}

void fe_flights_land(struct fe_flights *r, int64_t now)
{
	struct fe_get *g;

	while ((g = fe_http_over(r->http)))
		for (size_t i = 0; i < FE_FLIGHTS_ALL; i++)
			if (r->flights[i].get == g) {
				land(r, &r->flights[i], now);
				break;
			}
	for (size_t i = 0; i < FE_FLIGHTS_ALL; i++) {
		struct fe_flight *f = &r->flights[i];

		if (f->used && f->end <= now && f->get)
			land(r, f, now);
		if (f->used && f->end <= now && !f->get)
			settle(r, f, now, true);
	}
}
