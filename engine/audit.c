#include "engine/audit.h"

#include <stdio.h>
#include <string.h>
#include "common/log.h"

void en_audit_admin(struct st_event *e, int64_t now, enum en_reason reason, const char *account,
		    const char *text)
{
	e->time = now;
	e->verdict = RP_OK;
	e->reason = (uint8_t)reason;
	snprintf(e->account, sizeof e->account, "%s", account ? account : "");
	snprintf(e->text, sizeof e->text, "%s", text ? text : "");
}

bool en_audit_is_cause(const struct st_event *e)
{
	return e->reason == EN_UNCHECKED || e->reason == EN_MARKED;
}

/* Its text is what is known of a mailbox: no act of anybody's. */
static bool is_about_mailbox(const struct st_event *e)
{
	return e->reason != EN_PEER &&
	       (e->verb == RP_RESET || e->verb == RP_MAILBOX || e->verb == RP_SESSION);
}

const char *en_audit_by(const struct st_event *e, char by[ST_EVENT_TEXT_MAX + 1])
{
	const char *colon = strstr(e->text, ": ");
	size_t len = colon ? (size_t)(colon - e->text) : strlen(e->text);

	if (en_audit_is_cause(e) || is_about_mailbox(e))
		len = 0;
	memcpy(by, e->text, len);
	by[len] = '\0';
	if (is_about_mailbox(e))
		return e->text;
	return len && colon ? colon + 2 : "";
}

const char *en_audit_line(const struct st_event *e, char *out, size_t size)
{
	char by[ST_EVENT_TEXT_MAX + 1], text[4 * ST_EVENT_TEXT_MAX];
	const char *note = en_audit_by(e, by);
	const struct {
		const char *key, *value;
	} fields[] = {{"user", e->account},
		      {"service", e->service},
		      {"source", e->source},
		      {"cause", en_audit_is_cause(e) ? e->text : ""},
		      {"by", by}};
	size_t at = (size_t)snprintf(out, size, "%s", en_verb_name(e->verb));

	for (size_t i = 0; i < sizeof fields / sizeof *fields && at < size; i++)
		if (fields[i].value[0])
			at += (size_t)snprintf(out + at, size - at, " %s=%s", fields[i].key,
					       rp_log_name(text, sizeof text, fields[i].value));
	if (note[0] && at < size)
		at += (size_t)snprintf(out + at, size - at, " note=\"%s\"",
				       rp_log_text(text, sizeof text, note));
	if (at < size)
		snprintf(out + at, size - at, " verdict=%s reason=%s", en_verdict_name(e->verdict),
			 en_reason_name(e->reason));
	return out;
}

void en_audit_log(const struct st_event *e)
{
	char line[1000];
	int priority = e->verdict == RP_OK || e->verdict == RP_NOT_CONCERNED ? LOG_INFO : LOG_NOTICE;

	rp_log(priority, "%s", en_audit_line(e, line, sizeof line));
}
