#include "cli/pamstack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH 16

/* Where the lines that are read next belong to. */
struct place {
	const char *dir;
	int only; /* the one type that is included, or -1 */
	unsigned level, depth;
};

static void read_file(struct cli_pam_stack *s, const char *name, const struct place *at);

/* Splits line at blanks, [ … ] being one word. */
static int split(char *line, char **words)
{
	int n = 0;

	while (n < CLI_PAM_WORDS) {
		line += strspn(line, " \t\n");
		if (!*line)
			break;
		words[n++] = line;
		line += *line == '[' ? strcspn(line, "]") : strcspn(line, " \t\n");
		line += *line == ']';
		if (*line)
			*line++ = '\0';
	}
	return n;
}

static int type_of(const char *word)
{
	static const char *const names[CLI_PAM_TYPES] = {"auth", "account", "password", "session"};

	for (int i = 0; i < CLI_PAM_TYPES; i++)
		if (!strcasecmp(word + (word[0] == '-'), names[i]))
			return i;
	return -1;
}

static struct cli_pam_line *add(struct cli_pam_stack *s, int type, unsigned level)
{
	struct cli_pam_line *line = &s->lines[s->n];

	if (s->n == CLI_PAM_LINES) {
		s->too_long = true;
		return NULL;
	}
	s->n++;
	line->type = (enum cli_pam_type)type;
	line->dash = false;
	line->level = level;
	line->control = NULL;
	line->module = "";
	line->n_args = 0;
	return line;
}

/* text: the line after split, words: where its n words begin in it. */
static void add_module(struct cli_pam_stack *s, int type, unsigned level, const char *text,
		       char *const *words, int n)
{
	struct cli_pam_line *line = add(s, type, level);

	if (!line)
		return;
	memcpy(line->text, text, sizeof line->text);
	line->dash = words[0][0] == '-';
	line->control = line->text + (words[1] - text);
	line->module = line->text + (words[2] - text);
	for (int i = 3; i < n; i++)
		line->args[line->n_args++] = line->text + (words[i] - text);
}

static void read_line(struct cli_pam_stack *s, const char *text, const struct place *at)
{
	char copy[CLI_PAM_LINE_MAX], *words[CLI_PAM_WORDS];
	struct place below = *at;
	int n, type;

	memcpy(copy, text, sizeof copy);
	n = split(copy, words);
	below.depth++;
	if (n >= 2 && !strcasecmp(words[0], "@include")) {
		read_file(s, words[1], &below);
		return;
	}
	type = n >= 3 ? type_of(words[0]) : -1;
	if (type < 0 || (at->only >= 0 && at->only != type))
		return;
	below.only = type;
	if (!strcasecmp(words[1], "include")) {
		read_file(s, words[2], &below);
	} else if (!strcasecmp(words[1], "substack")) {
		below.level++;
		if (add(s, type, at->level))
			read_file(s, words[2], &below);
	} else {
		add_module(s, type, at->level, copy, words, n);
	}
}

/* A comment goes up to the end of its line; a backslash before it joins nothing. */
static bool goes_on(char *line, size_t *used, size_t size)
{
	char *comment = strchr(line, '#');

	if (comment)
		*comment = '\0';
	*used = strcspn(line, "\n");
	if (!*used || line[*used - 1] != '\\' || *used + 2 > size)
		return false;
	line[*used - 1] = ' ';
	return true;
}

/* A pipe or a device could keep whoever reads it for ever. */
static FILE *open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *f = NULL;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
		f = fdopen(fd, "r");
	else if (fd >= 0)
		errno = EINVAL;
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

static void read_file(struct cli_pam_stack *s, const char *name, const struct place *at)
{
	char path[2 * CLI_PAM_LINE_MAX], line[CLI_PAM_LINE_MAX] = "";
	size_t used = 0;
	FILE *f;

	if (at->depth == DEPTH) {
		s->too_long = true;
		return;
	}
	snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : at->dir, name[0] == '/' ? "" : "/", name);
	f = open_regular(path);
	if (!f) {
		s->missing_errno = errno;
		snprintf(s->missing, sizeof s->missing, "%s", name);
		return;
	}
	while (fgets(line + used, (int)(sizeof line - used), f)) {
		if (goes_on(line, &used, sizeof line))
			continue;
		read_line(s, line, at);
		used = 0;
	}
	if (used)
		read_line(s, line, at);
	fclose(f);
}

void cli_pam_read(struct cli_pam_stack *s, const char *dir, const char *name)
{
	const struct place at = {.dir = dir, .only = -1};

	s->n = 0;
	s->too_long = false;
	s->missing[0] = '\0';
	read_file(s, name, &at);
}

