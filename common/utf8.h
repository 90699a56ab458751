/* Text that a terminal shows and does not obey. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes the character at s has; 0 when none begins there: its end, a control character (C0 or C1),
 * or what is no UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
size_t rp_utf8(const char *s);
/* Nothing but such characters up to its end. */
bool rp_is_text(const char *s);

#endif
