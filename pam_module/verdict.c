#include "pam_module/verdict.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <security/_pam_types.h>

/* in_table tells an entry from a gap, which would otherwise read as PAM_SUCCESS. */
struct outcome {
	bool in_table;
	int code;
};

#define ROW(auth, account, chauthtok, reset, session)                                                        \
	{                                                                                                    \
		[PM_AUTH] = {true, auth}, [PM_ACCOUNT] = {true, account},                                    \
		[PM_CHAUTHTOK] = {true, chauthtok}, [PM_RESET] = {true, reset},                              \
		[PM_SESSION] = {true, session},                                                              \
	}
/* An answer that rempartd gives in no such phase decides nothing. */
#define NO_ANSWER PAM_AUTHINFO_UNAVAIL
#define UNAVAIL PAM_AUTHINFO_UNAVAIL
#define DENIED PAM_PERM_DENIED
#define NO_TOKEN PAM_AUTHTOK_ERR
#define NO_SESSION PAM_SESSION_ERR

static const struct outcome table[RP_VERDICT_END][PM_PHASE_END] = {
	/* auth, account, chauthtok, reset, session */
	[RP_UNAVAILABLE] = ROW(UNAVAIL, UNAVAIL, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_OK] = ROW(PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS),
	[RP_NOT_CONCERNED] = ROW(PAM_IGNORE, PAM_IGNORE, PAM_IGNORE, NO_TOKEN, PAM_IGNORE),
	[RP_DENIED] = ROW(PAM_AUTH_ERR, DENIED, DENIED, DENIED, NO_SESSION),
	[RP_THROTTLED] = ROW(PAM_AUTH_ERR, DENIED, DENIED, DENIED, NO_SESSION),
	[RP_LOCKED] = ROW(NO_ANSWER, DENIED, DENIED, DENIED, NO_SESSION),
	[RP_ENROL] = ROW(NO_ANSWER, DENIED, DENIED, DENIED, NO_SESSION),
	[RP_GRACE] = ROW(NO_ANSWER, PAM_SUCCESS, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_UNENROLLED] = ROW(NO_ANSWER, DENIED, DENIED, DENIED, NO_SESSION),
	[RP_FORBIDDEN] = ROW(PAM_CRED_INSUFFICIENT, DENIED, DENIED, DENIED, DENIED),
	[RP_BAD_REQUEST] = ROW(UNAVAIL, UNAVAIL, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_LEAKED] = ROW(NO_ANSWER, PAM_NEW_AUTHTOK_REQD, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_UNKNOWN] = ROW(NO_ANSWER, UNAVAIL, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_NO_ACCOUNT] = ROW(NO_ANSWER, NO_ANSWER, NO_TOKEN, NO_TOKEN, NO_SESSION),
	[RP_REFUSED] = ROW(NO_ANSWER, NO_ANSWER, DENIED, DENIED, NO_SESSION),
};

int pm_verdict_code(unsigned verdict, enum pm_phase phase)
{
	if (verdict >= RP_VERDICT_END || phase >= PM_PHASE_END || !table[verdict][phase].in_table)
		return PAM_AUTHINFO_UNAVAIL;
	return table[verdict][phase].code;
}

static const char *leaked_sentence(enum pm_phase phase)
{
	switch (phase) {
	case PM_ACCOUNT:
		return N_("Your password is in lists of stolen passwords, so attackers try it first. Please "
			  "choose another one now.");
	case PM_CHAUTHTOK:
		return N_("This password is in lists of stolen passwords, so attackers try it first. Please "
			  "choose another one.");
	default:
		return "";
	}
}

static const char *reset_sentence(unsigned verdict)
{
	return verdict == RP_DENIED ? N_("With this code the password cannot be reset here.")
				    : N_("The password cannot be reset here.");
}

/* Sentences that say something about the account itself are for whom the stack has authenticated. */
static bool may_know(enum pm_phase phase)
{
	return phase != PM_AUTH && phase != PM_RESET;
}

static const char *sentence_of(unsigned verdict, enum pm_phase phase)
{
	switch (verdict) {
	case RP_UNAVAILABLE:
	case RP_BAD_REQUEST:
		return N_("The verification service is not available right now. Please try again in a few "
			  "minutes.");
	case RP_LOCKED:
		return !may_know(phase)
			       ? ""
			       : N_("Your account is locked. Please ask your help desk to unlock it.");
	case RP_UNENROLLED:
		return !may_know(phase) ? ""
					: N_("You need a verification code to log in here and have none yet. "
					     "Please ask your help desk to set it up with you.");
	case RP_LEAKED:
		return leaked_sentence(phase);
	case RP_UNKNOWN:
		return !may_know(phase) ? ""
					: N_("The password could not be checked just now. Please try again "
					     "in a few minutes.");
	case RP_DENIED:
	case RP_REFUSED:
		return phase == PM_RESET ? reset_sentence(verdict) : "";
	default:
		return "";
	}
}

void pm_verdict_sentence(const struct rp_reply *rep, enum pm_phase phase, enum rp_lang lang, char *out,
			 size_t size)
{
	char date[32];

	if (rep->verdict == RP_THROTTLED && rep->n1) {
		snprintf(out, size, rp_text(lang, N_("Too many attempts. Try again in %llu s.")),
			 (unsigned long long)rep->n1);
	} else if (rep->verdict == RP_THROTTLED) {
		snprintf(out, size, "%s",
			 rp_text(lang,
				 N_("Too many attempts. Please ask your help desk to unlock your account.")));
	} else if (rep->verdict == RP_GRACE && may_know(phase)) {
		pm_date(rep->n1, lang, date, sizeof date);
		snprintf(out, size,
			 rp_text(lang,
				 N_("From %s on you need a verification code to log in. Please ask your help "
				    "desk to set it up with you before that day.")),
			 date);
	} else {
		pm_verdict_help(rp_text(lang, sentence_of(rep->verdict, phase)),
				phase == PM_RESET ? rep->t2 : "", out, size);
	}
}

void pm_verdict_help(const char *sentence, const char *help, char *out, size_t size)
{
	bool both = sentence[0] && help[0];

	snprintf(out, size, "%s%s%s", sentence, both ? " " : "", both ? help : "");
}

static bool to_utc(uint64_t when, struct tm *tm)
{
	time_t t = (time_t)when;

	return when <= INT64_MAX && gmtime_r(&t, tm);
}

void pm_date(uint64_t when, enum rp_lang lang, char *out, size_t size)
{
	struct tm tm;

	if (!to_utc(when, &tm) || !strftime(out, size, rp_text(lang, N_("%Y-%m-%d")), &tm))
		snprintf(out, size, "?");
}

void pm_date_time(uint64_t when, enum rp_lang lang, char *out, size_t size)
{
	struct tm tm;

	if (!to_utc(when, &tm) || !strftime(out, size, rp_text(lang, N_("%Y-%m-%d %H:%M UTC")), &tm))
		snprintf(out, size, "?");
}
