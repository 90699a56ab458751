#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "common/secret.h"

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDING (int)(sizeof ending / sizeof *ending)

static struct termios was;

/* Gives the terminal back as it was, then ends as the signal would have ended the program. */
static void give_back(int signal)
{
	tcsetattr(0, TCSANOW, &was);
	raise(signal);
}

static void echo_off(struct sigaction before[ENDING])
{
	const struct sigaction act = {.sa_handler = give_back, .sa_flags = (int)SA_RESETHAND};
	struct termios quiet = was;

	for (int i = 0; i < ENDING; i++)
		sigaction(ending[i], &act, &before[i]);
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(0, TCSAFLUSH, &quiet);
}

static void echo_on(const struct sigaction before[ENDING])
{
	tcsetattr(0, TCSAFLUSH, &was);
	for (int i = 0; i < ENDING; i++)
		sigaction(ending[i], &before[i], NULL);
	fputc('\n', stderr);
}

int cli_ask(const char *prompt, char *out, size_t size)
{
	bool terminal = isatty(0) && !tcgetattr(0, &was);
	struct sigaction before[ENDING];
	int n;

	if (terminal) {
		fputs(prompt, stderr);
		fflush(stderr);
		echo_off(before);
	}
	n = rp_read_secret(0, out, size);
	if (terminal)
		echo_on(before);
	return n;
}
