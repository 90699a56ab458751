/* Judging a code against an account's tokens and recovery codes: the one place where a code is used up. */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "engine/reason.h"
#include "engine/seal.h"
#include "store/store.h"

/* EN_TOTP or EN_RECOVERY: right; the code is spent in every token that gives it, or the recovery code is, and
 * a is dirty. Otherwise why not, and a is untouched. spent: codes that could be accepted until then are used
 * (0: a alone knows). *unavailable: a secret did not open or could not be computed with, so that "wrong" is
 * not known. */
enum en_reason en_judge(const struct en_seal *s, struct st_account *a, int64_t now, int64_t spent,
			unsigned window, const char *code, bool *unavailable);

#endif
