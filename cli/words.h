/* A list of passwords in the clear, as a source of digests. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "corpus/source.h"

/* As many lines are sorted in memory. */
#define CLI_WORDS_MAX 5000000

/* Reads lines "password" (count 1) or "password<TAB>count", in any order, as co_source_read does. Returns
 * what ended the reading: RP_EFULL after more than CLI_WORDS_MAX. */
int cli_words_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size);

#endif
