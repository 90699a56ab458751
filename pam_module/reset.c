/*
 * The password is set without the old one having been proved: a portal's "forgotten password".
 *
 * Contract: whoever asks here is nobody yet. A name without an account gets the same prompt, sentence and PAM
 * code, and costs the same number of questions: its spelling is looked up before the first. Each question has
 * all of the module's time: rempartd keeps some answers back, so that how long they take tells nothing.
 */
#include "pam_module/call.h"

#include <string.h>
#include <unistd.h>
#include <security/pam_modutil.h>
#include "common/secret.h"
#include "pam_module/ask.h"
#include "pam_module/code.h"

bool pm_is_reset(const struct pm_call *c)
{
	const uid_t caller = getuid();
	const struct passwd *pw;

	if (!c->args.reset || caller == 0)
		return c->args.reset;
	pw = pam_modutil_getpwnam(c->pamh, c->user);
	return !pw || pw->pw_uid != caller;
}

static void ask(struct pm_call *c, unsigned flags, const char *code, struct rp_reply *rep)
{
	pm_call_spell(c);
	c->budget_ms = RP_MODULE_BUDGET_MS;
	pm_exchange(c, RP_RESET, flags, code, rep);
	if (rep->verdict == RP_DENIED && !code[0]) /* a name that no account can have */
		rep->verdict = RP_REFUSED;
}

/* A caller that cannot ask gets no code, and so is refused. */
static bool ask_code(const struct pm_call *c, char code[RP_CODE_MAX + 1])
{
	char *answer;

	code[0] = '\0';
	if (pm_ask(c->pamh,
		   rp_text(c->lang,
			   N_("Verification code, or a recovery code (press Enter if you have none): ")),
		   &answer) == PAM_SUCCESS)
		pm_code_read(answer, code);
	rp_free_text(answer);
	return code[0];
}

/* What has not the form of a code is no guess, and is not counted as one: a caller with one answer for all
 * prompts gives the new password. Whether a code was right or did not help is not told. */
static void ask_again(struct pm_call *c, const char *code, struct rp_reply *rep)
{
	char help[RP_T2_MAX + 1];

	strcpy(help, rep->t2);
	if (strcmp(code, PM_CODE_NONE))
		ask(c, 0, code, rep);
	if (rep->verdict == RP_REFUSED)
		rep->verdict = RP_DENIED;
	strcpy(rep->t2, help);
}

int pm_reset_gate(struct pm_call *c)
{
	char code[RP_CODE_MAX + 1];
	struct rp_reply rep;

	ask(c, 0, "", &rep);
	if (rep.verdict == RP_REFUSED && ask_code(c, code))
		ask_again(c, code, &rep);
	rp_wipe(code, sizeof code);
	return pm_conclude(c, &rep, PM_RESET);
}

int pm_reset_done(struct pm_call *c)
{
	struct rp_reply rep;

	ask(c, RP_FLAG_DONE, "", &rep);
	return pm_conclude(c, &rep, PM_RESET);
}
