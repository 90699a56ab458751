/* What no module can do better than, and what ours costs a process that loads it. */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include <stddef.h>

/* fdatasync of one page written over another, in folder: how many a second, or -1. */
double bn_sync_rate(const char *folder, double seconds);

/* The libraries that loading module maps into a process that has libpam, libmd and libc: names separated by
 * blanks, "" for none. Returns how many, or -1. */
int bn_libraries(const char *module, char *out, size_t size);

#endif
