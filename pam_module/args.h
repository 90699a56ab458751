/* The module's arguments, as they stand in the PAM service file. */
#ifndef PAM_MODULE_ARGS_H
#define PAM_MODULE_ARGS_H

#include <stdbool.h>

enum pm_mode {
	PM_MODE_PROMPT,	  /* asks the code in a prompt of its own */
	PM_MODE_COMBINED, /* the code stands at the end of the password field */
	PM_MODE_AUTO,	  /* prompts for both; one answer to both is taken as combined */
	PM_MODE_PASSWORD, /* asks no code: the portal does */
};

struct pm_args {
	enum pm_mode mode;
	const char *socket;
	const char *lang;	 /* "en", "fr", or NULL: not said */
	const char *server_user; /* whose rempartd is trusted, besides root and this process's user */
	int retry;		 /* how often a new password is asked for */
	bool root_warn;		 /* root is told of a leaked password, and may set it */
	bool nodelay;
	bool debug;
};

/*
 * Fills in args, which points into argv. Returns NULL, or the first argument that is unknown or bad: then
 * nothing may be decided, because a typo must not weaken anything.
 */
const char *pm_args_parse(struct pm_args *args, int argc, const char *const *argv);

#endif
