#include "cli/pamfiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/pamleaks.h"
#include "cli/pammodules.h"
#include "cli/pamstack.h"
#include "common/module_args.h"

/* One service and what is being asked of it. */
struct service {
	struct cli_report *r;
	const char *dir, *name, *module;
	struct cli_pam_stack *stack;
	unsigned ours[CLI_PAM_TYPES];
	unsigned factors; /* lines of auth that may check a password, or something as good */
};

#define SAY(s, grade, mend, text)                                                                            \
	cli_report((s)->r, grade, T((s)->r->cli, mend), T((s)->r->cli, text), (s)->dir, (s)->name)

static bool is_factor(const struct cli_pam_line *line)
{
	return line->control && !cli_pam_is_ours(line) && !cli_pam_denies(line) && !cli_pam_permits(line) &&
	       !cli_pam_depends(line);
}

/* One login: what the modules return, and whether pam_rempart.so was asked at all. */
struct login {
	const struct cli_pam_line *only; /* the one factor that is right; NULL: all of them, if right */
	enum cli_pam_result ours, exceptions;
	bool right, asked;
};

static enum cli_pam_result outcome(const struct cli_pam_line *line, void *ctx)
{
	struct login *l = ctx;
	bool right;

	if (cli_pam_is_ours(line)) {
		l->asked = true;
		return l->ours;
	}
	if (cli_pam_denies(line))
		return CLI_PAM_DENIED;
	if (cli_pam_depends(line))
		return l->exceptions;
	if (cli_pam_permits(line))
		return CLI_PAM_SUCCESS;
	right = l->right && (!l->only || l->only == line);
	return right ? CLI_PAM_SUCCESS : CLI_PAM_DENIED;
}

/* Whether somebody gets in: with all factors, or with one of them, which is enough in many stacks. */
static bool passes(const struct service *s, enum cli_pam_type type, struct login *l)
{
	l->asked = false;
	l->only = NULL;
	if (cli_pam_run(s->stack, type, outcome, l))
		return true;
	for (int i = 0; type == CLI_AUTH && l->right && i < s->stack->n; i++) {
		l->only = &s->stack->lines[i];
		l->asked = false;
		if (l->only->type == type && is_factor(l->only) && cli_pam_run(s->stack, type, outcome, l))
			return true;
	}
	return false;
}

/* Whether somebody gets in for whom pam_rempart.so returns ours, whatever exceptions the stack makes. Where
 * they shut everybody out, nothing is learnt. */
static bool lets_in(const struct service *s, enum cli_pam_type type, enum cli_pam_result ours, bool right,
		    bool *asked)
{
	bool sure = false;

	for (int i = 0; i < 2; i++) {
		enum cli_pam_result exceptions = i ? CLI_PAM_DENIED : CLI_PAM_SUCCESS;
		struct login all = {.ours = CLI_PAM_SUCCESS, .exceptions = exceptions, .right = true};
		struct login l = {.ours = ours, .exceptions = exceptions, .right = right};

		if (passes(s, type, &l)) {
			sure = true;
			*asked = l.asked;
		} else if (passes(s, type, &all)) {
			return false;
		}
	}
	return sure;
}

static void check_dash(struct service *s, bool missing)
{
	if (missing)
		SAY(s, CLI_FAIL,
		    N_("Install it or correct its path, and take the dash before the type away."),
		    N_("%s/%s: pam_rempart.so is not there, and the dash hides it: nobody is asked for a "
		       "code"));
	else
		SAY(s, CLI_WARN, N_("Take the dash away."),
		    N_("%s/%s: a dash before the type: should pam_rempart.so be missing one day, nobody is "
		       "asked "
		       "for a code"));
}

/* What each line of ours says by itself; each thing is said once. */
static void check_lines(struct service *s)
{
	bool unknown = false, missing = false, missing_dash = false, dash = false;

	for (int i = 0; i < s->stack->n; i++) {
		const struct cli_pam_line *line = &s->stack->lines[i];
		struct rp_module_args args;
		bool gone;

		if (!cli_pam_is_ours(line))
			continue;
		gone = access(line->module[0] == '/' ? line->module : s->module, F_OK) != 0;
		dash |= line->dash && line->type == CLI_AUTH;
		missing_dash |= gone && line->dash && line->type == CLI_AUTH;
		missing |= gone && !line->dash;
		for (int j = 0; j < line->n_args; j++)
			unknown |= rp_module_args_parse(&args, 1, &line->args[j]) != NULL;
	}
	if (missing)
		SAY(s, CLI_FAIL, N_("Everybody is refused: install it, or correct its path."),
		    N_("%s/%s names a pam_rempart.so that is not there"));
	if (dash)
		check_dash(s, missing_dash);
	if (unknown)
		SAY(s, CLI_FAIL, N_("Everybody is refused: pam_rempart(8) lists the arguments."),
		    N_("%s/%s: pam_rempart.so has an argument that it does not know"));
}

