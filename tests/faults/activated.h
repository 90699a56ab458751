/* rempartd started as a service manager starts it: the socket is the test's, and connections queue in it
 * while no rempartd runs. */
#ifndef TESTS_FAULTS_ACTIVATED_H
#define TESTS_FAULTS_ACTIVATED_H

#include "tests/pam/instance.h"

/* The listening socket at in->socket. No rempartd of its own may be running. */
int activated_listen(const struct instance *in);
/* Starts rempartd with that socket as its descriptor 3. Does not wait: who connects does. */
void activated_launch(struct instance *in, int listener);

#endif
