#include "pam_module/call.h"

#include <stdlib.h>
#include <string.h>
#include <security/pam_ext.h>
#include "common/secret.h"
#include "pam_module/ask.h"
#include "pam_module/code.h"
#include "pam_module/password.h"

#define FAIL_DELAY_US 1000000

static int judge(struct pm_call *c, const char *code)
{
	struct rp_reply rep;

	pm_exchange(c, RP_AUTH, 0, code, &rep);
	return pm_conclude(c, &rep, PM_AUTH);
}

/* The same prompt for everybody: who has a code is not told before the stack has authenticated him. */
static int ask_code(const struct pm_call *c, char **answer)
{
	return pm_ask(c->pamh, rp_text(c->lang, N_("Verification code (press Enter if you have none): ")),
		      answer);
}

static int judge_answer(struct pm_call *c, const char *answer)
{
	char code[RP_CODE_MAX + 1];
	int ret;

	pm_code_read(answer, code);
	ret = judge(c, code);
	rp_wipe(code, sizeof code);
	return ret;
}

static int by_prompt(struct pm_call *c)
{
	char *answer;
	int ret = PAM_AUTHINFO_UNAVAIL;

	if (ask_code(c, &answer) == PAM_SUCCESS)
		ret = judge_answer(c, answer);
	rp_free_text(answer);
	return ret;
}

/* The code is taken off the field and the rest handed to the modules below, whatever rempartd says of the
 * code: they check the password in any case, and nobody learns which of the two was wrong. */
static int by_field(struct pm_call *c, const char *password)
{
	char code[RP_CODE_MAX + 1] = "", *field;
	struct rp_reply rep;
	int ret = PAM_AUTHINFO_UNAVAIL;

	pm_exchange(c, RP_SHAPE, 0, "", &rep);
	if (rep.verdict != RP_OK)
		return pm_conclude(c, &rep, PM_AUTH);
	field = strdup(password);
	if (!field)
		return PAM_AUTHINFO_UNAVAIL;
	field[pm_code_split(field, (unsigned)rep.n1, code)] = '\0';
	if (pam_set_item(c->pamh, PAM_AUTHTOK, field) == PAM_SUCCESS)
		ret = judge(c, code);
	rp_free_text(field);
	rp_wipe(code, sizeof code);
	return ret;
}

static int combined(struct pm_call *c)
{
	const char *password = NULL;

	if (pam_get_authtok(c->pamh, PAM_AUTHTOK, &password, NULL) != PAM_SUCCESS || !password)
		return PAM_AUTHINFO_UNAVAIL;
	return by_field(c, password);
}

/* A caller with one field for everything gives it as the answer to both prompts. */
static int automatic(struct pm_call *c)
{
	const char *password = NULL;
	char *answer;
	int ret = PAM_AUTHINFO_UNAVAIL;

	if (pam_get_authtok(c->pamh, PAM_AUTHTOK, &password, NULL) != PAM_SUCCESS || !password)
		return PAM_AUTHINFO_UNAVAIL;
	if (ask_code(c, &answer) == PAM_SUCCESS) {
		bool same =
			strlen(answer) == strlen(password) && rp_equal(answer, password, strlen(password));

		ret = same ? by_field(c, password) : judge_answer(c, answer);
	}
	rp_free_text(answer);
	return ret;
}

/*
 * Here the portal asks for the code, so this phase has nothing to judge and steps aside: the service file
 * says so, not a verdict. But an error must never look like stepping aside (that is how other modules came
 * to skip their factor), so it is PAM_IGNORE only once rempartd has answered. RP_SHAPE judges and records
 * nothing; an RP_AUTH without a code would count as a failure.
 */
static int elsewhere(struct pm_call *c)
{
	struct rp_reply rep;

	pm_exchange(c, RP_SHAPE, 0, "", &rep);
	return rep.verdict == RP_OK ? PAM_IGNORE : pm_conclude(c, &rep, PM_AUTH);
}

static int by_mode(struct pm_call *c)
{
	switch (c->args.mode) {
	case RP_MODE_PROMPT:
		return by_prompt(c);
	case RP_MODE_COMBINED:
		return combined(c);
	case RP_MODE_AUTO:
		return automatic(c);
	case RP_MODE_PASSWORD:
		return elsewhere(c);
	}
	return PAM_AUTHINFO_UNAVAIL;
}

/* Account asks about the password as this phase leaves it: without the code that stood in the same field. */
int pm_auth(struct pm_call *c)
{
	int ret = by_mode(c);

	/* What is refused here was somebody's guess. */
	if (ret != PAM_SUCCESS && ret != PAM_IGNORE)
		pm_digest_drop(c->pamh);
	else if (pm_digest_keep(c->pamh) != PAM_SUCCESS)
		ret = PAM_AUTHINFO_UNAVAIL;
	if (ret != PAM_SUCCESS && ret != PAM_IGNORE && !c->args.nodelay)
		pam_fail_delay(c->pamh, FAIL_DELAY_US);
	return ret;
}
