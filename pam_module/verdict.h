/* The one table from what rempartd answers to what PAM is told, and to what the person reads. */
#ifndef PAM_MODULE_VERDICT_H
#define PAM_MODULE_VERDICT_H

#include <stddef.h>
#include "common/reply.h"
#include "common/text.h"

/* PM_RESET: PAM_PRELIM_CHECK and the last step of a password that is set without the old one. */
enum pm_phase { PM_AUTH, PM_ACCOUNT, PM_CHAUTHTOK, PM_RESET, PM_SESSION, PM_PHASE_END };

/* Holds any sentence, with what the administrator put behind it. */
#define PM_SENTENCE_SIZE (RP_T2_MAX + 512)

/*
 * The PAM code of a verdict in a phase; PAM_AUTHINFO_UNAVAIL for what is in no row. PAM_IGNORE comes from
 * RP_NOT_CONCERNED and from nothing else. RP_ENROL is a refusal here: account.c begins the conversation.
 */
int pm_verdict_code(unsigned verdict, enum pm_phase phase);

/* The sentence for the person, in out of size bytes: "" where nothing is to be said. */
void pm_verdict_sentence(const struct rp_reply *rep, enum pm_phase phase, enum rp_lang lang, char *out,
			 size_t size);

/* sentence with the administrator's help_text behind it, in his own language; "" where there is none. */
void pm_verdict_help(const char *sentence, const char *help, char *out, size_t size);

/* A date, or date and time of day, in UTC: local time would need the environment and the C library's global
 * state. "?" for a time that is no date. */
void pm_date(uint64_t when, enum rp_lang lang, char *out, size_t size);
void pm_date_time(uint64_t when, enum rp_lang lang, char *out, size_t size);

#endif
