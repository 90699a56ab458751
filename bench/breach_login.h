/* What looking a password up in the corpus adds to a login through libpam. */
#ifndef BENCH_BREACH_LOGIN_H
#define BENCH_BREACH_LOGIN_H

#include "bench/subject.h"

/* Microseconds, pam_start to pam_end; without: the module is never given the password, so nothing is looked
 * up. */
struct bn_added {
	unsigned logins; /* of each sort */
	double p50_with, p50_without, p99_with, p99_without;
};

/* A password that the corpus has. */
#define BN_LEAKED "leaked word 0"

/* One login at a time, with and without in turn. The subject is prepared; folder has its pam.d. Returns 0 or
 * -1. */
int bn_added_run(struct bn_subject *s, const char *folder, const char *build, unsigned logins,
		 struct bn_added *out);

#endif
