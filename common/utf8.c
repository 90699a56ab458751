#include "common/utf8.h"

size_t rp_utf8(const char *s)
{
	static const unsigned least[] = {0x20, 0xa0, 0x800, 0x10000};
	static const unsigned char mask[] = {0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *p = (const unsigned char *)s;
	int more = *p < 0x80 ? 0 : *p >> 5 == 6 ? 1 : *p >> 4 == 14 ? 2 : *p >> 3 == 30 ? 3 : -1;
	unsigned code;

	if (more < 0)
		return 0;
	code = *p++ & mask[more];
	for (int i = 0; i < more; i++, p++) {
		if (*p >> 6 != 2)
			return 0;
		code = code << 6 | (*p & 0x3f);
	}
	if (code < least[more] || code == 0x7f || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
		return 0;
	return (size_t)more + 1;
}

bool rp_is_text(const char *s)
{
	size_t n;

	while ((n = rp_utf8(s)))
		s += n;
	return !*s;
}
