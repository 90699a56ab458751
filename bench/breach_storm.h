/*
 * A storm of logins that does not wait for anybody: each comes at its time, whether those before it are
 * through or not. A login is what pam_rempart asks of rempartd: AUTH with a good code, then ACCOUNT with the
 * digest of a password, each on a connection of its own.
 *
 * Beside it a probe (CHECK_PASSWORD) now and then, which is answered with the cause of an "unknown".
 */
#ifndef BENCH_BREACH_STORM_H
#define BENCH_BREACH_STORM_H

#include <stdint.h>
#include "bench/breach_api.h"
#include "bench/subject.h"

#define BN_CAUSES_MAX 8
#define BN_PHASES_MAX 8
/* Fewer than rempart-fetch keeps in its cache. */
#define BN_RANGES 64

struct bn_phase {
	const char *name, *mode; /* mode: of the API, from the phase's first moment on */
	double seconds;
	uint8_t set; /* the passwords are in BN_RANGES ranges, others in each set; 0: each in one of its own
		      */
	/* Filled in. Of the logins that came in this phase; times in microseconds, from when each was due. */
	unsigned came, done, refused;
	unsigned late;	 /* not answered within the module's budget */
	uint8_t verdict; /* of one that was refused */
	double p50, p99, max;
	double cpu, fetch_cpu;		/* processor time of rempartd and of rempart-fetch, a login */
	double known_after, open_after; /* seconds until a probe was answered so first; NAN: none was */
	/* From rempartd's log: how many passwords were let in unchecked, and why. */
	struct {
		char name[32];
		unsigned n;
	} causes[BN_CAUSES_MAX];
	unsigned unknown;
};

struct bn_storm {
	const struct bn_api *api;
	struct bn_subject *subject;
	char socket[BN_PATH], log[BN_PATH]; /* rempartd's */
	unsigned rate;			    /* logins a second */
	struct bn_phase *phases;
	unsigned n;
};

/* All phases, one after the other without a pause. Returns 0 or -1. */
int bn_storm_run(struct bn_storm *s);

#endif
