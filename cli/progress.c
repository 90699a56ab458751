#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "common/ticks.h"

#define WIDTH 30

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

void cli_progress_catch_signals(void)
{
	const struct sigaction act = {.sa_handler = stop};

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

bool cli_progress_stopped(void)
{
	return stopped;
}

void cli_progress_start(struct cli_progress *p, const char *what, size_t total)
{
	*p = (struct cli_progress){what, total, rp_now_ms(), 0, isatty(2)};
}

void cli_progress_show(struct cli_progress *p, size_t done)
{
	int64_t now = rp_now_ms(), spent = now - p->start;
	double share = p->total ? (double)done / (double)p->total : 1;
	int filled = (int)(share * WIDTH);

	if (!p->terminal || (done < p->total && now - p->drawn < 100))
		return;
	p->drawn = now;
	fprintf(stderr, "\r%s [%.*s%*s] %3d%% %.0f/s %llds ", p->what, filled,
		"##############################", WIDTH - filled, "", (int)(share * 100),
		spent ? (double)done * 1000 / (double)spent : 0.0,
		(long long)(share > 0 ? (double)spent * (1 - share) / share / 1000 : 0));
	if (done == p->total)
		fputc('\n', stderr);
}
