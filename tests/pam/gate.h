/* A reset through libpam, with a stand-in for rempartd that is told its answers by the user's name. */
#ifndef TESTS_PAM_GATE_H
#define TESTS_PAM_GATE_H

#include "tests/pam/conv.h"
#include "tests/pam/peer.h"

#define FINE "tulip anvil forty"
#define PROMPT "Verification code, or a recovery code (press Enter if you have none): "
#define REFUSED "The password cannot be reset here. " PEER_HELP
#define REFUSED_WITH_CODE "With this code the password cannot be reset here. " PEER_HELP

extern struct instance gate;

/* Services "portal", "french", and "required", which goes on below a refusal; all of them store a password.
 */
int gate_start(void **state);
int gate_stop(void **state);
/* Nothing stored, and nothing asked yet. */
int gate_afresh(void **state);
void gate_as(enum peer_kind kind);

/* What pam_chauthtok returns, from 192.0.2.1. */
int gate_reset(const char *name, const char *user, int flags, struct conv *conv);

/* The password that the module below has stored; NULL: none. */
void gate_stored(const char *password);
/* The n-th question was this one. */
void gate_asked(unsigned n, enum rp_verb verb, unsigned flags, const char *code);
unsigned gate_questions(void);

#endif
