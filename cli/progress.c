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
	struct sigaction hup;

	/* The terminal was closed; what nohup ignores stays ignored. */
	if (!sigaction(SIGHUP, NULL, &hup) && hup.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &act, NULL);
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

static void draw_bar(const struct cli_progress *p, size_t done, double rate, int64_t spent)
{
	double share = p->total ? (double)done / (double)p->total : 1;
	int filled = (int)(share * WIDTH);

	fprintf(stderr, "\r%s [%.*s%*s] %3d%% %.0f/s %llds ", p->what, filled,
		"##############################", WIDTH - filled, "", (int)(share * 100), rate,
		(long long)(share > 0 ? (double)spent * (1 - share) / share / 1000 : 0));
}

void cli_progress_show(struct cli_progress *p, size_t done)
{
	int64_t now = rp_now_ms(), spent = now - p->start;
	double rate = spent ? (double)done * 1000 / (double)spent : 0.0;

	if (!p->terminal || (done < p->total && now - p->drawn < 100))
		return;
	p->drawn = now;
	if (p->total == CLI_PROGRESS_UNKNOWN)
		fprintf(stderr, "\r%s %zu %.0f/s ", p->what, done, rate);
	else
		draw_bar(p, done, rate, spent);
	if (done == p->total)
		cli_progress_leave(p);
}

void cli_progress_clear(struct cli_progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = 0;
}

void cli_progress_leave(struct cli_progress *p)
{
	if (p->drawn)
		fputc('\n', stderr);
	p->drawn = 0;
}
