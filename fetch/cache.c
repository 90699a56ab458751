#include "fetch/cache.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/range.h"

struct entry {
	unsigned kind;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	uint64_t used; /* 0: never */
	struct fe_range range;
};

struct fe_cache {
	uint64_t uses;
	struct entry entries[FE_CACHE_RANGES];
};

int fe_cache_open(struct fe_cache **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : RP_ENOMEM;
}

void fe_cache_empty(struct fe_cache *c)
{
	for (size_t i = 0; i < FE_CACHE_RANGES; i++)
		fe_range_free(&c->entries[i].range);
	memset(c, 0, sizeof *c);
}

void fe_cache_close(struct fe_cache *c)
{
	if (c)
		fe_cache_empty(c);
	free(c);
}

static struct entry *find(struct fe_cache *c, unsigned kind, const char *prefix)
{
	for (size_t i = 0; i < FE_CACHE_RANGES; i++) {
		struct entry *e = &c->entries[i];

		if (e->range.rows && e->kind == kind && !strcmp(e->prefix, prefix))
			return e;
	}
	return NULL;
}

const struct fe_range *fe_cache_get(struct fe_cache *c, unsigned kind, const char *prefix, int64_t now)
{
	struct entry *e = find(c, kind, prefix);

	if (!e || now - e->range.checked >= FE_CACHE_FRESH_MS)
		return NULL;
	e->used = ++c->uses;
	return &e->range;
}

bool fe_cache_take(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_range *out)
{
	struct entry *e = find(c, kind, prefix);

	*out = e ? e->range : (struct fe_range){0};
	if (e)
		*e = (struct entry){0};
	return e != NULL;
}

void fe_cache_put(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_range *r)
{
	struct entry *e = find(c, kind, prefix);

	for (size_t i = 0; !e && i < FE_CACHE_RANGES; i++)
		if (!c->entries[i].range.rows)
			e = &c->entries[i];
	if (!e) {
		e = &c->entries[0];
		for (size_t i = 1; i < FE_CACHE_RANGES; i++)
			if (c->entries[i].used < e->used)
				e = &c->entries[i];
	}
	fe_range_free(&e->range);
	*e = (struct entry){.kind = kind, .used = ++c->uses, .range = *r};
	memcpy(e->prefix, prefix, strlen(prefix) + 1);
	*r = (struct fe_range){0};
}

int fe_range_set(struct fe_range *r, const uint8_t *rows, size_t n, const char *etag, int64_t now)
{
	size_t len = etag ? strlen(etag) : 0;

	*r = (struct fe_range){.n = n, .checked = now};
	r->rows = malloc(n * RP_RANGE_ROW_LEN + 1);
	if (!r->rows)
		return RP_ENOMEM;
	if (n)
		memcpy(r->rows, rows, n * RP_RANGE_ROW_LEN);
	if (len && len <= FE_ETAG_MAX)
		memcpy(r->etag, etag, len);
	return 0;
}

void fe_range_free(struct fe_range *r)
{
	free(r->rows);
	*r = (struct fe_range){0};
}
