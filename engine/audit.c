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

const char *en_audit_line(const struct st_event *e, char *out, size_t size)
{
	const struct {
		const char *key, *value;
	} fields[] = {{"user", e->account},
		      {"service", e->service},
		      {"source", e->source},
		      {en_audit_is_cause(e) ? "cause" : "by", e->text}};
	size_t at = (size_t)snprintf(out, size, "%s", en_verb_name(e->verb));

	for (size_t i = 0; i < sizeof fields / sizeof *fields && at < size; i++) {
		char name[4 * ST_EVENT_TEXT_MAX];

		if (fields[i].value[0])
			at += (size_t)snprintf(out + at, size - at, " %s=%s", fields[i].key,
					       rp_log_name(name, sizeof name, fields[i].value));
	}
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
