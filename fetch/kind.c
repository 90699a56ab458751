#include "fetch/kind.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/body.h"
#include "fetch/mailbox.h"
#include "fetch/records.h"

#define KB ((size_t)1024)
/* Within the budget of whoever asked, less what comes before and after. */
#define SOON (RP_FETCH_BUDGET_MS - FE_SPARE_MS)
/* What is some megabytes may come too late for who asked, and be there for the next one. */
#define LATER 60000
#define HOUR 3600000

static int parse_passwords(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	uint8_t *rows = malloc((size_t)RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN);
	size_t count;
	int err = rows ? fe_body_passwords(text, len, rows, &count) : RP_ENOMEM;

	if (err) {
		free(rows);
		return err;
	}
	*n = count * RP_RANGE_ROW_LEN;
	*bytes = realloc(rows, *n + 1);
	if (!*bytes)
		*bytes = rows;
	return 0;
}

static bool as_it_is(const struct fe_question *q, const struct fe_kept *own, const struct fe_kept *records,
		     struct rp_mail_writer *w, struct fe_answer *a)
{
	(void)q;
	(void)records;
	(void)w;
	a->first = own->bytes;
	a->first_len = own->len;
	return true;
}

static bool joined(const struct fe_question *q, const struct fe_kept *own, const struct fe_kept *records,
		   struct rp_mail_writer *w, struct fe_answer *a)
{
	struct fe_joined j;

	(void)q;
	if (!records->bytes) {
		a->status = RP_RANGE_RECORDS;
		return false;
	}
	fe_mail_join(own->bytes, own->len, records->bytes, records->len, w, &j);
	if (w->full) {
		a->status = RP_RANGE_SIZE;
		return true;
	}
	a->first = w->buf;
	a->first_len = w->at;
	a->second = j.addresses;
	a->second_len = j.addresses_len;
	return !j.missing;
}

/* That there is nothing is what any web server says of what it does not know; one that has the breach records
 * is the API. */
static bool is_believed(const struct fe_kept *own, const struct fe_kept *records, struct fe_answer *a)
{
	if (!own->len && !records->bytes)
		a->status = RP_RANGE_RECORDS;
	return a->status == RP_RANGE_OK;
}

static bool exact(const struct fe_question *q, const struct fe_kept *own, const struct fe_kept *records,
		  struct rp_mail_writer *w, struct fe_answer *a)
{
	return is_believed(own, records, a) && as_it_is(q, own, records, w, a);
}

static bool page(const struct fe_question *q, const struct fe_kept *own, const struct fe_kept *records,
		 struct rp_mail_writer *w, struct fe_answer *a)
{
	(void)w;
	if (!is_believed(own, records, a))
		return false;
	a->detail =
		fe_mail_page(own->bytes, own->len, strtoull(q->argument, NULL, 10), &a->first, &a->first_len);
	return true;
}

static const struct fe_kind kinds[FE_KINDS] = {
	[FE_PASSWORDS] = {.path = "",
			  .spelling = FE_CAPITALS,
			  .header = "Add-Padding: true",
			  .server = FE_PASSWORDS_SERVER,
			  .max = 256 * KB,
			  .fresh = FE_CACHE_FRESH_MS,
			  .on = SOON,
			  .parse = parse_passwords,
			  .present = as_it_is},
	[FE_RANGE] = {.path = "breachedaccount/range/",
		      .spelling = FE_CAPITALS,
		      .server = FE_EMAIL_SERVER,
		      .keyed = true,
		      .records = true,
		      .max = 1024 * KB,
		      .fresh = FE_CACHE_FRESH_MS,
		      .on = SOON,
		      .parse = fe_mail_range,
		      .present = joined},
	[FE_EXACT] = {.path = "breachedaccount/",
		      .spelling = FE_ESCAPED,
		      .query = "?truncateResponse=false&IncludeUnverified=true",
		      .server = FE_EMAIL_SERVER,
		      .keyed = true,
		      .records = true,
		      .none = true,
		      .max = 1024 * KB,
		      .on = SOON,
		      .parse = fe_records_exact,
		      .present = exact},
	[FE_STEALERS] = {.path = "stealerlogsbywebsitedomain/",
			 .spelling = FE_DOMAIN,
			 .server = FE_EMAIL_SERVER,
			 .keyed = true,
			 .records = true,
			 .none = true,
			 .single = true,
			 .max = 16 * 1024 * KB,
			 .fresh = FE_CACHE_FRESH_MS,
			 .on = LATER,
			 .parse = fe_mail_stealers,
			 .present = page},
	[FE_PLAN] = {.path = "subscription/status",
		     .server = FE_EMAIL_SERVER,
		     .keyed = true,
		     .max = 64 * KB,
		     .on = SOON,
		     .parse = fe_mail_plan,
		     .present = as_it_is},
	[FE_RECORDS] = {.path = "breaches",
			.server = FE_EMAIL_SERVER,
			.single = true,
			.max = 8 * 1024 * KB,
			.fresh = HOUR,
			.on = LATER,
			.parse = fe_records_parse},
};

