/*
 * Logs of our programs: syslog (facility authpriv) or standard error. The module logs through pam_syslog.
 * Contract: no code, password, digest, prefix, secret or e-mail address is ever passed in. A name that a
 * stranger chose goes through rp_log_name first.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

void rp_log_open(const char *ident, bool to_stderr);
void rp_log(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Why a program ends before it serves anybody: in the log, and on standard error for whoever started it. */
void rp_log_fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The smallest out of rp_log_name: one escape, "..." and the NUL. */
#define RP_LOG_NAME_MIN 8

/* Copies name into out of size bytes with everything but printable ASCII (and '"', '\\', '=', space) as
 * \xNN, cut with "..." where it is too long. Returns out. */
const char *rp_log_name(char *out, size_t size, const char *name);
/* The same for a sentence that stands between quotes: blanks and '=' stay as they are. */
const char *rp_log_text(char *out, size_t size, const char *text);

#endif
