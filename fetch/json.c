#include "fetch/json.h"

#include <malloc.h>
#include <stdlib.h>
#include "common/error.h"
#include "common/secret.h"

static size_t used;
static bool refused; /* libjansson does not always say that this was the reason */

static void *take(size_t n)
{
	void *p = n > FE_JSON_MEMORY_MAX - used ? NULL : malloc(n);

	if (p && malloc_usable_size(p) > FE_JSON_MEMORY_MAX - used) {
		free(p);
		p = NULL;
	}
	if (p)
		used += malloc_usable_size(p);
	else
		refused = true;
	return p;
}

static void give_back(void *p)
{
	size_t n = malloc_usable_size(p);

	used -= n;
	rp_wipe(p, n);
	free(p);
}

void fe_json_init(void)
{
	json_set_alloc_funcs(take, give_back);
}

int fe_json_read(const char *text, size_t len, json_t **out)
{
	refused = false;
	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (*out)
		return 0;
	return refused ? RP_EFULL : RP_EINVAL;
}

/* C0, DEL and C1: what a terminal or a log takes for more than text. */
static bool has_controls(const unsigned char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s == 0x7f || (*s == 0xc2 && s[1] < 0xa0))
			return true;
	return false;
}

const char *fe_json_words(const json_t *value, size_t max)
{
	const char *s = json_string_value(value);
	size_t n = json_string_length(value);

	return s && n && n <= max && !has_controls((const unsigned char *)s) ? s : NULL;
}

const char *fe_json_text(const json_t *object, const char *key, size_t max)
{
	return fe_json_words(json_object_get(object, key), max);
}

int fe_json_bool(const json_t *object, const char *key, bool *out)
{
	const json_t *value = json_object_get(object, key);

	*out = json_is_true(value);
	return json_is_boolean(value) ? 0 : RP_EINVAL;
}
