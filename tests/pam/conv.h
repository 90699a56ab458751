/* A scripted conversation, and a login through the real libpam that holds it. */
#ifndef TESTS_PAM_CONV_H
#define TESTS_PAM_CONV_H

#include <stdbool.h>
#include <security/pam_appl.h>
#include "tests/pam/instance.h"

#define CONV_ANSWERS 16
#define CONV_SAID 64

struct conv {
	/* The script: answers to prompts without echo, in order; when they are used up the caller has gone.
	 */
	const char *answers[CONV_ANSWERS];
	const char *always;   /* the same to every prompt instead */
	bool null_answers;    /* succeeds with a NULL for an answer */
	bool null_responses;  /* succeeds with no responses at all */
	bool refuse_messages; /* PAM_CONV_ERR for messages, as Apache's module does */
	int refuse_after;     /* the same after so many messages; 0: never */
	/* In place of answers: what to type, to be freed. NULL: the caller has gone. */
	char *(*type)(struct conv *c, const char *prompt);
	void *ctx;

	/* What happened. */
	unsigned asked, told; /* prompts, messages shown */
	unsigned others;      /* calls with several messages, or with echo: there must be none */
	unsigned n_said;
	char *said[CONV_SAID]; /* prompts and messages */
	int n_delays;
	unsigned delay; /* asked for last, in microseconds */
};

/* Whether some prompt or message contained part. */
bool conv_said(const struct conv *c, const char *part);
void conv_clear(struct conv *c);

struct login {
	pam_handle_t *pamh;
	struct conv *conv;
};

/* source may be NULL: no PAM_RHOST. The test goes on only if libpam could start. */
void login_start(struct login *l, const struct instance *i, const char *service, const char *user,
		 const char *source, struct conv *conv);
void login_end(struct login *l);

/* What pam_authenticate returns, in a login of its own from 192.0.2.1. */
int login_auth(const struct instance *i, const char *service, const char *user, struct conv *conv);
/* pam_authenticate, then pam_acct_mgmt: the first that fails, or PAM_SUCCESS. */
int login_whole(const struct instance *i, const char *service, const char *user, struct conv *conv);
/* login_auth with these answers; second may be NULL. Prompts must have been without echo, one at a time. */
int login_answers(const struct instance *i, const char *service, const char *user, const char *first,
		  const char *second);

#endif