/* What a line's control makes of a result: one of these, or a number of lines to jump over. */
enum { IGNORE = 0, OK = -1, DONE = -2, BAD = -3, DIE = -4, RESET = -5 };

static int action_named(const char *word)
{
	static const char *const names[] = {"ignore", "ok", "done", "bad", "die", "reset"};
	size_t n = strcspn(word, " \t]");
	long jumps;

	for (int i = 0; i < 6; i++)
		if (n == strlen(names[i]) && !strncasecmp(word, names[i], n))
			return -i;
	if (!n || strspn(word, "0123456789") != n)
		return BAD;
	jumps = strtol(word, NULL, 10);
	return jumps > CLI_PAM_LINES ? CLI_PAM_LINES : (int)jumps;
}

/* Finds "name=action" in a control of brackets; BAD is what libpam takes for what is not named. */
static int bracketed(const char *control, const char *name)
{
	const char *fallback = NULL;
	size_t len = strlen(name);

	for (const char *at = control + 1; *at; at += strcspn(at, " \t"), at += strspn(at, " \t")) {
		if (!strncasecmp(at, name, len) && at[len] == '=')
			return action_named(at + len + 1);
		if (!strncasecmp(at, "default=", 8))
			fallback = at + 8;
	}
	return fallback ? action_named(fallback) : BAD;
}

static int action_of(const struct cli_pam_line *line, enum cli_pam_result result)
{
	static const struct {
		const char *name;
		int of[3]; /* by result */
	} controls[] = {
		{"required", {OK, IGNORE, BAD}},
		{"requisite", {OK, IGNORE, DIE}},
		{"sufficient", {DONE, IGNORE, IGNORE}},
		{"optional", {OK, IGNORE, IGNORE}},
	};
	static const char *const denied[CLI_PAM_TYPES] = {"auth_err", "perm_denied", "perm_denied",
							  "session_err"};

	if (line->control[0] == '[')
		return bracketed(line->control, result == CLI_PAM_SUCCESS  ? "success"
						: result == CLI_PAM_IGNORE ? "ignore"
									   : denied[line->type]);
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		if (!strcasecmp(line->control, controls[i].name))
			return controls[i].of[result];
	return BAD;
}

struct state {
	enum { UNDECIDED, POSITIVE, NEGATIVE } impression;
	bool success;
};

/* Returns how many lines to jump over; -1: this level is done. */
static int judge(struct state *now, const struct state *entered, int action, bool success)
{
	switch (action) {
	case IGNORE:
		return 0;
	case RESET:
		*now = *entered;
		return 0;
	case OK:
	case DONE:
		if (now->impression == UNDECIDED || (now->impression == POSITIVE && now->success))
			*now = (struct state){POSITIVE, success};
		return action == DONE && now->impression == POSITIVE ? -1 : 0;
	case BAD:
	case DIE:
		*now = (struct state){NEGATIVE, false};
		return action == DIE ? -1 : 0;
	default:
		return action;
	}
}

/* The next line of this type after i, or s->n. */
static int next(const struct cli_pam_stack *s, enum cli_pam_type type, int i)
{
	do
		i++;
	while (i < s->n && s->lines[i].type != type);
	return i;
}

/* The last line that is passed over on the way from i: jumps of them, or all to the end of the level. A
 * substack counts as one. *jumps: what is left of them. */
static int skip(const struct cli_pam_stack *s, int i, int *jumps)
{
	const enum cli_pam_type type = s->lines[i].type;
	const unsigned level = s->lines[i].level;
	int to;

	while (*jumps && (to = next(s, type, i)) < s->n && s->lines[to].level >= level) {
		do {
			i = to;
			to = next(s, type, i);
		} while (to < s->n && s->lines[to].level > level);
		*jumps -= *jumps > 0;
	}
	return i;
}

bool cli_pam_run(const struct cli_pam_stack *s, enum cli_pam_type type, cli_pam_outcome *outcome, void *ctx)
{
	struct state now = {UNDECIDED, false}, entered[DEPTH + 1] = {{UNDECIDED, false}};
	unsigned level = 0;

	for (int i = next(s, type, -1); i < s->n; i = next(s, type, i)) {
		const struct cli_pam_line *line = &s->lines[i];
		enum cli_pam_result result;
		int jumps;

		if (line->level > level)
			entered[line->level] = now;
		level = line->level;
		if (!line->control)
			continue;
		result = outcome(line, ctx);
		jumps = judge(&now, &entered[level], action_of(line, result), result == CLI_PAM_SUCCESS);
		i = skip(s, i, &jumps);
		if (jumps > 0) /* past the end: libpam fails the stack */
			now = (struct state){NEGATIVE, false};
	}
	return now.impression == POSITIVE && now.success;
}
