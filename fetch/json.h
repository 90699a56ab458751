/* JSON from a server: whole, in UTF-8, with no key twice and no NUL, and bounded in what it takes of memory.
 */
#ifndef FETCH_JSON_H
#define FETCH_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* All that libjansson may hold at a time. A value takes some 30 times the memory of its text at worst
 * ("[],[],"), so that a bound for the text alone would not be one. */
#define FE_JSON_MEMORY_MAX (96u * 1024 * 1024)

/* Before anything else here. Memory that libjansson gives back is wiped: addresses were in it. */
void fe_json_init(void);
/* To be given back with json_decref. RP_EINVAL: it is no such JSON; RP_EFULL: it takes too much memory. */
int fe_json_read(const char *text, size_t len, json_t **out);

/* The text at key of an object, 1 to max bytes without control characters; NULL: it is not that. */
const char *fe_json_text(const json_t *object, const char *key, size_t max);
/* The same of a value. */
const char *fe_json_words(const json_t *value, size_t max);
/* RP_EINVAL: there is no such key, or it is neither true nor false. */
int fe_json_bool(const json_t *object, const char *key, bool *out);

#endif
