/* Accounts of the tests, made as an administrator makes them: in the store, through the engine's library. */
#ifndef TESTS_PAM_PEOPLE_H
#define TESTS_PAM_PEOPLE_H

#include <stdbool.h>
#include "store/store.h"
#include "tests/pam/instance.h"

struct token {
	unsigned algorithm, digits, period; /* 0: SHA-1, 6, 30 */
	uint8_t secret[64];
	size_t secret_len;
};

#define CODE_SIZE 9
#define RECOVERY_SIZE 30

/* Gives user one more active token with a new secret, which t receives. */
void people_enrol(const struct instance *i, const char *user, struct token *t);
/* New recovery codes. */
void people_recovery(const struct instance *i, const char *user, char codes[ST_RECOVERY_MAX][RECOVERY_SIZE]);
void people_lock(const struct instance *i, const char *user, bool locked);
void people_deadline(const struct instance *i, const char *user, int64_t deadline);
/* A copy of the record; exists is false when there is none. */
struct st_account people_account(const struct instance *i, const char *user);
/* Events with that reason about user; NULL: about anybody. */
unsigned people_events(const struct instance *i, const char *user, unsigned reason);

/* The token's code at that time, computed by liboath. Returns out. */
const char *token_code(const struct token *t, int64_t when, char out[CODE_SIZE]);
/* A code that has not been used: time goes on until there is one. */
const char *token_fresh_code(const struct token *t, struct instance *i, char out[CODE_SIZE]);
/* A code that the token does not give anywhere near that time. */
const char *token_wrong_code(const struct token *t, int64_t when, char out[CODE_SIZE]);

#endif
