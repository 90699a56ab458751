/*
 * The circuit breaker: a server that fails is left alone for a while instead of letting each login wait for
 * it. Pure; now is monotonic, in milliseconds.
 *
 *   closed ──FE_BREAKER_FAILURES in a row──▶ open ──pause over, asked──▶ trial ──success──▶ closed
 *                                             ▲                            │
 *                                             └──── failure, pause doubled ┘
 */
#ifndef FETCH_BREAKER_H
#define FETCH_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#define FE_BREAKER_FAILURES 5
/* … of at least so many prefixes: a server that fails for one of them alone (a page of an error that somebody
 * keeps in between was seen) must not be left alone because somebody asks for just that one. */
#define FE_BREAKER_PREFIXES 3
#define FE_BREAKER_PAUSE_MS 10000
#define FE_BREAKER_PAUSE_MAX_MS 300000

enum fe_breaker_state { FE_CLOSED, FE_OPEN, FE_TRIAL };

/* All zero: closed. */
struct fe_breaker {
	enum fe_breaker_state state;
	unsigned failures; /* in a row, while closed */
	unsigned n_prefixes;
	uint32_t prefixes[FE_BREAKER_PREFIXES]; /* of those failures */
	int64_t pause;				/* of this opening or the last one */
	int64_t until;				/* FE_OPEN: when the pause is over */
};

/* Whether the server may be asked now: then its outcome has to be told. When a pause is over the first one to
 * ask makes the trial, and the others wait for its outcome. */
bool fe_breaker_may(struct fe_breaker *b, int64_t now);
/* Both return whether the state changed. What was asked before the breaker opened and ends after that changes
 * nothing: a server that is overloaded would have it open and close all the time. */
bool fe_breaker_failed(struct fe_breaker *b, uint32_t prefix, int64_t now);
bool fe_breaker_answered(struct fe_breaker *b);
/* Seconds until somebody may ask again, at least 1. */
uint64_t fe_breaker_wait(const struct fe_breaker *b, int64_t now);

#endif
