#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool to_stderr_only = true;
static const char *who = "rempart";

void rp_log_open(const char *ident, bool to_stderr)
{
	who = ident;
	to_stderr_only = to_stderr;
	if (!to_stderr)
		openlog(ident, LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
}

void rp_log(int priority, const char *fmt, ...)
{
	va_list ap;
	char line[1024];

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (to_stderr_only)
		fprintf(stderr, "%s: %s\n", who, line);
	else
		syslog(priority, "%s", line);
}

void rp_log_fatal(const char *fmt, ...)
{
	va_list ap;
	char line[1024];

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s\n", who, line);
	if (!to_stderr_only)
		syslog(LOG_ERR, "%s", line);
}

/* As they are: what is printable ASCII from first on, without what is in but. */
static const char *escape(char *out, size_t size, const char *name, char first, const char *but)
{
	size_t at = 0;

	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;
		int plain = c >= first && c < 0x7f && !strchr(but, c);

		if (at + RP_LOG_NAME_MIN > size) {
			memcpy(out + at, "...", 3);
			at += 3;
			break;
		}
		if (plain)
			out[at++] = (char)c;
		else
			at += (size_t)snprintf(out + at, size - at, "\\x%02x", c);
	}
	out[at] = '\0';
	return out;
}

const char *rp_log_name(char *out, size_t size, const char *name)
{
	return escape(out, size, name, '!', "\"\\=");
}

const char *rp_log_text(char *out, size_t size, const char *text)
{
	return escape(out, size, text, ' ', "\"\\");
}
