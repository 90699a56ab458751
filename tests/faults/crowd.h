/* Eight processes with one code: each round, all ask at the same instant, and one is let in. */
#ifndef TESTS_FAULTS_CROWD_H
#define TESTS_FAULTS_CROWD_H

#include "tests/pam/people.h"

#define CROWD 8

/* What became of so many rounds. */
struct crowd_result {
	unsigned rounds, exactly_once;
	unsigned let_in, denied, otherwise; /* answers */
	int64_t ms;
};

/* The user's throttles must let CROWD failures pass. */
struct crowd_result crowd_race(struct instance *in, const char *user, const struct token *t, unsigned rounds);

#endif
