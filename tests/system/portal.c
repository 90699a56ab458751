/*
 * Logs in through libpam as a portal does: one conversation, whose every prompt gets the next answer.
 * Usage: portal SERVICE USER [SOURCE], answers on standard input, one a line.
 * Prints what pam_authenticate and, after a success, pam_acct_mgmt returned, by name, and ends with 0 when
 * both let the user in, with 1 when not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <security/pam_appl.h>

static const char *name_of(int code)
{
	switch (code) {
	case PAM_SUCCESS:
		return "PAM_SUCCESS";
	case PAM_AUTH_ERR:
		return "PAM_AUTH_ERR";
	case PAM_CRED_INSUFFICIENT:
		return "PAM_CRED_INSUFFICIENT";
	case PAM_AUTHINFO_UNAVAIL:
		return "PAM_AUTHINFO_UNAVAIL";
	case PAM_PERM_DENIED:
		return "PAM_PERM_DENIED";
	default:
		return "another code";
	}
}

static char *next_line(void)
{
	char *line = NULL;
	size_t size = 0;

	if (getline(&line, &size, stdin) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static int answer(int n, const struct pam_message **msgs, struct pam_response **out, void *ctx)
{
	struct pam_response *r = calloc((size_t)n, sizeof *r);

	(void)ctx;
	if (!r)
		return PAM_BUF_ERR;
	for (int i = 0; i < n; i++)
		if (msgs[i]->msg_style == PAM_PROMPT_ECHO_OFF)
			r[i].resp = next_line();
	*out = r;
	return PAM_SUCCESS;
}

int main(int argc, char **argv)
{
	const struct pam_conv conv = {answer, NULL};
	pam_handle_t *pamh;
	int ret;

	if (argc < 3 || pam_start(argv[1], argv[2], &conv, &pamh) != PAM_SUCCESS)
		return 2;
	if (argc > 3)
		pam_set_item(pamh, PAM_RHOST, argv[3]);
	ret = pam_authenticate(pamh, 0);
	printf("authenticate: %s\n", name_of(ret));
	if (ret == PAM_SUCCESS) {
		ret = pam_acct_mgmt(pamh, 0);
		printf("account: %s\n", name_of(ret));
	}
	pam_end(pamh, ret);
	return ret != PAM_SUCCESS;
}
