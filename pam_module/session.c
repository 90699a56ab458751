#include "pam_module/call.h"

#include <stdio.h>
#include "pam_module/ask.h"

/* Whoever sees a login or failures here that were not his own knows that somebody else has his password. */
static void tell_last_login(const struct pm_call *c, const struct rp_reply *rep)
{
	char when[48], last[400], since[64] = "", text[512];

	pm_date_time(rep->n1, c->lang, when, sizeof when);
	if (rep->t1[0])
		snprintf(last, sizeof last, rp_text(c->lang, N_("Last login: %s from %s.")), when, rep->t1);
	else
		snprintf(last, sizeof last, rp_text(c->lang, N_("Last login: %s.")), when);
	if (rep->n2 == 1)
		snprintf(since, sizeof since, "%s", rp_text(c->lang, N_(" 1 failed attempt since.")));
	else if (rep->n2)
		snprintf(since, sizeof since, rp_text(c->lang, N_(" %llu failed attempts since.")),
			 (unsigned long long)rep->n2);
	snprintf(text, sizeof text, "%s%s", last, since);
	pm_tell(c->pamh, c->flags, text);
}

/* Said once; whether it can be shown changes nothing. */
static void tell_mailbox(const struct pm_call *c, const char *help)
{
	char text[PM_SENTENCE_SIZE];

	pm_verdict_help(rp_text(c->lang,
				N_("The e-mail address registered for your account is known to be "
				   "compromised, so nobody can reset your password through it. Please change "
				   "the password of that mailbox.")),
			help, text, sizeof text);
	pm_tell(c->pamh, c->flags, text);
}

int pm_session_open(struct pm_call *c)
{
	struct rp_reply rep;

	pm_exchange(c, RP_SESSION, 0, "", &rep);
	if (rep.verdict == RP_OK && rep.n1)
		tell_last_login(c, &rep);
	if (rep.verdict == RP_OK && rep.t2[0])
		tell_mailbox(c, rep.t2);
	return pm_conclude(c, &rep, PM_SESSION);
}

/* Nothing is said to somebody who is leaving. */
int pm_session_close(struct pm_call *c)
{
	struct rp_reply rep;

	pm_exchange(c, RP_SESSION, RP_FLAG_CLOSE, "", &rep);
	return pm_verdict_code(rep.verdict, PM_SESSION);
}
