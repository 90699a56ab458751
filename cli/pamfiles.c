#include "cli/pamfiles.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE 1024
#define DEPTH 8
#define NAME "pam_rempart.so"

enum type { AUTH, ACCOUNT, PASSWORD, SESSION, TYPES };

static const char *const types[TYPES] = {"auth", "account", "password", "session"};

/* One service file with what it includes. */
struct service {
	struct cli_report *r;
	const char *dir, *name;
	unsigned ours[TYPES], others[TYPES];
	bool bypass;	   /* an auth line further up may end the stack with success */
	bool has_password; /* an auth line further up checks a password */
	bool names_us;
};

#define SAY(s, grade, mend, text)                                                                            \
	cli_report((s)->r, grade, T((s)->r->cli, mend), T((s)->r->cli, text), (s)->dir, (s)->name)

static bool is_file(const char *path, const char *name)
{
	const char *base = strrchr(path, '/');

	return !strcmp(base ? base + 1 : path, name);
}

static bool checks_passwords(const char *module)
{
	static const char *const names[] = {"pam_unix.so",    "pam_sss.so",	"pam_ldap.so",	"pam_krb5.so",
					    "pam_winbind.so", "pam_pwdfile.so", "pam_userdb.so"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_file(module, names[i]))
			return true;
	return false;
}

static bool known_argument(const char *arg)
{
	static const char *const whole[] = {"nodelay",	 "debug",	  "mode=prompt", "mode=combined",
					    "mode=auto", "mode=password", "lang=en",	 "lang=fr"};

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (!strcmp(arg, whole[i]))
			return true;
	return !strncmp(arg, "socket=/", 8) || (!strncmp(arg, "server_user=", 12) && arg[12]);
}

static void check_module_is_there(const struct service *s, const char *module)
{
	if (module[0] == '/' && access(module, R_OK))
		SAY(s, CLI_FAIL, N_("Everybody is locked out: correct the module's path."),
		    N_("%s/%s names a pam_rempart.so that is not there"));
}

static void check_auth(struct service *s, const char *control, bool takes_field)
{
	if (!strcmp(control, "sufficient") || strstr(control, "success=done") ||
	    (strstr(control, "success=") && !strstr(control, "success=ok")))
		SAY(s, CLI_FAIL, N_("Use required, so that the password is checked as well."),
		    N_("%s/%s: a code alone may be enough to get in"));
	if (!strcmp(control, "optional"))
		SAY(s, CLI_FAIL, N_("Use required; policy decides who is asked."),
		    N_("%s/%s: the code is optional, so nobody has to have one"));
	if (s->bypass)
		SAY(s, CLI_FAIL, N_("Put pam_rempart.so above the line with sufficient or success=done."),
		    N_("%s/%s: a line above lets people in before a code is asked"));
	if (takes_field && s->has_password)
		SAY(s, CLI_FAIL, N_("Put pam_rempart.so above the module that checks the password."),
		    N_("%s/%s: password and code come in one field, but the password is checked first"));
}

/* words: type, control, module, arguments. */
static void our_line(struct service *s, enum type type, const char *control, char *const *words, int n)
{
	bool takes_field = false;

	s->ours[type]++;
	s->names_us = true;
	check_module_is_there(s, words[0]);
	for (int i = 1; i < n; i++) {
		takes_field |= !strcmp(words[i], "mode=combined");
		if (!known_argument(words[i]))
			SAY(s, CLI_FAIL, N_("Everybody is refused: pam_rempart(8) lists the arguments."),
			    N_("%s/%s: pam_rempart.so has an argument that it does not know"));
	}
	if (type == AUTH)
		check_auth(s, control, takes_field);
}

static void other_line(struct service *s, enum type type, const char *control, const char *module)
{
	s->others[type]++;
	if (type != AUTH)
		return;
	s->has_password |= checks_passwords(module);
	/* A password that was right and ends the stack; what jumps over one denying line, as Debian's
	 * common-auth does, goes on below. */
	s->bypass |= !strcmp(control, "sufficient") || strstr(control, "success=done");
}

