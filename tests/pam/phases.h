/* A stack of the module alone, and what libpam returns of it in each phase. */
#ifndef TESTS_PAM_PHASES_H
#define TESTS_PAM_PHASES_H

#include "tests/pam/conv.h"

struct phases {
	int auth, account, chauthtok, open, close, setcred;
};

/* A service with these arguments. What the module returns is what libpam returns, but for PAM_IGNORE: of a
 * stack in which everybody stepped aside it makes PAM_PERM_DENIED. */
void phases_service(const struct instance *in, const char *name, const char *args);
/* Services named after the module's modes: prompt, combined, auto, password. */
void phases_service_of_each_mode(const struct instance *in);
/* Prompts get "x123456". */
struct phases phases_run(const struct instance *in, const char *service, const char *user);

#endif
