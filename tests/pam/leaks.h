/* A corpus of three leaked passwords for a private rempartd. */
#ifndef TESTS_PAM_LEAKS_H
#define TESTS_PAM_LEAKS_H

#include "tests/pam/instance.h"

/* Besides PASSWORD, which is everybody's, and "Password1". */
#define LEAKED_TOO "azerty123"

/* Builds it, and starts rempartd again with it. */
void leaks_known(struct instance *i);

#endif
