#include "corpus/line.h"

#include <string.h>

#define DIGITS (2 * CO_DIGEST_LEN)
/* SHA-1 has so many hex digits more than NTLM. */
#define NTLM_SHORTER 8

/* The value of a hex digit, with this bit set; 0: it is none. */
#define IS_HEX 0x10
static const uint8_t hex[256] = {
	['0'] = IS_HEX | 0x0, ['1'] = IS_HEX | 0x1, ['2'] = IS_HEX | 0x2, ['3'] = IS_HEX | 0x3,
	['4'] = IS_HEX | 0x4, ['5'] = IS_HEX | 0x5, ['6'] = IS_HEX | 0x6, ['7'] = IS_HEX | 0x7,
	['8'] = IS_HEX | 0x8, ['9'] = IS_HEX | 0x9, ['A'] = IS_HEX | 0xa, ['B'] = IS_HEX | 0xb,
	['C'] = IS_HEX | 0xc, ['D'] = IS_HEX | 0xd, ['E'] = IS_HEX | 0xe, ['F'] = IS_HEX | 0xf,
	['a'] = IS_HEX | 0xa, ['b'] = IS_HEX | 0xb, ['c'] = IS_HEX | 0xc, ['d'] = IS_HEX | 0xd,
	['e'] = IS_HEX | 0xe, ['f'] = IS_HEX | 0xf,
};

static uint8_t value(char c)
{
	return hex[(unsigned char)c];
}

static bool unhex(const char text[DIGITS], uint8_t digest[CO_DIGEST_LEN])
{
	unsigned all = IS_HEX;

	for (int i = 0; i < CO_DIGEST_LEN; i++) {
		unsigned high = value(text[2 * i]), low = value(text[2 * i + 1]);

		all &= high & low;
		digest[i] = (uint8_t)(high << 4 | (low & 0xf));
	}
	return all;
}

static bool number(const char *text, size_t len, uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return len > 0;
}

/* What a line is that is not "hex:count" with so many digits. */
static enum co_oddity diagnose(const char *text, size_t len, size_t digits, bool unended)
{
	size_t n = 0;

	if (len > CO_LINE_MAX || memchr(text, '\0', len))
		return CO_ODD_NUL;
	while (n < len && value(text[n]))
		n++;
	if (unended && n <= digits && (n == len || (n == digits && len == n + 1 && text[n] == ':')))
		return CO_ODD_CUT;
	if (n == digits - NTLM_SHORTER && n < len && text[n] == ':')
		return CO_ODD_NTLM;
	if (n == digits && (n == len || text[n] == ':'))
		return CO_ODD_COUNT;
	return CO_ODD_LINE;
}

int co_line_parse(const char *text, size_t len, const char *prefix, bool unended, struct co_line *out)
{
	size_t known = strlen(prefix), digits = DIGITS - known;
	char whole[DIGITS];

	if (len && len <= CO_LINE_MAX && text[len - 1] == '\r')
		len--;
	if (len > CO_LINE_MAX || len <= digits || text[digits] != ':')
		return (int)diagnose(text, len, digits, unended);
	memcpy(whole, prefix, known);
	memcpy(whole + known, text, digits);
	if (!unhex(whole, out->digest) || !number(text + digits + 1, len - digits - 1, &out->count))
		return (int)diagnose(text, len, digits, unended);
	return 0;
}