static void read_service(struct service *s, const char *name, int depth);

/* Splits line at blanks, [ … ] being one word; a backslash at its end was joined before. */
static int split(char *line, char **words, int max)
{
	int n = 0;

	while (n < max) {
		line += strspn(line, " \t\n");
		if (!*line || *line == '#')
			break;
		words[n++] = line;
		line += *line == '[' ? strcspn(line, "]\n") + 1 : strcspn(line, " \t\n");
		if (*line)
			*line++ = '\0';
	}
	return n;
}

static void read_line(struct service *s, char *line, int depth)
{
	char *words[64];
	int n = split(line, words, 64);

	if (n >= 2 && !strcmp(words[0], "@include")) {
		read_service(s, words[1], depth + 1);
		return;
	}
	for (int type = 0; n >= 3 && type < TYPES; type++) {
		if (strcmp(words[0] + (words[0][0] == '-'), types[type]))
			continue;
		if (!strcmp(words[1], "include") || !strcmp(words[1], "substack"))
			read_service(s, words[2], depth + 1);
		else if (is_file(words[2], NAME))
			our_line(s, (enum type)type, words[1], words + 2, n - 2);
		else
			other_line(s, (enum type)type, words[1], words[2]);
	}
}

static void read_service(struct service *s, const char *name, int depth)
{
	char path[1024], line[LINE];
	FILE *f = NULL;
	size_t used = 0;

	if (depth < DEPTH && snprintf(path, sizeof path, "%s/%s", s->dir, name) < (int)sizeof path)
		f = fopen(path, "re");
	while (f && fgets(line + used, (int)(sizeof line - used), f)) {
		used = strlen(line);
		if (used >= 2 && line[used - 1] == '\n' && line[used - 2] == '\\' && used + 2 < sizeof line) {
			used -= 2;
			continue;
		}
		used = 0;
		read_line(s, line, depth);
	}
	if (f)
		fclose(f);
}

static void check_service(struct cli_report *r, const char *dir, const char *name, unsigned *found)
{
	struct service s = {.r = r, .dir = dir, .name = name};
	unsigned before = r->failed + r->warned;

	read_service(&s, name, 0);
	if (!s.names_us)
		return;
	(*found)++;
	if (s.ours[AUTH] && !s.others[AUTH])
		SAY(&s, CLI_FAIL, N_("Add the module that checks the password."),
		    N_("%s/%s: nothing checks the password"));
	if (s.ours[AUTH] && !s.ours[ACCOUNT])
		SAY(&s, CLI_WARN, N_("Add: account required pam_rempart.so"),
		    N_("%s/%s: without an account line, locks, deadlines and enrolment do not work"));
	for (int type = ACCOUNT; type < TYPES; type++)
		if (s.ours[type] && !s.others[type])
			SAY(&s, CLI_WARN, N_("Add the system's own modules, with @include common-…"),
			    N_("%s/%s: a stack of pam_rempart.so alone refuses whoever policy asks nothing "
			       "of"));
	if (r->failed + r->warned == before)
		cli_report(r, CLI_OK, NULL, "%s/%s", dir, name);
}

void cli_pam_check(struct cli_report *r, const char *dir)
{
	struct dirent **names;
	unsigned found = 0;
	int n = scandir(dir, &names, NULL, alphasort);

	if (n < 0) {
		cli_report(r, CLI_WARN, NULL, T(r->cli, N_("%s cannot be read")), dir);
		return;
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && strncmp(names[i]->d_name, "common-", 7))
			check_service(r, dir, names[i]->d_name, &found);
		free(names[i]);
	}
	free(names);
	if (!found)
		cli_report(r, CLI_OK, NULL, T(r->cli, N_("no service in %s names pam_rempart.so yet")), dir);
}
