#include "corpus/header.h"

#include <endian.h>
#include <string.h>
#include "common/error.h"
#include "corpus/page.h"

#define VERSION 1

static const char magic[8] = "rempart";

enum word { MAGIC, KIND, KEYS, MIN_COUNT, LEFT_OUT, MADE, EPSILON, WORDS };

/* ε in units of 2^-64; it is never above 2^-8. */
static const double epsilon_unit = 1.0 / 4294967296.0 / 4294967296.0;

void co_header_encode(uint8_t page[CO_PAGE_LEN], const struct co_info *info)
{
	uint64_t words[WORDS] = {
		[KIND] = VERSION | (uint64_t)info->profile << 32 | (uint64_t)info->bits << 40,
		[KEYS] = info->keys,
		[MIN_COUNT] = info->min_count,
		[LEFT_OUT] = info->left_out,
		[MADE] = (uint64_t)info->made,
		[EPSILON] = (uint64_t)(info->epsilon / epsilon_unit),
	};

	for (int i = 0; i < WORDS; i++)
		words[i] = htole64(words[i]);
	memcpy(&words[MAGIC], magic, sizeof magic);
	memset(page, 0, CO_PAGE_LEN);
	memcpy(page, words, sizeof words);
	co_page_seal(page, 0, 0);
}

int co_header_decode(struct co_info *info, const uint8_t page[CO_PAGE_LEN])
{
	uint64_t words[WORDS];
	unsigned profile, bits;

	memcpy(words, page, sizeof words);
	if (memcmp(&words[MAGIC], magic, sizeof magic) || !co_page_sealed(page, 0, 0))
		return RP_ECORRUPT;
	for (int i = 0; i < WORDS; i++)
		words[i] = le64toh(words[i]);
	if ((uint32_t)words[KIND] != VERSION)
		return RP_EVERSION;
	profile = words[KIND] >> 32 & 0xff;
	bits = words[KIND] >> 40 & 0xff;
	if (profile < CO_FULL || profile > CO_TOP || bits > CO_BITS_MAX)
		return RP_ECORRUPT;
	*info = (struct co_info){
		.profile = (enum co_profile)profile,
		.bits = bits,
		.keys = words[KEYS],
		.min_count = words[MIN_COUNT],
		.left_out = words[LEFT_OUT],
		.made = (int64_t)words[MADE],
		.epsilon = (double)words[EPSILON] * epsilon_unit,
	};
	return 0;
}

uint64_t co_file_len(unsigned bits)
{
	return (((uint64_t)1 << bits) + 1) * CO_PAGE_LEN;
}
