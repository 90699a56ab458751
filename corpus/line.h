/* One line of a source: "40 hex:count", or in a range what follows its prefix, "35 hex:count". */
#ifndef CORPUS_LINE_H
#define CORPUS_LINE_H

#include "corpus/source.h"

#define CO_PREFIX_LEN 5
/* The longest line that is judged by what is in it. */
#define CO_LINE_MAX 1024

struct co_line {
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;
};

/* Upper or lower case, CR at the end or not. prefix: the range's five digits, or "". unended: the file ends
 * with this line, and no newline does. 0, or what the line is instead. */
int co_line_parse(const char *text, size_t len, const char *prefix, bool unended, struct co_line *out);

#endif
