/* What rempart-fetch makes of what a server sends. */
#ifndef TESTS_PARSED_H
#define TESTS_PARSED_H

#include <stddef.h>
#include <stdint.h>

/* A group's setup: before any JSON is read. */
int parsed_setup(void **state);
/* What parser says of text, which it finds in a block of its own, without a NUL: a read past its end is seen.
 * Fails the running test unless there is an *out exactly when there is no error. */
int parsed(int (*parser)(const char *text, size_t len, uint8_t **out, size_t *n), const char *text,
	   uint8_t **out, size_t *n);

#endif