const struct fe_kind *fe_kind(unsigned kind)
{
	return &kinds[kind];
}

bool fe_kind_is_on(unsigned kind, const struct rp_config *config)
{
	if (kind == FE_EXACT)
		return config->email_exact;
	return kind != FE_STEALERS || strcmp(config->portal_domain, "none") != 0;
}

uint32_t fe_kind_hash(const struct fe_question *q)
{
	uint32_t h = 2166136261u ^ q->kind; /* FNV-1a */

	for (const char *c = q->argument; *c; c++)
		h = (h ^ (unsigned char)*c) * 16777619u;
	return h;
}

static const char *base(unsigned server, const struct rp_config *config)
{
	return server == FE_PASSWORDS_SERVER ? config->passwords_url : config->email_url;
}

/* All but what RFC 3986 calls unreserved. */
static char *escape(char *at, const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			*at++ = *s;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*s);
	*at = '\0';
	return at;
}

void fe_kind_url(const struct fe_question *q, const struct rp_config *config, char out[FE_URL_MAX])
{
	const struct fe_kind *kind = &kinds[q->kind];
	char *at = stpcpy(stpcpy(out, base(kind->server, config)), kind->path);

	switch (kind->spelling) {
	case FE_NOTHING:
		break;
	case FE_CAPITALS:
		for (const char *c = q->argument; *c; c++)
			*at++ = (char)toupper((unsigned char)*c);
		break;
	case FE_ESCAPED:
		at = escape(at, q->argument);
		break;
	case FE_DOMAIN:
		at = stpcpy(at, config->portal_domain);
		break;
	}
	strcpy(at, kind->query ? kind->query : "");
}

static bool has(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool there = !curl_url_get(u, part, &text, 0);

	curl_free(text);
	return there;
}

/* folder: paths are put behind it. */
static const char *objection(const char *url, bool folder)
{
	size_t len = strlen(url);
	CURLU *u = curl_url();
	const char *wrong = NULL;

	if (!u || strncasecmp(url, "https://", 8) != 0 || curl_url_set(u, CURLUPART_URL, url, 0))
		wrong = "an address that begins with https:// is needed";
	else if (has(u, CURLUPART_USER) || has(u, CURLUPART_PASSWORD))
		wrong = "it must have no user and no password in it";
	else if (strchr(url, '#'))
		wrong = "nothing can be put behind a #";
	else if (folder && (url[len - 1] != '/' || strchr(url, '?')))
		wrong = "it must be a path that ends with /";
	curl_url_cleanup(u);
	return wrong;
}

int fe_kind_check(const struct rp_config *config, char *why, size_t size)
{
	static const char *const keys[FE_SERVERS] = {"passwords_url", "email_url"};
	const char *domain = config->portal_domain;

	for (unsigned i = 0; i < FE_SERVERS; i++) {
		const char *wrong = objection(base(i, config), i == FE_EMAIL_SERVER);

		if (!wrong)
			continue;
		snprintf(why, size, "[fetch] %s: %s", keys[i], wrong);
		return RP_EINVAL;
	}
	for (; *domain; domain++)
		if (!isalnum((unsigned char)*domain) && !strchr("-.", *domain)) {
			snprintf(why, size, "[fetch] portal_domain: a name as in example.org is needed");
			return RP_EINVAL;
		}
	return 0;
}