/* A field that holds both must be taken apart before the password is checked. */
static void check_field(struct service *s)
{
	bool password = false;

	for (int i = 0; i < s->stack->n; i++) {
		const struct cli_pam_line *line = &s->stack->lines[i];

		if (line->type != CLI_AUTH)
			continue;
		password |= cli_pam_checks_passwords(line);
		if (!password || !cli_pam_is_ours(line))
			continue;
		if (cli_pam_has(line, "mode=combined"))
			SAY(s, CLI_FAIL, N_("Put pam_rempart.so above the module that checks the password."),
			    N_("%s/%s: password and code come in one field, but the password is checked "
			       "first"));
		else if (cli_pam_has(line, "mode=auto"))
			SAY(s, CLI_WARN, N_("Put pam_rempart.so above the module that checks the password."),
			    N_("%s/%s: below the password, mode=auto refuses callers that give password and "
			       "code in one answer"));
	}
}

static void check_auth(struct service *s)
{
	bool asked = false;

	if (!s->factors) {
		SAY(s, CLI_FAIL, N_("Add the module that checks the password."),
		    N_("%s/%s: nothing checks the password"));
		return;
	}
	if (lets_in(s, CLI_AUTH, CLI_PAM_SUCCESS, false, &asked))
		SAY(s, CLI_FAIL, N_("Use required, so that the password is checked as well."),
		    N_("%s/%s: a code alone may be enough to get in"));
	if (lets_in(s, CLI_AUTH, CLI_PAM_DENIED, true, &asked)) {
		if (asked)
			SAY(s, CLI_FAIL, N_("Use required; policy decides who is asked."),
			    N_("%s/%s: the code is optional, so nobody has to have one"));
		else
			SAY(s, CLI_FAIL,
			    N_("Put pam_rempart.so above the line with sufficient, or with a success= that "
			       "passes it over."),
			    N_("%s/%s: a line above lets people in before a code is asked"));
	}
	check_field(s);
}

static void check_account(struct service *s)
{
	bool asked;

	if (!s->ours[CLI_ACCOUNT])
		SAY(s, CLI_WARN, N_("Add: account required pam_rempart.so"),
		    N_("%s/%s: without an account line, locks, deadlines and enrolment do not work"));
	else if (lets_in(s, CLI_ACCOUNT, CLI_PAM_DENIED, true, &asked))
		SAY(s, CLI_WARN, N_("Use required, above every line that may end the stack."),
		    N_("%s/%s: the account line refuses nobody, so locks, deadlines and enrolment do not "
		       "work"));
}

static bool has_lines(const struct cli_pam_stack *s, enum cli_pam_type type)
{
	for (int i = 0; i < s->n; i++)
		if (s->lines[i].type == type && s->lines[i].control)
			return true;
	return false;
}

/* All but the first only where leaked passwords are looked for at all. */
static void check_leaks(struct service *s)
{
	const struct rp_config *config = &s->r->cli->config;
	struct cli_pam_change change = {0};

	cli_pam_follow_change(s->stack, &change);
	if (change.nobody_asks)
		SAY(s, CLI_FAIL,
		    N_("Take use_authtok away from pam_rempart.so, or put pam_pwquality.so above it."),
		    N_("%s/%s: nobody asks for the new password, so none can be changed"));
	if (!config->corpus[0] && !config->fetch[0])
		return;
	if (s->ours[CLI_AUTH] && s->ours[CLI_ACCOUNT] && cli_pam_never_sees(s->stack))
		SAY(s, CLI_WARN, N_("Use mode=auto, or put it below the module that checks the password."),
		    N_("%s/%s: pam_rempart.so never sees the password, so a leaked one passes at logins"));
	if (!s->ours[CLI_PASSWORD]) {
		if (s->ours[CLI_ACCOUNT] && has_lines(s->stack, CLI_PASSWORD))
			SAY(s, CLI_WARN,
			    N_("Add above the module that stores it: password requisite pam_rempart.so"),
			    N_("%s/%s: pam_rempart.so does not look at new passwords, so a leaked one can be "
			       "chosen"));
		return;
	}
	if (change.stored_before)
		SAY(s, CLI_FAIL, N_("Put pam_rempart.so above the module that stores the password."),
		    N_("%s/%s: a new password is stored before pam_rempart.so looks at it"));
	if (change.another)
		SAY(s, CLI_WARN, N_("Give it use_authtok."),
		    N_("%s/%s: a module below pam_rempart.so may ask for another new password, which may be "
		       "leaked"));
}

static bool has_reset(const struct cli_pam_stack *s, bool in_password)
{
	for (int i = 0; i < s->n; i++)
		if (cli_pam_is_ours(&s->lines[i]) && (s->lines[i].type == CLI_PASSWORD) == in_password &&
		    cli_pam_has(&s->lines[i], "reset"))
			return true;
	return false;
}

