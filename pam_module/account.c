#include "pam_module/call.h"
#include "pam_module/password.h"

/* By now the whole stack has authenticated the user: the one phase in which enrolment begins, and in which
 * the password is known to be his. */
int pm_account(struct pm_call *c)
{
	const uint8_t *digest = pm_digest_kept(c->pamh);
	struct rp_reply rep;
	int ret = PAM_SUCCESS;

	pm_exchange_digest(c, RP_ACCOUNT, 0, digest, &rep);
	if (rep.verdict == RP_ENROL && (ret = pm_enrol(c)) == PAM_SUCCESS) {
		/* Enrolled, he still has to meet the other rules; and he took his time. */
		c->budget_ms = RP_MODULE_BUDGET_MS;
		pm_exchange_digest(c, RP_ACCOUNT, 0, digest, &rep);
	}
	if (ret == PAM_SUCCESS)
		ret = pm_conclude(c, &rep, PM_ACCOUNT);
	pm_digest_drop(c->pamh);
	return ret;
}
