/* A listener that stands in for a rempartd that is broken, slow, or somebody else's. */
#ifndef TESTS_PAM_PEER_H
#define TESTS_PAM_PEER_H

#include <stdbool.h>
#include <sys/types.h>
#include "common/request.h"
#include "tests/pam/instance.h"

/* Twice that is more than the module has for a phase; once is not. */
#define PEER_SLOW_MS 1700

enum peer_kind {
	PEER_VERDICT,  /* gives the verdict that is the user's name, a number; OK to RP_SHAPE, 6 digits */
	PEER_EXPECT,   /* OK to the code that is the user's name, DENIED to any other; two lengths, 6 and 8 */
	PEER_PRELIM,   /* OK to RP_FLAG_PRELIM; afterwards, without it, LOCKED; DENIED before */
	PEER_NO_SHAPE, /* UNAVAILABLE to RP_SHAPE, OK to the rest */
	/* ENROL to RP_ACCOUNT, as PEER_BREACH right after a token was confirmed. To RP_ENROL_BEGIN n, the
	 * user's name, without a QR code; from 100 on OK with one, and n - 100 to RP_ENROL_CONFIRM. */
	PEER_ENROL,
	/* About the digest of a password that it knows, LEAKED or UNKNOWN; else the user's name, a number, to
	 * CHAUTHTOK's second question, and OK to the rest. */
	PEER_BREACH,
	/* To RESET one of the three numbers in the user's name, "14-3-1": the first without a code, the
	 * second with one, the third when it happens; REFUSED with PEER_HELP. To SESSION OK, with PEER_HELP
	 * where the name is "flagged". LEAKED to PEER_LEAKED, and OK to the rest. */
	PEER_RESET,
	PEER_RESET_SLOW, /* the same, each answer after PEER_SLOW_MS */
	PEER_SLOW,	 /* OK after PEER_SLOW_MS */
	PEER_SILENT,	 /* accepts, reads, never answers */
	PEER_GONE,	 /* accepts, reads, hangs up */
	PEER_EMPTY,	 /* answers packets that are none: */
	PEER_NOISE,
	PEER_SHORT,	 /* RP_OK without its last byte */
	PEER_LONG,	 /* RP_OK and one byte more */
	PEER_HUGE,	 /* more than RP_PACKET_MAX */
	PEER_NO_VERDICT, /* a verdict that is none */
	PEER_OTHER_VERB, /* RP_OK to another question */
	PEER_VERSION,	 /* RP_OK in a version to come */
};

/* The passwords that PEER_BREACH knows. */
#define PEER_LEAKED "azerty123"
extern const uint8_t peer_leaked_inverted[9],
	peer_leaked_digest_inverted[RP_DIGEST_LEN]; /* for memory_count */
#define PEER_LEAKED_SLOWLY "qwerty123"		    /* leaked too, and it takes PEER_SLOW_MS to say so */
#define PEER_HELP "Help desk: 01 23 45 67 89."
#define PEER_UNKNOWN "nobody can tell"

/* Listens at in->socket as the user uid, in a process that peer_stop ends. */
pid_t peer_start(const struct instance *in, enum peer_kind kind, uid_t uid);
void peer_stop(pid_t peer);

/* What it was asked since it started: the n-th question, NULL when there were fewer. */
const struct rp_request *peer_heard(unsigned n);
/* Whether req carries the digest of this password. */
bool peer_is_about(const struct rp_request *req, const char *password);

#endif
