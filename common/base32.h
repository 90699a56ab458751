/* Base32 of RFC 4648, as otpauth URIs and CSV files carry secrets: capitals, no padding when written;
 * any case, spaces, hyphens and trailing '=' accepted when read. */
#ifndef COMMON_BASE32_H
#define COMMON_BASE32_H

#include <stddef.h>
#include <stdint.h>

/* Characters for n bytes, without the NUL. */
#define RP_BASE32_LEN(n) (((n)*8 + 4) / 5)

/* Writes RP_BASE32_LEN(n) characters and a NUL. */
void rp_base32_encode(const uint8_t *in, size_t n, char *out);
/* Returns the number of bytes, or RP_EINVAL for a character or length that is not Base32, RP_EFULL when
 * they are more than max. */
int rp_base32_decode(const char *in, uint8_t *out, size_t max);

#endif
