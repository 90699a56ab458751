/*
 * The protocol between whoever asks (pam_rempart.so, a portal, the CLI) and rempartd.
 *
 * One packet out, one packet in, over an AF_UNIX SOCK_SEQPACKET socket; the kernel keeps packets whole.
 * The bytes are specified in docs/PROTOCOL.md. This header is that document's vocabulary; request.h and
 * reply.h hold the two codecs that both sides use.
 */
#ifndef COMMON_PROTOCOL_H
#define COMMON_PROTOCOL_H

/* The version this code speaks, and the oldest that rempartd serves beside it: a program that was running
 * before an upgrade keeps the old module mapped. Version 1 had no address in a request, and no verb that
 * needs one. */
#define RP_VERSION 2
#define RP_VERSION_OLDEST 1

/* Largest packet to and from rempartd, in bytes. A longer one is refused, never truncated. */
#define RP_PACKET_MAX 4096

/* Largest value of each text field, in bytes, without the NUL that our structs add. */
#define RP_USER_MAX 256
#define RP_SERVICE_MAX 64
#define RP_SOURCE_MAX 255
#define RP_CODE_MAX 64
#define RP_ADDRESS_MAX 254 /* of an e-mail address (RFC 5321, 4.5.3.1.3: a path less its brackets) */

/* A password goes as its SHA-1, because that is what lists of leaked passwords hold; never as itself. */
#define RP_DIGEST_LEN 20

/* Time budgets, in milliseconds, nested so that the outer one always hears the inner one's answer. */
#define RP_MODULE_BUDGET_MS 3000
#define RP_DAEMON_BUDGET_MS 2000

/* Where rempartd listens unless told otherwise. */
#define RP_SOCKET_DEFAULT "/run/rempart/rempartd.sock"

/* What may be asked. Values are on the wire: never renumber. */
enum rp_verb {
	RP_PING = 1,	       /* is rempartd able to decide? */
	RP_AUTH = 2,	       /* judge a code, before the stack is known to have authenticated the user */
	RP_SHAPE = 3,	       /* how long are this user's codes? for a field that holds password and code */
	RP_ACCOUNT = 4,	       /* may this user, whom the stack has authenticated, go on? */
	RP_ENROL_BEGIN = 5,    /* make a pending token for this user, whom the stack has authenticated */
	RP_ENROL_CONFIRM = 6,  /* a code from the pending token: make it count */
	RP_CHAUTHTOK = 7,      /* the password is about to change (RP_FLAG_PRELIM) or has been asked for */
	RP_SESSION = 8,	       /* a session opens, or closes (RP_FLAG_CLOSE) */
	RP_CHECK_PASSWORD = 9, /* is this password in a leak? about no account, and not recorded */
	RP_RESET = 10,	       /* may this user's password be reset without the old one? */
	RP_MAILBOX = 11,       /* this user, who has logged in, registers another address */
	RP_VERB_END
};

enum rp_flag {
	RP_FLAG_PRELIM = 1 << 0,   /* with RP_CHAUTHTOK: PAM_PRELIM_CHECK */
	RP_FLAG_CLOSE = 1 << 1,	   /* with RP_SESSION: the session closes */
	RP_FLAG_TOLD = 1 << 2,	   /* with RP_CHAUTHTOK: who changes it is told, and goes on all the same */
	RP_FLAG_AS_TYPED = 1 << 3, /* the name may have another spelling: see RP_NO_ACCOUNT */
	RP_FLAG_EXPLAIN = 1 << 4,  /* with RP_RESET: the reason is for the one who asks, and not shown to the
				      one who wants the reset */
	RP_FLAG_DONE = 1 << 5,	   /* with RP_RESET: if it may be, it happens now: closes a gate that was open
				      for one reset, and the next login is asked for a code */
};

/* What rempartd answers. Values are on the wire: never renumber. 0 is a failure, so that memory that
 * nobody filled in lets nobody in. */
enum rp_verdict {
	RP_UNAVAILABLE = 0, /* no decision could be made or recorded */
	RP_OK = 1,
	RP_NOT_CONCERNED = 2, /* policy asks nothing of this user here: the only source of PAM_IGNORE */
	RP_DENIED = 3,	      /* wrong, empty, old, future or used code; never said which */
	RP_THROTTLED = 4,     /* not judged: try again in n1 seconds (0: not before an administrator helps) */
	RP_LOCKED = 5,	      /* an administrator has locked the account (said only after authentication) */
	RP_ENROL = 6,	      /* a token is required and may be enrolled in this conversation */
	RP_GRACE = 7,	      /* let in without a token; one is required from n1 (Unix time) on */
	RP_UNENROLLED = 8,    /* a token is required, there is none, and it cannot be enrolled here */
	RP_FORBIDDEN = 9,     /* this peer may not ask this */
	RP_BAD_REQUEST = 10,  /* the packet is not one that this version understands */
	RP_LEAKED = 11,	      /* the password is in a leak, seen n1 times: it has to be another one */
	RP_UNKNOWN = 12,      /* whether it is could not be found out, for the cause t1: refuse */
	RP_NO_ACCOUNT = 13,   /* none of this name, and nothing was decided: only with RP_FLAG_AS_TYPED */
	RP_REFUSED = 14,      /* no reset, or no other address, without a code or the help desk */
	RP_VERDICT_END
};

/* Lengths of code that RP_SHAPE reports in n1, as a bit set. 0: this user has no code to look for. */
#define RP_SHAPE_DIGITS(n) (1u << (n))

#endif
