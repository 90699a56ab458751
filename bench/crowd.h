/* Clients: processes that log users in through libpam for a while, all starting at the same instant. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <stdint.h>
#include "bench/subject.h"

/* What one round of one subject gave. Times are in microseconds. */
struct bn_run {
	double rate; /* accepted logins a second */
	double p50, p99, max;
	double cpu;	   /* of the clients, a login */
	double daemon_cpu; /* of the subject's daemon, a login */
	uint64_t done, refused;
	int why; /* what PAM answered to the last refused one */
};

/*
 * Each client takes users of its own, at most quota of them, with the oldest code that is still good and
 * later than that user's last. It ends after seconds, or when its users are used up. Latency is pam_start to
 * pam_end; computing the code is not in it. Returns 0, or -1 when a client failed. When there was no user
 * left with a fresh code, out->done and out->refused are 0 and nothing was measured.
 */
int bn_crowd_run(struct bn_subject *s, const char *confdir, unsigned clients, unsigned quota, double seconds,
		 struct bn_run *out);

#endif
