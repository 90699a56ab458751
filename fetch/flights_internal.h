/* What flights.c (questions leave) and landing.c (answers come) share. Private to the two. */
#ifndef FETCH_FLIGHTS_INTERNAL_H
#define FETCH_FLIGHTS_INTERNAL_H

#include <stdbool.h>
#include "fetch/apikey.h"
#include "fetch/flights.h"
#include "fetch/http.h"
#include "fetch/upstream.h"

#define FE_FLIGHTS_ALL ((size_t)FE_SERVERS * FE_FLIGHTS_MAX)

struct fe_flight {
	bool used;
	struct fe_get *get; /* NULL: it has come */
	struct fe_question q;
	int64_t end;
	unsigned epoch;	    /* the configuration that it was asked under */
	struct fe_kept old; /* what the server was asked to stand by */
	struct fe_kept own; /* what came; of a single kind only if the configuration is another one by now */
	const struct fe_flight *records; /* which it waits for */
};

struct fe_flights {
	struct rp_config config;
	char apikey[FE_APIKEY_LEN + 1];
	struct fe_http *http;
	struct fe_cache *cache;
	struct fe_kept kept[FE_KINDS]; /* of single kinds */
	int64_t records_next;	       /* not asked for before */
	unsigned epoch;
	struct fe_upstream servers[FE_SERVERS];
	enum rp_range_status refused[FE_KINDS];	  /* said in the log */
	struct fe_flight flights[FE_FLIGHTS_ALL]; /* each server has its part */
	uint8_t joined[RP_MAIL_FIELD_MAX];
	fe_landed *landed;
	void *ctx;
};

void fe_flight_end(struct fe_flight *f);
/* The answer to q, out of own: see fe_present in kind.h. */
bool fe_flights_present(struct fe_flights *r, const struct fe_question *q, const struct fe_kept *own,
			struct fe_answer *a);
/* The flight that brings breach records no older than age, where there is one or may be one; NULL: those that
 * are there have to do. */
const struct fe_flight *fe_flights_records(struct fe_flights *r, int64_t age, int64_t now);

#endif
