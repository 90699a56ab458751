#include "common/base32.h"

#include <string.h>
#include "common/error.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void rp_base32_encode(const uint8_t *in, size_t n, char *out)
{
	uint32_t acc = 0;
	int bits = 0;

	for (size_t i = 0; i < n; i++) {
		acc = acc << 8 | in[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*out++ = alphabet[acc >> (bits - 5) & 31];
	}
	if (bits)
		*out++ = alphabet[acc << (5 - bits) & 31];
	*out = '\0';
}

static int value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

int rp_base32_decode(const char *in, uint8_t *out, size_t max)
{
	size_t len = strlen(in), n = 0, digits = 0;
	uint32_t acc = 0;
	int bits = 0;

	while (len && in[len - 1] == '=')
		len--;
	for (size_t i = 0; i < len; i++) {
		int v = value(in[i]);

		if (in[i] == ' ' || in[i] == '-')
			continue;
		if (v < 0)
			return RP_EINVAL;
		digits++;
		acc = acc << 5 | (uint32_t)v;
		if ((bits += 5) < 8)
			continue;
		bits -= 8;
		if (n == max)
			return RP_EFULL;
		out[n++] = (uint8_t)(acc >> bits);
	}
	/* 1, 3 and 6 left-over digits encode no whole byte: such a text was cut. */
	if (digits % 8 == 1 || digits % 8 == 3 || digits % 8 == 6)
		return RP_EINVAL;
	return (int)n;
}
