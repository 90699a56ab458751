/*
 * What a person typed, and the code in it. Contract: only what is shaped like a code ever comes out of here,
 * because people type passwords into the wrong field, and a password stays in the process that asked for it.
 */
#ifndef PAM_MODULE_CODE_H
#define PAM_MODULE_CODE_H

#include <stddef.h>
#include "common/protocol.h"

/* Sent in place of what is no code: it matches none, and the attempt is counted all the same. */
#define PM_CODE_NONE "?"

/*
 * From a field for the code alone into out: the 6 to 8 digits without the blanks in and around them; the 24
 * letters of a recovery code, hyphens and blanks between its groups of four left out; "" when there were
 * only blanks; PM_CODE_NONE for anything else.
 */
void pm_code_read(const char *answer, char out[RP_CODE_MAX + 1]);

/*
 * From a field that holds password and code: returns where the code begins, the end of field when there is
 * none, and copies it to out ("" when there is none). A recovery code is looked for first, then the longest
 * of the lengths in shape (RP_SHAPE_DIGITS) whose characters at the end are all digits. Here a recovery code
 * must have its hyphens: 24 letters in a row may just as well be a long password.
 */
size_t pm_code_split(const char *field, unsigned shape, char out[RP_CODE_MAX + 1]);

#endif
