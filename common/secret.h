/* Secrets in memory: wiped, compared in constant time, kept out of core dumps. */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites and is not optimised away. p may be NULL when n is 0. */
void rp_wipe(void *p, size_t n);

/* Constant-time in n: whether the n bytes are equal. */
bool rp_equal(const void *a, const void *b, size_t n);

/* Wipes and frees a NUL-terminated string; NULL is allowed. */
void rp_free_text(char *s);

/* n bytes from the kernel's generator. Returns 0 or RP_EIO: then nothing may be made from them. */
int rp_random(void *out, size_t n);

/* No core dump and no ptrace by the same user from here on. For programs of ours, never inside a module. */
void rp_no_dump(void);

/* Reads one line from fd into out of size bytes, without its newline: how a secret reaches a program of
 * ours (never argv). Returns its length, RP_EINVAL when it is too long or has a NUL, RP_EIO, RP_ENOENT at
 * the end of the file. On error out is wiped. */
int rp_read_secret(int fd, char *out, size_t size);

#endif
