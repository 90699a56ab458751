/* Judging a code against an account's tokens and recovery codes: the one place where a code is used up. */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "engine/reason.h"
#include "engine/seal.h"
#include "store/store.h"

/* EN_TOTP or EN_RECOVERY: right; the token's last counter or the recovery code is spent, and a is dirty.
 * Otherwise why not, and a is untouched. *unavailable: a secret did not open or could not be computed with,
 * so that "wrong" is not known. */
enum en_reason en_judge(const struct en_seal *s, struct st_account *a, int64_t now, unsigned window,
			const char *code, bool *unavailable);

#endif
