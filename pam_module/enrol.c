/*
 * Self-enrolment inside the conversation: secret, code, recovery codes.
 *
 * Contract: nothing counts before a code has come back, and no code is asked for before the caller has taken
 * every message that says what to do. A caller that cannot show messages is refused before anything is made.
 */
#include "pam_module/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <security/pam_ext.h>
#include "common/qr.h"
#include "common/secret.h"
#include "pam_module/ask.h"
#include "pam_module/code.h"

#define TRIES 3

static int show(const struct pm_call *c, const char *heading, const char *secret)
{
	char *text;
	int ret;

	if (asprintf(&text, "%s\n%s", heading, secret) < 0)
		return PAM_BUF_ERR;
	ret = pm_tell(c->pamh, c->flags, text);
	rp_free_text(text);
	return ret;
}

static int show_qr(const struct pm_call *c, const struct rp_reply *rep)
{
	char *drawing = malloc(RP_QR_TEXT_MAX);
	int ret = PAM_BUF_ERR;

	if (!drawing)
		return ret;
	if (rp_qr_text(rep->t3, rep->t3_len, drawing, RP_QR_TEXT_MAX) > 0)
		ret = pm_tell(c->pamh, c->flags, drawing);
	rp_wipe(drawing, RP_QR_TEXT_MAX);
	free(drawing);
	return ret;
}

/* In groups of four, for those who type it. */
static int show_key(const struct pm_call *c, const char *secret)
{
	char groups[RP_T1_MAX * 5 / 4 + 2];
	size_t n = 0;
	int ret;

	for (size_t i = 0; secret[i]; i++) {
		if (i && i % 4 == 0)
			groups[n++] = ' ';
		groups[n++] = secret[i];
	}
	groups[n] = '\0';
	ret = show(c, rp_text(c->lang, N_("If you cannot scan it, type this key into the app:")), groups);
	rp_wipe(groups, sizeof groups);
	return ret;
}

/* Whatever else rempartd answers to enrolment lets nobody in, were it a verdict that does elsewhere. */
static int refuse(const struct pm_call *c, const struct rp_reply *rep)
{
	int ret = pm_conclude(c, rep, PM_ACCOUNT);

	return ret == PAM_AUTHINFO_UNAVAIL ? ret : PAM_PERM_DENIED;
}

static int show_token(struct pm_call *c)
{
	struct rp_reply rep;
	int ret;

	pm_exchange(c, RP_ENROL_BEGIN, 0, "", &rep);
	if (rep.verdict != RP_OK)
		ret = refuse(c, &rep);
	else if ((ret = show_qr(c, &rep)) == PAM_SUCCESS)
		ret = show_key(c, rep.t1);
	rp_reply_wipe(&rep);
	return ret;
}

static int show_recovery(const struct pm_call *c, const char *codes)
{
	char *enter = NULL;
	const char *heading =
		rp_text(c->lang, N_("Your verification codes are set up. Here are your recovery codes: each "
				    "one replaces a code once, if you lose your phone."));
	int ret = show(c, heading, codes);

	if (ret == PAM_SUCCESS)
		ret = pm_ask(c->pamh, rp_text(c->lang, N_("Press Enter once you have written them down: ")),
			     &enter);
	rp_free_text(enter);
	return ret;
}

/* One try. PAM_TRY_AGAIN: the code did not match. */
static int confirm(struct pm_call *c)
{
	char *answer, code[RP_CODE_MAX + 1];
	struct rp_reply rep;
	int ret = pm_ask(c->pamh, rp_text(c->lang, N_("Code that the app shows: ")), &answer);

	if (ret != PAM_SUCCESS)
		return ret;
	pm_code_read(answer, code);
	rp_free_text(answer);
	pm_exchange(c, RP_ENROL_CONFIRM, 0, code, &rep);
	rp_wipe(code, sizeof code);
	if (rep.verdict == RP_OK)
		ret = show_recovery(c, rep.t1);
	else if (rep.verdict == RP_DENIED)
		ret = PAM_TRY_AGAIN;
	else
		ret = refuse(c, &rep);
	rp_reply_wipe(&rep);
	return ret;
}

static int confirm_in_time(struct pm_call *c)
{
	for (int i = 1; i <= TRIES; i++) {
		int ret = confirm(c);

		if (ret != PAM_TRY_AGAIN)
			return ret;
		if (i < TRIES)
			pm_tell(c->pamh, c->flags,
				rp_text(c->lang,
					N_("That code does not match. Please wait for the next one.")));
	}
	pm_tell(c->pamh, c->flags,
		rp_text(c->lang,
			N_("None of the codes matched, so nothing was set up. Please check that the clock of "
			   "your phone is right, then log in again.")));
	return PAM_PERM_DENIED;
}

int pm_enrol(struct pm_call *c)
{
	const char *heading = rp_text(
		c->lang, N_("You need a verification code to log in here. Please scan this QR code with an "
			    "authenticator app on your phone."));
	int ret = pm_tell(c->pamh, c->flags, heading);

	if (ret == PAM_SUCCESS)
		ret = show_token(c);
	if (ret == PAM_SUCCESS)
		ret = confirm_in_time(c);
	if (ret == PAM_CONV_ERR || ret == PAM_BUF_ERR) {
		pam_syslog(c->pamh, LOG_WARNING, "enrolment could not be shown to the user: refused");
		ret = PAM_PERM_DENIED;
	}
	return ret;
}
