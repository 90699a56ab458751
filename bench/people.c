#include "bench/people.h"

#include <stdbool.h>
#include <stdio.h>
#include <liboath/oath.h>

void bn_name(unsigned n, char out[BN_NAME_LEN])
{
	snprintf(out, BN_NAME_LEN, "user%07u", n % 10000000);
}

void bn_address(unsigned n, char out[BN_ADDRESS_LEN])
{
	char name[BN_NAME_LEN];

	bn_name(n, name);
	snprintf(out, BN_ADDRESS_LEN, "%s@cabinet%u.example", name, n % 1000);
}

void bn_source(unsigned n, char out[16])
{
	snprintf(out, 16, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
}

/* SplitMix64: secrets need only differ here. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

void bn_secret(unsigned n, uint8_t out[BN_SECRET_LEN])
{
	for (unsigned i = 0; i < BN_SECRET_LEN; i++)
		out[i] = (uint8_t)(mix((uint64_t)n << 8 | i / 8) >> i % 8 * 8);
}

int bn_code(unsigned n, uint64_t counter, char out[7])
{
	uint8_t secret[BN_SECRET_LEN];

	bn_secret(n, secret);
	return oath_hotp_generate((const char *)secret, sizeof secret, counter, 6, false,
				  OATH_HOTP_DYNAMIC_TRUNCATION, out) == OATH_OK
		       ? 0
		       : -1;
}
