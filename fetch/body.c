#include "fetch/body.h"

#include <string.h>
#include "common/error.h"
#include "common/range.h"

#define DIGITS 35
#define DIGEST_LEN (RP_RANGE_ROW_LEN - 4)

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The digits that the prefix left: an odd number of them, so the first one is half a byte. */
static int read_suffix(const char *s, uint8_t out[DIGEST_LEN])
{
	memset(out, 0, DIGEST_LEN);
	for (size_t i = 0; i < DIGITS; i++) {
		int digit = hex_digit(s[i]);

		if (digit < 0)
			return RP_EINVAL;
		out[(i + 1) / 2] = (uint8_t)(out[(i + 1) / 2] << 4 | digit);
	}
	return 0;
}

static int read_count(const char *s, size_t len, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(s[i] - '0');

		if (digit > 9 || __builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, digit, out))
			return RP_EINVAL;
	}
	return len ? 0 : RP_EINVAL;
}

static int read_line(const char *line, size_t len, uint8_t row[RP_RANGE_ROW_LEN], uint64_t *count)
{
	uint32_t kept;

	if (len < DIGITS + 2 || line[DIGITS] != ':' || read_suffix(line, row) ||
	    read_count(line + DIGITS + 1, len - DIGITS - 1, count))
		return RP_EINVAL;
	kept = *count < UINT32_MAX ? (uint32_t)*count : UINT32_MAX;
	for (int i = 0; i < 4; i++)
		row[DIGEST_LEN + i] = (uint8_t)(kept >> (24 - 8 * i));
	return 0;
}

int fe_body_passwords(const char *text, size_t len, uint8_t *rows, size_t *n)
{
	const char *end = text + len;

	*n = 0;
	if (!len)
		return RP_EINVAL;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((newline ? newline : end) - text);
		uint8_t row[RP_RANGE_ROW_LEN];
		uint64_t count;

		if (newline && line && text[line - 1] == '\r')
			line--;
		if (read_line(text, line, row, &count))
			return RP_EINVAL;
		if (count && *n == RP_RANGE_ROWS_MAX)
			return RP_EFULL;
		if (count)
			memcpy(rows + (*n)++ * RP_RANGE_ROW_LEN, row, sizeof row);
		text = newline ? newline + 1 : end;
	}
	return 0;
}
