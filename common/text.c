#include "common/text.h"

#include <stdlib.h>
#include <string.h>

enum rp_lang rp_lang_from(const char *name)
{
	if (name && !strncmp(name, "fr", 2) && (!name[2] || strchr("_.@", name[2])))
		return RP_FR;
	return RP_EN;
}

static int by_english(const void *key, const void *entry)
{
	return strcmp(key, ((const struct rp_translation *)entry)->en);
}

const char *rp_text(enum rp_lang lang, const char *s)
{
	const struct rp_translation *t;

	if (lang != RP_FR)
		return s;
	t = bsearch(s, rp_catalog_fr, rp_catalog_fr_len, sizeof *rp_catalog_fr, by_english);
	return t ? t->fr : s;
}
