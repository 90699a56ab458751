/* Events: filling one in, and its line in the log. */
#ifndef ENGINE_AUDIT_H
#define ENGINE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include "engine/reason.h"
#include "store/store.h"

/* An act of administration or of rempartd's own. text may be NULL: who did it and why. */
void en_audit_admin(struct st_event *e, int64_t now, enum en_reason reason, const char *account,
		    const char *text);
/* Whether the text of an event says why something is not known; else who did it. */
bool en_audit_is_cause(const struct st_event *e);
/* Of a text "root: phone stolen", who did it into by, which is empty for a cause and for what is known of a
 * mailbox. Returns the rest, "" for none. */
const char *en_audit_by(const struct st_event *e, char by[ST_EVENT_TEXT_MAX + 1]);
/* The line of an event: "auth user=martin service=sshd source=192.0.2.7 verdict=denied reason=wrong-code", or
 * "admin user=martin by=root note=\"phone stolen\" verdict=ok reason=lock". What others chose is escaped.
 * Returns out. */
const char *en_audit_line(const struct st_event *e, char *out, size_t size);
/* Writes that line to the log. */
void en_audit_log(const struct st_event *e);

#endif
