/* Looks for a secret in the memory of this very process. */
#ifndef TESTS_PAM_MEMORY_H
#define TESTS_PAM_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * How often the n bytes stand in memory that can be written: heap, stack, what libraries keep. inverted: each
 * of the bytes with all its bits turned over, so that the question is not its own answer. Literals in the
 * program do not count, nor does memory that is shared.
 */
unsigned memory_count(const uint8_t *inverted, size_t n);

#endif