static void check_reset(struct service *s)
{
	struct cli_pam_change change = {0};

	if (has_reset(s->stack, false))
		SAY(s, CLI_WARN, N_("Put reset into the password line."),
		    N_("%s/%s: reset does something in password only"));
	if (!has_reset(s->stack, true))
		return;
	if (s->factors)
		SAY(s, CLI_WARN, N_("Give resets a service of their own."),
		    N_("%s/%s: people log in here, and a change that a login forces counts as a reset"));
	cli_pam_follow_change(s->stack, &change);
	if (change.goes_on)
		SAY(s, CLI_FAIL, N_("Use requisite, above every line that may end the stack."),
		    N_("%s/%s: a reset that pam_rempart.so refuses goes on all the same"));
	if (change.stored_before)
		SAY(s, CLI_WARN, N_("Put pam_rempart.so above the module that stores the password."),
		    N_("%s/%s: the password is stored before pam_rempart.so has said its last word on the "
		       "reset"));
}

/* Whether the stack can succeed at all. */
static void check_open(struct service *s, enum cli_pam_type type)
{
	bool somebody = false, not_concerned = false, others = false;

	for (int i = 0; i < 2; i++) {
		struct login l = {.exceptions = i ? CLI_PAM_DENIED : CLI_PAM_SUCCESS, .right = true};

		l.ours = CLI_PAM_SUCCESS;
		somebody |= passes(s, type, &l);
		l.ours = CLI_PAM_IGNORE;
		not_concerned |= passes(s, type, &l);
	}
	for (int i = 0; i < s->stack->n; i++) {
		const struct cli_pam_line *line = &s->stack->lines[i];

		others |= line->type == type && line->control && !cli_pam_is_ours(line);
	}
	if (!somebody)
		SAY(s, CLI_FAIL,
		    N_("Look at each success=N and at pam_deny.so: a line more changes what they reach."),
		    N_("%s/%s: whom pam_rempart.so accepts is refused all the same"));
	else if (!not_concerned && !others)
		SAY(s, CLI_WARN, N_("Add the system's own modules, with @include common-…"),
		    N_("%s/%s: a stack of pam_rempart.so alone refuses whoever policy asks nothing of"));
	else if (!not_concerned)
		SAY(s, CLI_WARN, N_("Use required: it passes over whom policy asks nothing of."),
		    N_("%s/%s: whoever policy asks nothing of is refused"));
}

static bool could_read(struct service *s)
{
	if (s->stack->missing[0] && s->stack->missing_errno == ENOENT)
		SAY(s, CLI_FAIL, N_("Everybody is refused: correct the name, or bring the file back."),
		    N_("%s/%s includes a file that is not there"));
	else if (s->stack->missing[0] || s->stack->too_long)
		SAY(s, CLI_WARN, N_("Run this as root; if it is about length, look at the file yourself."),
		    N_("%s/%s could not be read whole"));
	return !s->stack->missing[0] && !s->stack->too_long;
}

static void check_service(struct service *s, unsigned *found)
{
	const unsigned before = s->r->failed + s->r->warned;
	unsigned ours = 0;

	cli_pam_read(s->stack, s->dir, s->name);
	for (int i = 0; i < s->stack->n; i++) {
		const struct cli_pam_line *line = &s->stack->lines[i];

		s->ours[line->type] += cli_pam_is_ours(line);
		ours += cli_pam_is_ours(line);
		s->factors += line->type == CLI_AUTH && is_factor(line);
	}
	if (!ours)
		return;
	(*found)++;
	check_lines(s);
	if (could_read(s)) {
		if (s->ours[CLI_AUTH]) {
			check_auth(s);
			check_account(s);
		}
		check_leaks(s);
		check_reset(s);
		for (int type = 0; type < CLI_PAM_TYPES; type++)
			if (s->ours[type] && (type != CLI_AUTH || s->factors))
				check_open(s, (enum cli_pam_type)type);
	}
	if (s->r->failed + s->r->warned == before)
		cli_report(s->r, CLI_OK, NULL, "%s/%s", s->dir, s->name);
}

void cli_pam_check(struct cli_report *r, const char *dir, const char *module)
{
	static struct cli_pam_stack stack;
	struct dirent **names;
	unsigned found = 0;
	int n = scandir(dir, &names, NULL, alphasort);

	if (n < 0) {
		cli_report(r, CLI_WARN, NULL, T(r->cli, N_("%s cannot be read")), dir);
		return;
	}
	for (int i = 0; i < n; i++) {
		struct service s = {.r = r, .dir = dir, .module = module, .stack = &stack};

		s.name = names[i]->d_name;
		if (s.name[0] != '.' && strncmp(s.name, "common-", 7))
			check_service(&s, &found);
		free(names[i]);
	}
	free(names);
	if (!found)
		cli_report(r, CLI_OK, NULL, T(r->cli, N_("no service in %s names pam_rempart.so yet")), dir);
}
