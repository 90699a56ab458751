#include "fetch/cache.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/range.h"
#include "common/secret.h"

struct entry {
	unsigned kind;
	char prefix[RP_RANGE_PREFIX_MAX + 1];
	uint64_t used; /* 0: never */
	struct fe_kept kept;
};

struct fe_cache {
	uint64_t uses;
	struct entry entries[FE_CACHE_SIZE];
};

int fe_cache_open(struct fe_cache **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : RP_ENOMEM;
}

void fe_cache_empty(struct fe_cache *c)
{
	for (size_t i = 0; i < FE_CACHE_SIZE; i++)
		fe_kept_free(&c->entries[i].kept);
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
	for (size_t i = 0; i < FE_CACHE_SIZE; i++) {
		struct entry *e = &c->entries[i];

		if (e->kept.bytes && e->kind == kind && !strcmp(e->prefix, prefix))
			return e;
	}
	return NULL;
}

const struct fe_kept *fe_cache_get(struct fe_cache *c, unsigned kind, const char *prefix, int64_t now)
{
	struct entry *e = find(c, kind, prefix);

	if (!e || now - e->kept.checked >= FE_CACHE_FRESH_MS)
		return NULL;
	e->used = ++c->uses;
	return &e->kept;
}

bool fe_cache_take(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_kept *out)
{
	struct entry *e = find(c, kind, prefix);

	*out = e ? e->kept : (struct fe_kept){0};
	if (e)
		*e = (struct entry){0};
	return e != NULL;
}

void fe_cache_put(struct fe_cache *c, unsigned kind, const char *prefix, struct fe_kept *k)
{
	struct entry *e = find(c, kind, prefix);

	for (size_t i = 0; !e && i < FE_CACHE_SIZE; i++)
		if (!c->entries[i].kept.bytes)
			e = &c->entries[i];
	if (!e) {
		e = &c->entries[0];
		for (size_t i = 1; i < FE_CACHE_SIZE; i++)
			if (c->entries[i].used < e->used)
				e = &c->entries[i];
	}
	fe_kept_free(&e->kept);
	*e = (struct entry){.kind = kind, .used = ++c->uses, .kept = *k};
	memcpy(e->prefix, prefix, strlen(prefix) + 1);
	*k = (struct fe_kept){0};
}

void fe_kept_set(struct fe_kept *k, uint8_t *bytes, size_t len, const char *etag, int64_t now)
{
	size_t n = etag ? strlen(etag) : 0;

	*k = (struct fe_kept){.bytes = bytes, .len = len, .checked = now};
	if (n && n <= FE_ETAG_MAX)
		memcpy(k->etag, etag, n);
}

void fe_kept_free(struct fe_kept *k)
{
	if (k->bytes)
		rp_wipe(k->bytes, k->len);
	free(k->bytes);
	*k = (struct fe_kept){0};
}
