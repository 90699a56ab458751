#include "bench/breach_login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <security/pam_appl.h>
#include "bench/folder.h"
#include "bench/people.h"

/* Answers in turn: a password and a code, or a code alone. */
struct answers {
	const char *of[2];
	unsigned at;
};

static int converse(int n, const struct pam_message **msg, struct pam_response **resp, void *ctx)
{
	struct pam_response *r = calloc((size_t)n, sizeof *r);
	struct answers *a = ctx;

	for (int i = 0; r && i < n; i++)
		if (msg[i]->msg_style == PAM_PROMPT_ECHO_OFF && a->at < 2)
			r[i].resp = strdup(a->of[a->at++]);
	*resp = r;
	return r ? PAM_SUCCESS : PAM_BUF_ERR;
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* mode: of the module. In "prompt" it asks for the code alone, and has no password to look up. */
static int write_service(const struct bn_subject *s, const char *folder, const char *build, const char *mode)
{
	FILE *f = bn_create("%s/pam.d/breach-%s", folder, mode);

	if (!f)
		return -1;
	fprintf(f, "auth required %s/pam_rempart.so mode=%s socket=%s/users/%s/socket\n", build, mode, folder,
		s->service);
	fprintf(f, "account required %s/pam_rempart.so socket=%s/users/%s/socket\n", build, folder,
		s->service);
	return bn_close(f);
}

/* Returns what PAM answers, or -1. password NULL: it is not asked for. */
static int log_in(unsigned user, const char *confdir, const char *password, double *us)
{
	char name[BN_NAME_LEN], source[16], code[7];
	struct answers a = {.of = {password, code}, .at = password ? 0 : 1};
	struct pam_conv conv = {converse, &a};
	pam_handle_t *pamh = NULL;
	double begun;
	int ret;

	bn_name(user, name);
	bn_source(user, source);
	if (bn_code(user, (uint64_t)time(NULL) / BN_STEP, code))
		return -1;
	begun = now_us();
	ret = pam_start_confdir(password ? "breach-auto" : "breach-prompt", name, &conv, confdir, &pamh);
	if (ret == PAM_SUCCESS)
		ret = pam_set_item(pamh, PAM_RHOST, source);
	if (ret == PAM_SUCCESS)
		ret = pam_authenticate(pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_acct_mgmt(pamh, 0);
	pam_end(pamh, ret);
	*us = now_us() - begun;
	return ret;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int measure(struct bn_subject *s, const char *confdir, unsigned logins, double *took[2])
{
	char password[32];
	double us;

	/* Else nothing is looked up, and there is nothing to measure. */
	if (log_in(bn_subject_user(s, 2 * logins), confdir, BN_LEAKED, &us) != PAM_NEW_AUTHTOK_REQD)
		return -1;
	for (unsigned i = 0; i < 2 * logins && !bn_stopped; i++) {
		snprintf(password, sizeof password, "not leaked %u", i);
		if (log_in(bn_subject_user(s, i), confdir, i % 2 ? password : NULL, &took[i % 2][i / 2]) !=
		    PAM_SUCCESS)
			return -1;
	}
	for (unsigned with = 0; with < 2; with++)
		qsort(took[with], logins, sizeof **took, compare);
	return bn_stopped ? -1 : 0;
}

int bn_added_run(struct bn_subject *s, const char *folder, const char *build, unsigned logins,
		 struct bn_added *out)
{
	double *took[2] = {calloc(logins, sizeof **took), calloc(logins, sizeof **took)};
	char confdir[BN_PATH + 8];
	int err = -1;

	snprintf(confdir, sizeof confdir, "%s/pam.d", folder);
	if (took[0] && took[1] && 2 * logins < s->users && !write_service(s, folder, build, "auto") &&
	    !write_service(s, folder, build, "prompt"))
		err = measure(s, confdir, logins, took);
	if (!err) {
		size_t p50 = logins / 2, p99 = (size_t)(logins * 0.99);

		*out = (struct bn_added){logins, took[1][p50], took[0][p50], took[1][p99], took[0][p99]};
	}
	free(took[0]);
	free(took[1]);
	return err;
}
