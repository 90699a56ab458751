#include "pam_module/call.h"

/* The one phase in which enrolment begins: by now the whole stack has authenticated the user. */
int pm_account(struct pm_call *c)
{
	struct rp_reply rep;

	pm_exchange(c, RP_ACCOUNT, 0, "", &rep);
	return rep.verdict == RP_ENROL ? pm_enrol(c) : pm_conclude(c, &rep, PM_ACCOUNT);
}
