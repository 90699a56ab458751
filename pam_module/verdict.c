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

#define ROW(auth, account, chauthtok, session)                                                               \
	{                                                                                                    \
		[PM_AUTH] = {true, auth}, [PM_ACCOUNT] = {true, account},                                    \
		[PM_CHAUTHTOK] = {true, chauthtok}, [PM_SESSION] = {true, session},                          \
	}
/* An answer that rempartd gives in no such phase decides nothing. */
#define NO_ANSWER PAM_AUTHINFO_UNAVAIL

static const struct outcome table[RP_VERDICT_END][PM_PHASE_END] = {
	/* auth, account, chauthtok, session */
	[RP_UNAVAILABLE] = ROW(PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_OK] = ROW(PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS),
	[RP_NOT_CONCERNED] = ROW(PAM_IGNORE, PAM_IGNORE, PAM_IGNORE, PAM_IGNORE),
	[RP_DENIED] = ROW(PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR),
	[RP_THROTTLED] = ROW(PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR),
	[RP_LOCKED] = ROW(NO_ANSWER, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR),
	[RP_ENROL] = ROW(NO_ANSWER, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR),
	[RP_GRACE] = ROW(NO_ANSWER, PAM_SUCCESS, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_UNENROLLED] = ROW(NO_ANSWER, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SESSION_ERR),
	[RP_FORBIDDEN] = ROW(PAM_CRED_INSUFFICIENT, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED),
	[RP_BAD_REQUEST] = ROW(PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_LEAKED] = ROW(NO_ANSWER, PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_UNKNOWN] = ROW(NO_ANSWER, PAM_AUTHINFO_UNAVAIL, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_NO_ACCOUNT] = ROW(NO_ANSWER, NO_ANSWER, PAM_AUTHTOK_ERR, PAM_SESSION_ERR),
	[RP_REFUSED] = ROW(NO_ANSWER, NO_ANSWER, PAM_PERM_DENIED, PAM_SESSION_ERR),
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

/* Sentences that say something about the account itself are for whom the stack has authenticated. */
static const char *sentence_of(unsigned verdict, enum pm_phase phase)
{
	switch (verdict) {
	case RP_UNAVAILABLE:
	case RP_BAD_REQUEST:
		return N_("The verification service is not available right now. Please try again in a few "
			  "minutes.");
	case RP_LOCKED:
		return phase == PM_AUTH
			       ? ""
			       : N_("Your account is locked. Please ask your help desk to unlock it.");
	case RP_UNENROLLED:
		return phase == PM_AUTH ? ""
					: N_("You need a verification code to log in here and have none yet. "
					     "Please ask your help desk to set it up with you.");
	case RP_LEAKED:
		return leaked_sentence(phase);
	case RP_UNKNOWN:
		return phase == PM_AUTH ? ""
					: N_("The password could not be checked just now. Please try again "
					     "in a few minutes.");
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
	} else if (rep->verdict == RP_GRACE && phase != PM_AUTH) {
		pm_date(rep->n1, lang, date, sizeof date);
		snprintf(out, size,
			 rp_text(lang,
				 N_("From %s on you need a verification code to log in. Please ask your help "
				    "desk to set it up with you before that day.")),
			 date);
	} else {
		snprintf(out, size, "%s", rp_text(lang, sentence_of(rep->verdict, phase)));
	}
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
