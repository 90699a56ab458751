/*
 * How often somebody who is neither root nor a portal may ask: each question is a transaction and a row, and
 * one user of the machine must fill neither the disk nor everybody's turn. Pure.
 */
#ifndef ENGINE_QUOTA_H
#define ENGINE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Questions of one uid in a second, and how many such uids are told apart in it. */
#define EN_QUOTA_RATE 20
#define EN_QUOTA_UIDS 64

struct en_quota {
	struct {
		uid_t uid;
		unsigned taken;
		int64_t second;
	} of[EN_QUOTA_UIDS];
};

/* Takes one from uid's share of this second (now: monotonic, in milliseconds). false: it is used up, or more
 * uids than fit ask in this second. */
bool en_quota_take(struct en_quota *q, uid_t uid, int64_t now);

#endif
