/* A small world for tests of the engine: a key, a configuration, an account or none, and time as a number. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "engine/boxes.h"
#include "engine/lookup.h"
#include "engine/policy.h"
#include "engine/totp.h"

#define WORLD_START 1700000000
#define WORLD_SEEN 40			    /* how often a leaked password was */
#define WORLD_LONG_AGO (WORLD_START - 1000) /* when an account was marked */

struct world {
	char folder[64];
	char key_path[128];
	struct en_seal *seal;
	struct rp_config config;
	int64_t now;
	struct st_account account;
	struct st_throttle_record unknown, pair, origin;
	struct st_event event;
	struct rp_reply rep;
	unsigned flags; /* of the requests */
	bool digest;	/* they carry one, of which is known what finding says */
	bool exempt_group;
	bool self; /* and come from a program of the user's own */
	struct en_finding finding;
	bool waits;	       /* the last one has to wait for a finding or a lookup */
	const char *address;   /* of the requests; NULL: none */
	uint8_t version;       /* of the requests */
	struct en_boxes boxes; /* that they concern, if their verb concerns any */
	struct en_lookup lookup;
};

/* cmocka's setup and teardown: *state is a struct world. */
int world_make(void **state);
/* world_make, where the requests are explained: martin has this address, and the help text is that. */
int world_make_reset(void **state);
#define WORLD_ADDRESS "claire.dupont@example.org"
#define WORLD_HELP "Call 01 23 45 67 89."
int world_end(void **state);

/* The account exists, with one active token of the given kind; the secret is the RFC's ASCII digits. */
void world_enrol(struct world *w, unsigned algorithm, unsigned digits, unsigned period);
/* The code of that secret at a time. */
const char *world_code(unsigned algorithm, unsigned digits, unsigned period, int64_t time);
/* The present one of SHA-1, six digits and 30 seconds. */
const char *world_code_now(const struct world *w);

/* The requests carry a password's digest, of which that is known. */
void world_know(struct world *w, enum en_known known);
/* The account exists and has that address registered, which nobody has said anything about. */
void world_register(struct world *w, const char *address);
/* An administrator put it on the list. */
void world_flag(struct world *w);
/* The account exists, and its password has to be changed. */
void world_mark(struct world *w);

/* One request for "martin" from source (NULL: none, not local); answers in w->rep and w->event. Returns the
 * verdict. */
enum rp_verdict world_ask_as(struct world *w, enum rp_verb verb, const char *service, const char *source,
			     const char *code);
/* From sshd and 192.0.2.7. */
enum rp_verdict world_ask(struct world *w, enum rp_verb verb, const char *code);

#endif
