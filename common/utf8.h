/* Text that a terminal shows and does not obey. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stddef.h>

/* How many bytes the character at s has; 0 when none begins there: its end, a control character (C0 or C1),
 * or what is no UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
size_t rp_utf8(const char *s);

#endif
