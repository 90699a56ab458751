/* What libpam calls. Between calls nothing is kept but the digest of the password, with the handle. */
#include <security/pam_modules.h>
#include "pam_module/call.h"

#define ENTRY __attribute__((visibility("default"))) int

static int enter(pam_handle_t *pamh, int flags, int argc, const char **argv, int (*phase)(struct pm_call *))
{
	struct pm_call c;
	int ret = pm_call_begin(&c, pamh, flags, argc, argv);

	return ret == PAM_SUCCESS ? phase(&c) : ret;
}

/* There are no credentials to give or to take back. */
static int no_credentials(struct pm_call *c)
{
	(void)c;
	return PAM_SUCCESS;
}

ENTRY pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, pm_auth);
}

ENTRY pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, no_credentials);
}

ENTRY pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, pm_account);
}

ENTRY pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, pm_chauthtok);
}

ENTRY pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, pm_session_open);
}

ENTRY pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return enter(pamh, flags, argc, argv, pm_session_close);
}
