#include "pam_module/call.h"

int pm_chauthtok(struct pm_call *c)
{
	struct rp_reply rep;

	pm_exchange(c, RP_CHAUTHTOK, c->flags & PAM_PRELIM_CHECK ? RP_FLAG_PRELIM : 0, "", &rep);
	return pm_conclude(c, &rep, PM_CHAUTHTOK);
}
