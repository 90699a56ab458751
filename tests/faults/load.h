/*
 * Logins from four processes without a pause, and a ledger of every answer: what rempartd said, over all its
 * lives, is compared with what the store holds in the end.
 *
 * Time moves by a step when every user has logged in once, so that a code is always of the clock's own step.
 */
#ifndef TESTS_FAULTS_LOAD_H
#define TESTS_FAULTS_LOAD_H

#include "tests/pam/people.h"

#define LOAD_POLICY "[throttle]\naccount_free = 100\npair_free = 100\nsource_free = 100000\n"

struct load;

struct load_result {
	unsigned steps;
	unsigned let_in;       /* answers RP_OK */
	unsigned replays;      /* of those codes, all refused */
	unsigned lost;	       /* connections that ended without an answer: asked again with the same code */
	unsigned used_by_lost; /* then refused, because the store knew the code already */
	unsigned gone;	       /* nobody listened: asked again */
};

/* Enrols the users, and begins. */
struct load *load_start(struct instance *in);
/* Moves time on where it is due. To be called often. */
void load_tick(struct load *l);
/* Lets each process hear its last answer. rempartd must be running. */
void load_end(struct load *l);
/* Fails the running test when a code was accepted twice, an acceptance is not in the store, or a login was
 * refused or not answered. Frees l. */
struct load_result load_check(struct load *l);

#endif
