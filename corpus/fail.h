/* What went wrong, as a code of ours and one line for the log. */
#ifndef CORPUS_FAIL_H
#define CORPUS_FAIL_H

#include <stddef.h>

/* The RP_E* of an errno. */
int co_errno(int e);
/* Formats why, which may be NULL with size 0, and returns err. */
int co_fail(int err, char *why, size_t size, const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
