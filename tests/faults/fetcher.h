/*
 * In the place of rempart-fetch: a thread of the test that listens on its socket and answers well, badly,
 * late or never, as it is told.
 */
#ifndef TESTS_FAULTS_FETCHER_H
#define TESTS_FAULTS_FETCHER_H

#include <stdint.h>
#include "common/mailbox.h"

enum fetcher_how {
	FETCHER_ANSWERS, /* what was leaked is leaked */
	FETCHER_WAITS,	 /* with its answer, until it is told another way */
	FETCHER_GARBAGE,
	FETCHER_HUGE, /* a packet longer than any */
	FETCHER_HANGS_UP,
	FETCHER_FAILS, /* with the status of fetcher_fail */
};

struct fetcher;

struct fetcher *fetcher_start(const char *path);
void fetcher_stop(struct fetcher *f); /* nobody listens at its path then */
/* From the next packet on; those that were kept waiting are answered now. */
void fetcher_is(struct fetcher *f, enum fetcher_how how);
void fetcher_fail(struct fetcher *f, unsigned status, uint64_t detail);
/* The mailbox of that digest is in a breach; no other is in any. */
void fetcher_breach(struct fetcher *f, const uint8_t digest[RP_DIGEST_LEN], const struct rp_breach *b);
void fetcher_leak(struct fetcher *f, const uint8_t digest[RP_DIGEST_LEN], uint32_t count);

/* How often it was asked so far. */
unsigned fetcher_asked(struct fetcher *f);
/* Waits until it was asked so often in all, and until so many wait for its answer. Fail the running test when
 * that does not happen. */
void fetcher_await_asked(struct fetcher *f, unsigned asked);
void fetcher_await_waiting(struct fetcher *f, unsigned waiting);

#endif
