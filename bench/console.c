#include "bench/console.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

void bn_console_spare(void)
{
	if (!access("/dev/log", W_OK) || access("/dev/console", W_OK))
		return;
	if (!unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    !mount("/dev/null", "/dev/console", NULL, MS_BIND, NULL))
		return;
	fprintf(stderr,
		"bench: nothing listens on /dev/log, and the console cannot be put aside (%s):\n"
		"bench: THE FIGURES OF pam_google_authenticator ARE TOO LOW, it logs to the console.\n"
		"bench: start a syslog daemon, or run as another user than root.\n",
		strerror(errno));
}
