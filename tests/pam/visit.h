/* A look into an instance's store, in a transaction of its own. */
#ifndef TESTS_PAM_VISIT_H
#define TESTS_PAM_VISIT_H

#include "engine/seal.h"
#include "store/store.h"
#include "tests/pam/instance.h"

struct visit {
	struct st_store *store;
	struct st_turn *turn;
	struct st_account *account; /* NULL: none */
	struct en_seal *seal;
};

/* user's account is loaded; NULL: none. Both fail the running test when they cannot. */
void visit_begin(struct visit *v, const struct instance *i, const char *user);
void visit_end(struct visit *v);

#endif
