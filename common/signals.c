#include "common/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int rp_signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void rp_signals_read(int fd, bool *end, bool *again)
{
	struct signalfd_siginfo info;

	*end = *again = false;
	while (read(fd, &info, sizeof info) == sizeof info)
		*(info.ssi_signo == SIGHUP ? again : end) = true;
}
