#include "engine/reason.h"

#include <stddef.h>
#include "common/protocol.h"

static const char *const reasons[] = {
	[EN_NO_REASON] = "none",
	[EN_TOTP] = "totp",
	[EN_RECOVERY] = "recovery-code",
	[EN_WRONG] = "wrong-code",
	[EN_EMPTY] = "empty-code",
	[EN_OLD] = "old-code",
	[EN_FUTURE] = "future-code",
	[EN_USED] = "used-code",
	[EN_WAIT_ACCOUNT] = "wait-account",
	[EN_WAIT_PAIR] = "wait-pair",
	[EN_WAIT_SOURCE] = "wait-source",
	[EN_SHUT] = "open-lane-shut",
	[EN_ACCOUNT_LOCKED] = "account-locked",
	[EN_NOT_ENROLLED] = "not-enrolled",
	[EN_BEFORE_DEADLINE] = "before-deadline",
	[EN_PAST_DEADLINE] = "past-deadline",
	[EN_EXEMPT_GROUP] = "exempt-group",
	[EN_EXEMPT_SERVICE] = "exempt-service",
	[EN_MAY_ENROL] = "may-enrol",
	[EN_ENROLLED] = "enrolled",
	[EN_HAS_TOKEN] = "has-token",
	[EN_NO_PENDING] = "nothing-pending",
	[EN_NOT_HERE] = "not-here",
	[EN_PEER] = "peer-not-allowed",
	[EN_OPENED] = "opened",
	[EN_CLOSED] = "closed",
	[EN_LEAKED] = "leaked-password",
	[EN_MARKED] = "password-to-change",
	[EN_UNCHECKED] = "unchecked-password",
	[EN_CHECKED] = "checked-password",
	[EN_ADMIN_ENROL] = "enrol",
	[EN_ADMIN_REVOKE] = "revoke",
	[EN_ADMIN_RECOVERY] = "recovery-codes",
	[EN_ADMIN_LOCK] = "lock",
	[EN_ADMIN_UNLOCK] = "unlock",
	[EN_ADMIN_IMPORT] = "import",
	[EN_ADMIN_EXPORT] = "export",
	[EN_ADMIN_ROTATE] = "key-rotate",
	[EN_ADMIN_DEADLINE] = "deadline",
	[EN_CLOCK_BACK] = "clock-back",
	[EN_CLOCK_FORWARD] = "clock-forward",
	[EN_STARTED] = "started",
	[EN_STOPPED] = "stopped",
	[EN_OLDER_STORE] = "older-store",
	[EN_MAILBOX_CLEAN] = "mailbox-clean",
	[EN_MAILBOX_FLAGGED] = "mailbox-flagged",
	[EN_MAILBOX_UNKNOWN] = "mailbox-unknown",
	[EN_OTHER_ADDRESS] = "other-address",
	[EN_COOLING] = "address-changed",
	[EN_GATE_OPEN] = "gate-open",
	[EN_MAILBOX_TOLD] = "mailbox-told",
	[EN_FOUND_FLAGGED] = "found-flagged",
	[EN_FOUND_CLEAN] = "found-clean",
	[EN_ADMIN_FLAG] = "flag",
	[EN_ADMIN_UNFLAG] = "unflag",
	[EN_ADMIN_PULL] = "mailbox-pull",
	[EN_ADMIN_RESET_ALLOW] = "reset-allow",
	[EN_ADMIN_PROVED] = "mailbox-proved",
	[EN_ADMIN_ADDRESS] = "mailbox-set",
	[EN_NOT_AN_ADDRESS] = "not-an-address",
	[EN_SAME_ADDRESS] = "same-address",
	[EN_AFTER_RESET] = "after-reset",
};

static const char *const verdicts[RP_VERDICT_END] = {
	[RP_UNAVAILABLE] = "unavailable",
	[RP_OK] = "ok",
	[RP_NOT_CONCERNED] = "not-concerned",
	[RP_DENIED] = "denied",
	[RP_THROTTLED] = "throttled",
	[RP_LOCKED] = "locked",
	[RP_ENROL] = "enrol",
	[RP_GRACE] = "grace",
	[RP_UNENROLLED] = "unenrolled",
	[RP_FORBIDDEN] = "forbidden",
	[RP_BAD_REQUEST] = "bad-request",
	[RP_LEAKED] = "leaked",
	[RP_UNKNOWN] = "unknown",
	[RP_NO_ACCOUNT] = "no-account",
	[RP_REFUSED] = "refused",
};

static const char *const verbs[RP_VERB_END] = {
	[0] = "admin",
	[RP_PING] = "ping",
	[RP_AUTH] = "auth",
	[RP_SHAPE] = "shape",
	[RP_ACCOUNT] = "account",
	[RP_ENROL_BEGIN] = "enrol-begin",
	[RP_ENROL_CONFIRM] = "enrol-confirm",
	[RP_CHAUTHTOK] = "chauthtok",
	[RP_SESSION] = "session",
	[RP_CHECK_PASSWORD] = "check-password",
	[RP_RESET] = "reset",
	[RP_MAILBOX] = "mailbox",
};

static const char *name(const char *const *names, size_t n, unsigned i)
{
	return i < n && names[i] ? names[i] : "unknown";
}

const char *en_reason_name(unsigned reason)
{
	return name(reasons, sizeof reasons / sizeof *reasons, reason);
}

const char *en_verdict_name(unsigned verdict)
{
	return name(verdicts, RP_VERDICT_END, verdict);
}

const char *en_verb_name(unsigned verb)
{
	return name(verbs, RP_VERB_END, verb);
}
