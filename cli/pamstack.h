/*
 * PAM service files as libpam reads them, and what libpam would make of given results of their modules: no
 * module is loaded, nothing is guessed.
 */
#ifndef CLI_PAMSTACK_H
#define CLI_PAMSTACK_H

#include <stdbool.h>

#define CLI_PAM_LINES 128
#define CLI_PAM_LINE_MAX 1024
#define CLI_PAM_WORDS 32

enum cli_pam_type { CLI_AUTH, CLI_ACCOUNT, CLI_PASSWORD, CLI_SESSION, CLI_PAM_TYPES };

struct cli_pam_line {
	enum cli_pam_type type;
	bool dash;	     /* "-auth": a module that is not there is passed over */
	unsigned level;	     /* of substacks */
	const char *control; /* NULL: the line that begins a substack */
	const char *module;
	const char *args[CLI_PAM_WORDS];
	int n_args;
	char text[CLI_PAM_LINE_MAX]; /* which the strings are in */
};

struct cli_pam_stack {
	struct cli_pam_line lines[CLI_PAM_LINES];
	int n;
	bool too_long; /* more, or deeper, than is read here */
	/* A file that could not be opened, by its name in the including file; "" when there is none. */
	char missing[CLI_PAM_LINE_MAX];
	int missing_errno;
};

/* Reads the service name of folder dir, with what it includes. */
void cli_pam_read(struct cli_pam_stack *s, const char *dir, const char *name);

enum cli_pam_result { CLI_PAM_SUCCESS, CLI_PAM_IGNORE, CLI_PAM_DENIED };

/* What the module of this line returns. */
typedef enum cli_pam_result cli_pam_outcome(const struct cli_pam_line *line, void *ctx);

/* Whether the stack of this type ends with success. */
bool cli_pam_run(const struct cli_pam_stack *s, enum cli_pam_type type, cli_pam_outcome *outcome, void *ctx);

#endif
