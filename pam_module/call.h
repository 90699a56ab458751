/*
 * One call of libpam: whom it is about, how to speak to him, and what rempartd may still cost.
 *
 * Everything lives in this struct and on the stack: callers are threaded, and sshd runs the phases of one
 * login in different processes.
 */
#ifndef PAM_MODULE_CALL_H
#define PAM_MODULE_CALL_H

#include <security/pam_modules.h>
#include "common/reply.h"
#include "common/request.h"
#include "common/text.h"
#include "common/module_args.h"
#include "pam_module/verdict.h"

struct pm_call {
	pam_handle_t *pamh;
	int flags;
	struct rp_module_args args;
	enum rp_lang lang;
	const char *user, *service, *source;
	bool spelled;  /* user is as the directory spells it */
	int budget_ms; /* left for rempartd in this phase; people may take their time */
};

/* PAM_SUCCESS, PAM_SERVICE_ERR (an argument is wrong) or PAM_AUTHINFO_UNAVAIL (libpam does not say whom). */
int pm_call_begin(struct pm_call *c, pam_handle_t *pamh, int flags, int argc, const char **argv);

/*
 * Asks rempartd. rep->verdict is RP_UNAVAILABLE after every error, which is in the log. A name that no
 * account can have is denied without asking. Wipe rep where it carries a secret.
 */
void pm_exchange(struct pm_call *c, enum rp_verb verb, unsigned flags, const char *code,
		 struct rp_reply *rep);
/* The same about a password in place of a code; digest may be NULL: there is none to ask about. */
void pm_exchange_digest(struct pm_call *c, enum rp_verb verb, unsigned flags, const uint8_t *digest,
			struct rp_reply *rep);

/* From here on c->user is as the directory spells it. */
void pm_call_spell(struct pm_call *c);

/* Tells the verdict's sentence, whether or not it can be shown, and returns its PAM code. */
int pm_conclude(const struct pm_call *c, const struct rp_reply *rep, enum pm_phase phase);

/* The phases. Each returns a PAM code. */
int pm_auth(struct pm_call *c);
int pm_account(struct pm_call *c);
int pm_enrol(struct pm_call *c); /* the conversation that account begins on RP_ENROL */
int pm_chauthtok(struct pm_call *c);
bool pm_is_reset(const struct pm_call *c); /* not where the user himself runs the program */
int pm_reset_gate(struct pm_call *c);	   /* may it be? before anything is changed */
int pm_reset_done(struct pm_call *c);	   /* it happens now: the last word before the password is stored */
int pm_session_open(struct pm_call *c);
int pm_session_close(struct pm_call *c);

#endif
