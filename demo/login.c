/*
 * A program that logs in through libpam, for the demonstration.
 *
 *   login as USER CONFDIR [SOURCE]   the answers to PAM's prompts are read from standard input, a line each
 *   login change USER CONFDIR [SOURCE]
 *                                    changes a password, with answers as above
 *   login reset USER CONFDIR [SOURCE]
 *                                    sets a password without the old one, as a portal does for who has
 * forgotten it login code TIME                  reads a secret in Base32, prints its code at TIME
 *
 * Prints what PAM shows, then PAM's verdict. Exit status: 0 let in or changed, 1 refused, 2 usage.
 */
#include <liboath/oath.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include "common/base32.h"
#include "common/secret.h"

#define PROMPTS_MAX 8

static int answer(const struct pam_message *m, struct pam_response *r)
{
	char line[256];

	if (m->msg_style != PAM_PROMPT_ECHO_OFF) {
		printf("    | %s\n", m->msg);
		return PAM_SUCCESS;
	}
	if (rp_read_secret(0, line, sizeof line) < 0)
		return PAM_CONV_ERR;
	r->resp = strdup(line);
	rp_wipe(line, sizeof line);
	return r->resp ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int converse(int n, const struct pam_message **messages, struct pam_response **responses, void *ctx)
{
	struct pam_response *r = n > 0 && n <= PROMPTS_MAX ? calloc((size_t)n, sizeof *r) : NULL;
	int err = r ? PAM_SUCCESS : PAM_CONV_ERR;
	(void)ctx;

	for (int i = 0; i < n && !err; i++)
		err = answer(messages[i], &r[i]);
	if (err) {
		for (int i = 0; r && i < n; i++)
			rp_free_text(r[i].resp);
		free(r);
		r = NULL;
	}
	*responses = r;
	return err;
}

static int start(const char *service, const char *user, const char *confdir, const char *source,
		 pam_handle_t **pamh)
{
	static const struct pam_conv conv = {converse, NULL};
	int err = pam_start_confdir(service, user, &conv, confdir, pamh);

	return err ? err : pam_set_item(*pamh, PAM_RHOST, source);
}

static int end(pam_handle_t *pamh, int err, const char *well)
{
	printf("    %s\n", err ? pam_strerror(pamh, err) : well);
	if (pamh)
		pam_end(pamh, err);
	return err ? 1 : 0;
}

/* As sshd and login do: who has to change the password does it here, and is in. */
static int log_in(const char *user, const char *confdir, const char *source)
{
	pam_handle_t *pamh = NULL;
	int err = start("demo", user, confdir, source, &pamh);

	if (!err)
		err = pam_authenticate(pamh, 0);
	if (!err)
		err = pam_acct_mgmt(pamh, 0);
	if (err == PAM_NEW_AUTHTOK_REQD) {
		printf("    %s\n", pam_strerror(pamh, err));
		err = pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK);
	}
	if (!err)
		err = pam_open_session(pamh, 0);
	return end(pamh, err, "Let in");
}

static int change(const char *service, const char *user, const char *confdir, const char *source)
{
	pam_handle_t *pamh = NULL;
	int err = start(service, user, confdir, source, &pamh);

	if (!err)
		err = pam_chauthtok(pamh, 0);
	return end(pamh, err, "Changed");
}

static int print_code(const char *at)
{
	char base32[128], code[16];
	uint8_t secret[64];
	int n = rp_read_secret(0, base32, sizeof base32);

	n = n > 0 ? rp_base32_decode(base32, secret, sizeof secret) : -1;
	if (n <= 0 || oath_totp_generate((const char *)secret, (size_t)n, atoll(at), 30, 0, 6, code))
		return 1;
	puts(code);
	rp_wipe(base32, sizeof base32);
	rp_wipe(secret, sizeof secret);
	return 0;
}

int main(int argc, char **argv)
{
	const char *source = argc == 5 ? argv[4] : "192.0.2.7";
	bool who = argc == 4 || argc == 5;

	if (argc == 3 && !strcmp(argv[1], "code"))
		return print_code(argv[2]);
	if (who && !strcmp(argv[1], "as"))
		return log_in(argv[2], argv[3], source);
	if (who && !strcmp(argv[1], "change"))
		return change("demo", argv[2], argv[3], source);
	if (who && !strcmp(argv[1], "reset"))
		return change("reset", argv[2], argv[3], source);
	fprintf(stderr, "usage: login as|change|reset USER CONFDIR [SOURCE] | login code TIME\n");
	return 2;
}
