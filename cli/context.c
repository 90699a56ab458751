#include "cli/cli.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "common/error.h"
#include "common/log.h"
#include "common/utf8.h"
#include "engine/audit.h"

/* How long a command waits for others that write. */
#define BUDGET_MS 10000

int cli_fail(const struct cli *c, int status, const char *fmt, ...)
{
	va_list ap;
	(void)c;

	va_start(ap, fmt);
	fputs("rempart: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return status;
}

int cli_usage(const char *line)
{
	fprintf(stderr, "usage: rempart [--config FILE] %s\n", line);
	return CLI_USAGE;
}

bool cli_operands(int argc, char **argv, int n)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1])
			return false;
	return argc == n + 1;
}

int64_t cli_now(void)
{
	return time(NULL);
}

const char *cli_who(void)
{
	/* Anybody else could set it to any name. */
	const char *sudo = getuid() ? NULL : getenv("SUDO_USER");
	const struct passwd *pw = getpwuid(getuid());

	return sudo && sudo[0] ? sudo : pw ? pw->pw_name : "?";
}

int cli_configure(struct cli *c)
{
	char why[512];

	return rp_config_read(&c->config, c->config_path, why, sizeof why) ? cli_fail(c, CLI_USAGE, "%s", why)
									   : 0;
}

int cli_open(struct cli *c)
{
	char why[512];
	int err;

	c->turn = st_turn_new();
	if (!c->turn)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	err = en_seal_open(&c->seal, c->config.key, why, sizeof why);
	if (err)
		cli_fail(c, CLI_UNAVAILABLE, "%s", why);
	if (err == RP_EPERM && geteuid())
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Run this as root.")));
	if (err)
		return CLI_UNAVAILABLE;
	if (st_open(&c->store, c->config.state, false))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(NULL));
	return 0;
}

void cli_close(struct cli *c)
{
	st_close(c->store);
	en_seal_close(c->seal);
	st_turn_free(c->turn);
	c->store = NULL;
	c->seal = NULL;
	c->turn = NULL;
}

int cli_renew_seal(struct cli *c)
{
	struct en_seal *fresh;
	char why[512];

	if (en_seal_is_current(c->seal))
		return 0;
	if (en_seal_open(&fresh, c->config.key, why, sizeof why))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", why);
	en_seal_close(c->seal);
	c->seal = fresh;
	return 0;
}

int cli_begin(struct cli *c)
{
	int status;

	if (st_begin(c->store, c->turn, BUDGET_MS))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	/* The key file changes under the store's lock alone, so what is read here holds until the transaction
	 * ends. */
	status = cli_renew_seal(c);
	if (!status && en_seal_check(c->seal, c->store))
		status = cli_fail(
			c, CLI_UNAVAILABLE, "%s",
			T(c, N_("The key file is not the one this store was made with. Put that one back.")));
	if (status)
		st_rollback(c->store);
	return status;
}

const char *cli_spelling(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	return pw ? pw->pw_name : user;
}

static struct st_account *name_account(struct cli *c, const char *user)
{
	struct st_account *a;

	st_turn_clear(c->turn);
	a = user[0] ? st_turn_account(c->turn, cli_spelling(user)) : NULL;
	if (!a)
		cli_fail(c, CLI_USAGE, T(c, N_("A user's name has 1 to %d bytes.")), RP_USER_MAX);
	return a;
}

int cli_commit(struct cli *c)
{
	const struct st_event *ev;

	if (st_commit(c->store, c->turn))
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	for (size_t i = 0; (ev = st_turn_event_at(c->turn, i)); i++)
		en_audit_log(ev);
	return 0;
}

/* Portals have users that no directory knows, so this is no error; but it may be a slip. */
static void warn_stranger(const struct cli *c, const char *user)
{
	if (!getpwnam(user))
		cli_fail(c, 0,
			 T(c, N_("Warning: no user %s is known on this machine. Is the name spelled right? "
				 "(A portal's own users are not known here.)")),
			 user);
}

int cli_change(struct cli *c, const char *user, bool must_exist, enum en_reason reason, const char *why,
	       cli_change_fn *fn, void *ctx)
{
	struct st_account *a = name_account(c, user);
	struct st_event *ev = a ? st_turn_event(c->turn) : NULL;
	char text[ST_EVENT_TEXT_MAX + 1];
	bool existed;
	int status;

	if (!ev)
		return CLI_USAGE;
	if ((status = cli_begin(c)))
		return status;
	existed = a->exists;
	if (must_exist && !a->exists)
		status = cli_fail(c, CLI_NO, T(c, N_("There is no account %s.")), user);
	else
		status = fn(c, a, ctx);
	if (!status) {
		snprintf(text, sizeof text, "%s%s%s", cli_who(), why ? ": " : "", why ? why : "");
		en_audit_admin(ev, cli_now(), reason, user, text);
		status = cli_commit(c);
	}
	if (!status && !existed && a->exists)
		warn_stranger(c, user);
	st_rollback(c->store);
	return status;
}

int cli_load(struct cli *c, const char *user, struct st_account *out)
{
	struct st_account *a = name_account(c, user);
	int status;

	if (!a)
		return CLI_USAGE;
	status = cli_begin(c);
	if (!status)
		*out = *a;
	st_rollback(c->store);
	return status;
}

bool cli_import_unfinished(struct cli *c)
{
	char mark[64];

	return st_meta_get(c->store, CLI_IMPORT_META, mark, sizeof mark) > 0;
}

int cli_check_reason(const struct cli *c, const char *reason)
{
	if (!rp_is_text(reason) || strlen(reason) > ST_REASON_MAX)
		return cli_fail(c, CLI_USAGE, T(c, N_("A reason is readable text of at most %d bytes.")),
				ST_REASON_MAX);
	if (strchr(reason, '@'))
		return cli_fail(
			c, CLI_USAGE, "%s",
			T(c, N_("The reason is kept in the clear: no e-mail address in it, please.")));
	return 0;
}

unsigned long cli_number(const char *s, unsigned long max)
{
	unsigned long n = strtoul(s, NULL, 10);

	return s[strspn(s, "0123456789")] || n > max ? 0 : n;
}

void cli_json_string(const char *s)
{
	putchar('"');
	while (*s) {
		size_t n = rp_utf8(s);

		if (*s == '"' || *s == '\\')
			putchar('\\');
		if (n)
			fwrite(s, 1, n, stdout);
		else
			printf("\\u%04x", (unsigned char)*s);
		s += n ? n : 1;
	}
	putchar('"');
}

const char *cli_time(int64_t t, char out[32])
{
	time_t seconds = (time_t)t;
	struct tm tm;

	if (!t || !gmtime_r(&seconds, &tm) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		strcpy(out, "-");
	return out;
}
