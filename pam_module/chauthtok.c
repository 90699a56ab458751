/*
 * The password changes: a new one that is in a leak is refused.
 *
 * Contract: a password that was not accepted never stays in PAM_AUTHTOK, where a module below would find and
 * store it.
 */
#include "pam_module/call.h"

#include <unistd.h>
#include <security/pam_ext.h>
#include "common/secret.h"
#include "pam_module/ask.h"
#include "pam_module/password.h"

/* Root sets somebody's password, and can be told. Where a login has one changed, the program is root's too,
 * but says so; one that shows nothing (smbd, for its users) is not root himself. */
static bool is_roots(const struct pm_call *c)
{
	return getuid() == 0 && !(c->flags & (PAM_CHANGE_EXPIRED_AUTHTOK | PAM_SILENT));
}

static int prelim(struct pm_call *c)
{
	struct rp_reply rep;

	if (pm_is_reset(c))
		return pm_reset_gate(c);
	pm_exchange(c, RP_CHAUTHTOK, RP_FLAG_PRELIM, "", &rep);
	return pm_conclude(c, &rep, PM_CHAUTHTOK);
}

static int warn(const struct pm_call *c, uint8_t verdict)
{
	pm_tell(c->pamh, c->flags,
		verdict == RP_LEAKED
			? rp_text(c->lang,
				  N_("This password is in lists of stolen passwords, so attackers try it "
				     "first. It is set all the same; please see to it that it is "
				     "changed soon."))
			: rp_text(c->lang,
				  N_("Whether this password is in lists of stolen passwords could not be "
				     "found out just now. It is set all the same.")));
	return PAM_SUCCESS;
}

/* PAM_TRY_AGAIN: another password may do. */
static int judge(struct pm_call *c, const char *password)
{
	bool told = c->args.root_warn && is_roots(c);
	uint8_t digest[RP_DIGEST_LEN];
	struct rp_reply rep;
	int ret;

	pm_digest(password, digest);
	c->budget_ms = RP_MODULE_BUDGET_MS; /* people take their time between two passwords */
	pm_exchange_digest(c, RP_CHAUTHTOK, told ? RP_FLAG_TOLD : 0, digest, &rep);
	rp_wipe(digest, sizeof digest);
	if (told && (rep.verdict == RP_LEAKED || rep.verdict == RP_UNKNOWN))
		return warn(c, rep.verdict);
	ret = pm_conclude(c, &rep, PM_CHAUTHTOK);
	return rep.verdict == RP_LEAKED ? PAM_TRY_AGAIN : ret;
}

/* One new password, from above or from the person. As judge, and PAM_TRY_AGAIN when the two did not match. */
static int obtain(struct pm_call *c)
{
	const char *password = NULL;
	int ret = pam_get_authtok(c->pamh, PAM_AUTHTOK, &password, NULL);

	if (ret == PAM_SUCCESS)
		ret = password ? judge(c, password) : PAM_AUTHTOK_ERR;
	else if (ret != PAM_TRY_AGAIN)
		ret = PAM_AUTHTOK_ERR;
	if ((ret == PAM_SUCCESS || ret == PAM_IGNORE) && pm_is_reset(c))
		ret = pm_reset_done(c);
	if (ret != PAM_SUCCESS && ret != PAM_IGNORE)
		pam_set_item(c->pamh, PAM_AUTHTOK, NULL);
	return ret;
}

/* What a module above asked for it alone may ask for again: it has rules of its own for it. */
static int update(struct pm_call *c)
{
	const void *given = NULL;
	int tries = c->args.retry, ret;

	if (pam_get_item(c->pamh, PAM_AUTHTOK, &given) == PAM_SUCCESS && given)
		tries = 1;
	do
		ret = obtain(c);
	while (ret == PAM_TRY_AGAIN && --tries);
	return ret == PAM_TRY_AGAIN ? PAM_AUTHTOK_ERR : ret;
}

int pm_chauthtok(struct pm_call *c)
{
	return c->flags & PAM_PRELIM_CHECK ? prelim(c) : update(c);
}
