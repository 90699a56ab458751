/* Questions about mailboxes to rempart-fetch over its socket. Every function fails the running test when it
 * cannot do its work. */
#ifndef TESTS_BREACH_MAIL_H
#define TESTS_BREACH_MAIL_H

#include <stdint.h>
#include "common/mailbox.h"
#include "tests/breach/ask.h"

/* One of the server's test accounts, and what it is in. */
#define MAIL_KNOWN "account-exists@hibp-integration-tests.com"
#define MAIL_KNOWN_IN "Adobe"
#define MAIL_UNKNOWN "opt-out@hibp-integration-tests.com"

/* Lines of the configuration. */
#define MAIL_EXACT_LINES "[mailbox]\nemail_exact = yes\n"

/* In seconds: so long the breach records are left alone when they could not be had. */
#define MAIL_RECORDS_LATER 10

#define MAIL_BREACHES_MAX 1100

struct mail {
	struct rp_mail_answer a; /* points into packet */
	int ms;			 /* from the question to the answer */
	uint8_t packet[RP_RANGE_PACKET_MAX];
};

struct mail_found {
	int n;
	struct rp_breach all[MAIL_BREACHES_MAX];
};

/* For a group of tests between ask_setup and ask_teardown: a rempart-fetch with a key that may all. */
int mail_fetch(void **state);
/* Starts one that asks about addresses with this key, in place of one that runs; lines: more of the
 * configuration, beginning with those of [fetch]. */
void mail_start(struct breach *b, const char *key, const char *lines);
/* For it, it is so many seconds later. */
void mail_later(const struct breach *b, int64_t seconds);

/* An answer that is not OK says nothing but its status and detail: that is seen to here. */
void mail_ask(const struct breach *b, enum rp_mail_verb verb, const char *argument, struct mail *out);
/* The same in two steps, on a connection of ask_open. */
void mail_send(int fd, enum rp_mail_verb verb, const char *argument);
void mail_receive(int fd, enum rp_mail_verb verb, struct mail *out);

void mail_digest(const char *address, uint8_t out[RP_DIGEST_LEN]);
void mail_prefix_of(const char *address, char out[RP_MAIL_PREFIX + 1]);

/* Asks for the range of address and expects status. Returns what it is in; until the next call. */
const struct mail_found *mail_range(const struct breach *b, const char *address, enum rp_range_status status);
/* Asks about the whole address. */
const struct mail_found *mail_exact(const struct breach *b, const char *address, enum rp_range_status status);
/* NULL: there is none of this name. */
const struct rp_breach *mail_breach(const struct mail_found *f, const char *name);
/* Just these, with blanks between them, in any order. */
void mail_is_in(const struct mail_found *f, const char *names);

/* What fetch_log has. */
unsigned mail_said(const struct breach *b, const char *what);

#endif
