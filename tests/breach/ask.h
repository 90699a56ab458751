/* Questions to rempart-fetch over its socket. Every function fails the running test when it cannot do its
 * work. */
#ifndef TESTS_BREACH_ASK_H
#define TESTS_BREACH_ASK_H

#include <stdint.h>
#include <stdlib.h>
#include "common/range.h"
#include "tests/fixtures/breach.h"

/* Seen often enough to be no accident; the list's other words were seen once. */
#define LEAKED "azerty123"
#define LEAKED_COUNT 4321
#define WORDS LEAKED "\t4321\nPassword1\n"
#define CLEAN "nobody chose this one, ever"

struct answer {
	struct rp_range_answer a; /* points into packet */
	int ms;			  /* from the question to the answer */
	uint8_t packet[RP_RANGE_PACKET_MAX];
};

/* The server for LEAKED and its folder in /tmp, for a group of tests; both gone with ask_teardown. */
int ask_setup(void **state);
int ask_teardown(void **state);
/* A rempart-fetch for one test in such a group; its state is the server then. */
int ask_fetch(void **state);
/* The same without one, for tests that start their own. */
int ask_alone(void **state);
int ask_fetch_end(void **state);

/* Connects. */
int ask_open(const struct breach *b);
void ask_send(int fd, const char *prefix);
void ask_receive(int fd, struct answer *out);
/* All of it. */
void ask(const struct breach *b, const char *prefix, struct answer *out);

void ask_prefix_of(const char *password, char out[RP_RANGE_PREFIX_MAX + 1]);
/* Asks about password, expects status, returns the count. */
uint32_t ask_password(const struct breach *b, const char *password, enum rp_range_status status);
/* How often password is in an answer to its prefix. */
uint32_t ask_count(const struct answer *a, const char *password);

/* Waits until the server has had so many requests. */
void ask_await_requests(const struct breach *b, unsigned n);

#endif
