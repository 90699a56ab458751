/* What a stack leaves open for leaked passwords and for resets, although pam_rempart.so is in it. */
#ifndef CLI_PAMLEAKS_H
#define CLI_PAMLEAKS_H

#include "cli/pamstack.h"

/* Whether account has no password to ask about: auth never shows one to the module. */
bool cli_pam_never_sees(const struct cli_pam_stack *s);

struct cli_pam_change {
	bool stored_before; /* a new password is stored before it is looked at */
	bool another;	    /* a module below may ask for another one, which nobody looks at */
	bool goes_on;	    /* a module below, or the program, goes on although it was refused */
	bool nobody_asks;   /* it takes what a module above asked for, and there is none */
};

/* Follows a change of a password that all modules accept, and one that pam_rempart.so refuses. */
void cli_pam_follow_change(const struct cli_pam_stack *s, struct cli_pam_change *change);

#endif
