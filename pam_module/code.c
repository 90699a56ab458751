#include "pam_module/code.h"

#include <stdbool.h>
#include <string.h>

#define GROUPS 6
#define GROUP_LEN 4
#define RECOVERY_LEN (GROUPS * GROUP_LEN)
#define HYPHENATED_LEN (RECOVERY_LEN + GROUPS - 1)
#define DIGITS_MIN 6
#define DIGITS_MAX 8

/* Not the functions of ctype.h: those follow the caller's locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_base32(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

static bool read_digits(const char *s, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (is_blank(s[i]))
			continue;
		if (!is_digit(s[i]) || n == DIGITS_MAX)
			return false;
		out[n++] = s[i];
	}
	out[n] = '\0';
	return n >= DIGITS_MIN;
}

static bool read_recovery(const char *s, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bool between = n % GROUP_LEN == 0 && n > 0 && n < RECOVERY_LEN;

		if (between && (s[i] == '-' || is_blank(s[i])))
			continue;
		if (!is_base32(s[i]) || n == RECOVERY_LEN)
			return false;
		out[n++] = s[i];
	}
	out[n] = '\0';
	return n == RECOVERY_LEN;
}

void pm_code_read(const char *answer, char out[RP_CODE_MAX + 1])
{
	size_t len = strlen(answer);

	while (len && is_blank(answer[len - 1]))
		len--;
	for (; len && is_blank(*answer); len--)
		answer++;
	if (!len)
		out[0] = '\0';
	else if (!read_digits(answer, len, out) && !read_recovery(answer, len, out))
		strcpy(out, PM_CODE_NONE);
}

static bool ends_in_recovery(const char *field, size_t len)
{
	const char *s;

	if (len < HYPHENATED_LEN)
		return false;
	s = field + len - HYPHENATED_LEN;
	for (size_t i = 0; i < HYPHENATED_LEN; i++) {
		bool hyphen = i % (GROUP_LEN + 1) == GROUP_LEN;

		if (hyphen ? s[i] != '-' : !is_base32(s[i]))
			return false;
	}
	return true;
}

size_t pm_code_split(const char *field, unsigned shape, char out[RP_CODE_MAX + 1])
{
	size_t len = strlen(field), tail = 0, take = 0;

	if (shape && ends_in_recovery(field, len)) {
		take = HYPHENATED_LEN;
	} else {
		while (tail < len && tail < DIGITS_MAX && is_digit(field[len - 1 - tail]))
			tail++;
		for (size_t n = DIGITS_MIN; n <= tail; n++) {
			if (shape & RP_SHAPE_DIGITS(n))
				take = n;
		}
	}
	memcpy(out, field + len - take, take + 1);
	return len - take;
}
