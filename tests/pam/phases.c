#include "tests/pam/phases.h"

#include <stdio.h>
#include "tests/unit/cmocka_all.h"

void phases_service(const struct instance *in, const char *name, const char *args)
{
	char text[512];

	snprintf(text, sizeof text,
		 "auth required pam_rempart.so nodelay %s\naccount required pam_rempart.so %s\n"
		 "password required pam_rempart.so %s\nsession required pam_rempart.so %s\n",
		 args, args, args, args);
	instance_service(in, name, text);
}

void phases_service_of_each_mode(const struct instance *in)
{
	phases_service(in, "prompt", "");
	phases_service(in, "combined", "mode=combined");
	phases_service(in, "auto", "mode=auto");
	phases_service(in, "password", "mode=password");
}

struct phases phases_run(const struct instance *in, const char *service, const char *user)
{
	struct conv conv = {.always = "x123456"};
	struct phases r;
	struct login l;

	login_start(&l, in, service, user, "192.0.2.1", &conv);
	r.auth = pam_authenticate(l.pamh, 0);
	login_end(&l);
	login_start(&l, in, service, user, "192.0.2.1", &conv);
	r.account = pam_acct_mgmt(l.pamh, 0);
	r.chauthtok = pam_chauthtok(l.pamh, 0);
	r.open = pam_open_session(l.pamh, 0);
	r.close = pam_close_session(l.pamh, 0);
	r.setcred = pam_setcred(l.pamh, PAM_ESTABLISH_CRED);
	login_end(&l);
	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
	return r;
}
