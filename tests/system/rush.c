/*
 * Many people log in at the same time: WORKERS processes share the users PREFIX0 to PREFIX(N-1) and take each
 * of them through libpam once, with the same answer to every question. Usage: rush SERVICE PREFIX N WORKERS,
 * the answer on standard input. Says how many were refused; ends with 0 when nobody was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <security/pam_appl.h>

static char field[128];

static int answer(int n, const struct pam_message **msgs, struct pam_response **out, void *ctx)
{
	struct pam_response *r = calloc((size_t)n, sizeof *r);

	(void)ctx;
	if (!r)
		return PAM_BUF_ERR;
	for (int i = 0; i < n; i++)
		if (msgs[i]->msg_style == PAM_PROMPT_ECHO_OFF)
			r[i].resp = strdup(field);
	*out = r;
	return PAM_SUCCESS;
}

static int log_in(const char *service, const char *user)
{
	const struct pam_conv conv = {answer, NULL};
	pam_handle_t *pamh;
	int ret = pam_start(service, user, &conv, &pamh);

	if (ret != PAM_SUCCESS)
		return ret;
	ret = pam_authenticate(pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_acct_mgmt(pamh, 0);
	pam_end(pamh, ret);
	return ret;
}

/* Writes one byte for each user: whether it was refused. */
static int work(char **argv, int n, int first, int step, int to)
{
	char user[64];

	for (int i = first; i < n; i += step) {
		char refused;

		snprintf(user, sizeof user, "%s%d", argv[2], i);
		refused = log_in(argv[1], user) != PAM_SUCCESS;
		if (write(to, &refused, 1) != 1)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int n = argc == 5 ? atoi(argv[3]) : 0, workers = argc == 5 ? atoi(argv[4]) : 0;
	int done = 0, refused = 0, pipe_fds[2];
	char one;

	if (n < 1 || workers < 1 || !fgets(field, sizeof field, stdin) || pipe(pipe_fds))
		return 2;
	field[strcspn(field, "\n")] = '\0';
	for (int i = 0; i < workers; i++)
		if (fork() == 0)
			_exit(work(argv, n, i, workers, pipe_fds[1]));
	close(pipe_fds[1]);
	while (read(pipe_fds[0], &one, 1) == 1) {
		done++;
		refused += one;
	}
	while (wait(NULL) > 0)
		;
	printf("%d of %d logged in, %d refused\n", done - refused, n, refused);
	return done != n || refused;
}
