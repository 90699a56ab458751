/*
 * What can be asked of the servers, and how each answer reads: a line in kind.c each, with a parser that is
 * pure.
 */
#ifndef FETCH_KIND_H
#define FETCH_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/config.h"
#include "common/mailbox.h"
#include "common/range.h"
#include "fetch/cache.h"

enum { FE_PASSWORDS, FE_RANGE, FE_EXACT, FE_STEALERS, FE_PLAN, FE_RECORDS, FE_KINDS };
/* Who is asked: each fails, wants silence and has its room for itself. */
enum { FE_PASSWORDS_SERVER, FE_EMAIL_SERVER, FE_SERVERS };

/* Part of the budget, in milliseconds, for what comes before and after. */
#define FE_SPARE_MS 100
/* An address takes three characters for each of its own at most. */
#define FE_URL_MAX (RP_PATH_MAX + 3 * RP_ADDRESS_MAX + 128)

struct fe_question {
	unsigned kind;
	char argument[RP_ADDRESS_MAX + 1];
};

struct fe_answer {
	enum rp_range_status status;
	uint64_t detail;
	const uint8_t *first, *second;
	size_t first_len, second_len;
};

/* Makes *bytes of *n, for free, of a body. RP_EINVAL: it is none of this kind, as a whole, because a part
 * would make what is leaked look clean; RP_EFULL: it is more than an answer has room for, or takes too much
 * memory; RP_ENOMEM. */
typedef int fe_parse(const char *text, size_t len, uint8_t **bytes, size_t *n);
/* The answer to q, out of what was parsed and the breach records that there are, perhaps none. w has room for
 * what has to be written anew. False: with newer records it would be another one. */
typedef bool fe_present(const struct fe_question *q, const struct fe_kept *own, const struct fe_kept *records,
			struct rp_mail_writer *w, struct fe_answer *a);

struct fe_kind {
	const char *path; /* behind the server's address; then comes the argument */
	enum { FE_NOTHING, FE_CAPITALS, FE_ESCAPED, FE_DOMAIN } spelling;
	const char *query;  /* behind that, or NULL */
	const char *header; /* that goes with it, or NULL */
	unsigned server;
	bool keyed;	   /* needs the API key */
	bool records;	   /* the answer needs the breach records */
	bool none;	   /* 404 says that there is nothing */
	bool single;	   /* there is one answer only, which stays beside the cache */
	size_t max;	   /* bytes of a body, packed and unpacked */
	int64_t fresh, on; /* milliseconds: taken as it is (0: not kept); waited for, whoever waits */
	fe_parse *parse;
	fe_present *present; /* NULL: not for askers */
};

const struct fe_kind *fe_kind(unsigned kind);
/* Whether the configuration has it. */
bool fe_kind_is_on(unsigned kind, const struct rp_config *config);
/* So that the breaker can tell one question from another. */
uint32_t fe_kind_hash(const struct fe_question *q);
void fe_kind_url(const struct fe_question *q, const struct rp_config *config, char out[FE_URL_MAX]);
/* Whether every server has a URL that may be asked (https, a host, no password, no fragment), and the domain
 * is one. RP_EINVAL, and why says which is not. */
int fe_kind_check(const struct rp_config *config, char *why, size_t size);

#endif
