/* pam_rempart's arguments, as they stand in the PAM service file: the module obeys them, `rempart doctor`
 * reads them. */
#ifndef COMMON_MODULE_ARGS_H
#define COMMON_MODULE_ARGS_H

#include <stdbool.h>

enum rp_module_mode {
	RP_MODE_PROMPT,	  /* asks the code in a prompt of its own */
	RP_MODE_COMBINED, /* the code stands at the end of the password field */
	RP_MODE_AUTO,	  /* prompts for both; one answer to both is taken as combined */
	RP_MODE_PASSWORD, /* asks no code: the portal does */
};

struct rp_module_args {
	enum rp_module_mode mode;
	const char *socket;
	const char *lang;	 /* "en", "fr", or NULL: not said */
	const char *server_user; /* whose rempartd is trusted, besides root and this process's user */
	int retry;		 /* how often a new password is asked for */
	bool root_warn;		 /* root is told of a leaked password, and may set it */
	bool reset;		 /* password: the old one was not proved */
	bool nodelay;
	bool debug;
};

/*
 * Fills in args, which points into argv. Returns NULL, or the first argument that is unknown or bad: then
 * nothing may be decided, because a typo must not weaken anything.
 */
const char *rp_module_args_parse(struct rp_module_args *args, int argc, const char *const *argv);

#endif
