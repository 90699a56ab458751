#include "tests/pam/visit.h"

#include "tests/unit/cmocka_all.h"

#define BUSY_MS 5000

void visit_begin(struct visit *v, const struct instance *i, const char *user)
{
	char why[256];

	assert_int_equal(en_seal_open(&v->seal, i->key, why, sizeof why), 0);
	assert_int_equal(st_open(&v->store, i->state, false), 0);
	v->turn = st_turn_new();
	assert_non_null(v->turn);
	v->account = user ? st_turn_account(v->turn, user) : NULL;
	assert_int_equal(st_begin(v->store, v->turn, BUSY_MS), 0);
}

void visit_end(struct visit *v)
{
	assert_int_equal(st_commit(v->store, v->turn), 0);
	st_turn_free(v->turn);
	st_close(v->store);
	en_seal_close(v->seal);
}
