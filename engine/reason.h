/*
 * Why a decision came out as it did: what an administrator reads in an event and in the log. Never told to
 * the one who asks. Values are in the store: never renumber.
 */
#ifndef ENGINE_REASON_H
#define ENGINE_REASON_H

enum en_reason {
	EN_NO_REASON = 0,
	/* a code was judged */
	EN_TOTP = 1,	 /* right */
	EN_RECOVERY = 2, /* a recovery code, used up by this */
	EN_WRONG = 3,	 /* no token gives this code, nor did lately, nor will soon */
	EN_EMPTY = 4,	 /* no code was given */
	EN_OLD = 5,	 /* right, but before the window */
	EN_FUTURE = 6,	 /* right, but after the window: the device's clock is ahead, or ours is behind */
	EN_USED = 7,	 /* right, but not later than the last accepted one */
	/* it was not judged */
	EN_WAIT_ACCOUNT = 8,
	EN_WAIT_PAIR = 9,
	EN_WAIT_SOURCE = 10,
	EN_SHUT = 11, /* too many consecutive failures: the open lane is shut */
	EN_ACCOUNT_LOCKED = 12,
	/* policy */
	EN_NOT_ENROLLED = 13, /* no token, and none is required */
	EN_BEFORE_DEADLINE = 14,
	EN_PAST_DEADLINE = 15, /* no token, and one is required */
	EN_EXEMPT_GROUP = 16,
	EN_EXEMPT_SERVICE = 17,
	EN_MAY_ENROL = 18,  /* no token; required; this service may enrol one */
	EN_ENROLLED = 19,   /* has a token */
	EN_HAS_TOKEN = 20,  /* enrolment refused: there is a token already */
	EN_NO_PENDING = 21, /* nothing to confirm, or it is too old */
	EN_NOT_HERE = 22,   /* enrolment refused: policy does not let this service enrol */
	/* the peer */
	EN_PEER = 23,
	/* a session */
	EN_OPENED = 24,
	EN_CLOSED = 25,
	/* a password */
	EN_LEAKED = 26,	   /* it is in a leak */
	EN_MARKED = 27,	   /* none was presented, and the last one that was is in a leak */
	EN_UNCHECKED = 28, /* whether it is could not be found out: the event's text has the cause */
	EN_CHECKED = 29,   /* it is in no leak that is known here */
	/* a mailbox, and the reset that it would let through; the event's text says more */
	EN_MAILBOX_CLEAN = 30,
	EN_MAILBOX_FLAGGED = 31,
	/* administration and rempartd's own */
	EN_ADMIN_ENROL = 32,
	EN_ADMIN_REVOKE = 33,
	EN_ADMIN_RECOVERY = 34,
	EN_ADMIN_LOCK = 35,
	EN_ADMIN_UNLOCK = 36,
	EN_ADMIN_IMPORT = 37,
	EN_ADMIN_EXPORT = 38,
	EN_ADMIN_ROTATE = 39,
	EN_ADMIN_DEADLINE = 40,
	EN_CLOCK_BACK = 41,
	EN_CLOCK_FORWARD = 42,
	EN_STARTED = 43,
	EN_STOPPED = 44,
	EN_OLDER_STORE = 45, /* a backup took the place of a store that knew more */
	/* a mailbox, again */
	EN_MAILBOX_UNKNOWN = 46, /* it could not be found out, or there is no address to look for */
	EN_OTHER_ADDRESS = 47,	 /* the one that was given is not the registered one */
	EN_COOLING = 48,	 /* the address was changed while the old one was flagged, not long ago */
	EN_GATE_OPEN = 49,	 /* the help desk, or a code a moment ago, lets one reset through */
	EN_MAILBOX_TOLD = 50,	 /* a session opens, and says that the mailbox is flagged */
	EN_FOUND_FLAGGED = 51,	 /* looked up ahead of time: it was not flagged before, */
	EN_FOUND_CLEAN = 52,	 /* or it was */
	EN_ADMIN_FLAG = 53,
	EN_ADMIN_UNFLAG = 54,
	EN_ADMIN_PULL = 55,
	EN_ADMIN_RESET_ALLOW = 56,
	EN_ADMIN_PROVED = 57,
	EN_ADMIN_ADDRESS = 58,
	EN_NOT_AN_ADDRESS = 59, /* what was to be registered is none */
	EN_SAME_ADDRESS = 60,	/* it is the registered one already */
	EN_AFTER_RESET = 61,	/* no token, and the login after a reset needs one */
};

/* Short English words with hyphens for logs, JSON and fail2ban: stable. Never NULL. */
const char *en_reason_name(unsigned reason);
const char *en_verdict_name(unsigned verdict);
const char *en_verb_name(unsigned verb);

#endif
