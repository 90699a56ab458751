#include "common/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "common/error.h"
#include "common/protocol.h"
#include "common/range.h"

enum kind { PATH, PATH_OR_NONE, LIST, TEXT, COUNT, SECONDS, DATE, CHOICE };

#define WORDS_MAX 3

struct key {
	const char *section, *name;
	enum kind kind;
	size_t offset, size;
	int64_t min, max;
	const char *fallback;	      /* the default, in the words of the file */
	const char *words[WORDS_MAX]; /* CHOICE: 0, 1, … */
};

#define NO_YES                                                                                               \
	{                                                                                                    \
		"no", "yes"                                                                                  \
	}

#define COUNTS_WORDS                                                                                         \
	{                                                                                                    \
		[RP_COUNTS_SINCE_PROOF] = "since-proof", [RP_COUNTS_ALWAYS] = "always",                      \
		[RP_COUNTS_NEVER] = "never"                                                                  \
	}

#define AT(field) offsetof(struct rp_config, field), sizeof(((struct rp_config *)0)->field)

#define UNKNOWN_WORDS                                                                                        \
	{                                                                                                    \
		[RP_UNKNOWN_ALLOW] = "allow", [RP_UNKNOWN_REFUSE] = "refuse",                                \
		[RP_UNKNOWN_RECHECK] = "recheck"                                                             \
	}

static const struct key keys[] = {
	{"rempartd", "socket", PATH, AT(socket), 0, 0, RP_SOCKET_DEFAULT, {0}},
	{"rempartd", "state", PATH, AT(state), 0, 0, RP_STATE_DEFAULT, {0}},
	{"rempartd", "key", TEXT, AT(key), 0, 0, "/etc/rempart/key", {0}},
	{"rempartd", "portals", LIST, AT(portals), 0, 0, "", {0}},
	{"rempartd", "corpus", PATH_OR_NONE, AT(corpus), 0, 0, "/usr/share/rempart/common.corpus", {0}},
	{"rempartd", "fetch", PATH_OR_NONE, AT(fetch), 0, 0, "none", {0}},
	{"rempartd", "log", CHOICE, AT(log_stderr), 0, 0, "syslog", {"syslog", "stderr"}},
	{"policy", "enrolment", CHOICE, AT(required), 0, 0, "optional", {"optional", "required"}},
	{"policy", "deadline", DATE, AT(deadline), 0, 0, "none", {0}},
	{"policy", "exempt_groups", LIST, AT(exempt_groups), 0, 0, "", {0}},
	{"policy", "exempt_services", LIST, AT(exempt_services), 0, 0, "", {0}},
	{"policy", "self_enrolment", LIST, AT(self_enrolment), 0, 0, "sshd login cockpit", {0}},
	{"policy", "issuer", TEXT, AT(issuer), 0, 0, "Rempart", {0}},
	{"policy", "window", COUNT, AT(window), 0, 2, "1", {0}},
	{"breach", "mode", CHOICE, AT(breach_audit), 0, 0, "enforce", {"enforce", "audit"}},
	{"breach", "change_min", COUNT, AT(change_min), 1, 1000000000, "1", {0}},
	{"breach", "login_min", COUNT, AT(login_min), 1, 1000000000, "1", {0}},
	{"breach", "unknown_change", CHOICE, AT(unknown_change), 0, 0, "recheck", UNKNOWN_WORDS},
	{"breach", "unknown_login", CHOICE, AT(unknown_login), 0, 0, "recheck", UNKNOWN_WORDS},
	{"mailbox", "mode", CHOICE, AT(mailbox_audit), 0, 0, "enforce", {"enforce", "audit"}},
	{"mailbox", "lookup", CHOICE, AT(mailbox_lookup), 0, 0, "no", NO_YES},
	{"mailbox", "email_exact", CHOICE, AT(email_exact), 0, 0, "no", NO_YES},
	{"mailbox", "max_age", SECONDS, AT(max_age), 3600, 31536000, "30d", {0}},
	{"mailbox", "stealer_logs", CHOICE, AT(stealer_logs), 0, 0, "always", COUNTS_WORDS},
	{"mailbox", "breaches", CHOICE, AT(breaches), 0, 0, "since-proof", COUNTS_WORDS},
	{"mailbox", "unverified", CHOICE, AT(unverified), 0, 0, "no", NO_YES},
	{"mailbox", "fabricated", CHOICE, AT(fabricated), 0, 0, "no", NO_YES},
	{"mailbox", "spam_lists", CHOICE, AT(spam_lists), 0, 0, "no", NO_YES},
	{"mailbox", "without_passwords", CHOICE, AT(without_passwords), 0, 0, "no", NO_YES},
	{"mailbox", "proved_before", DATE, AT(proved_before), 0, 0, "none", {0}},
	{"mailbox", "providers", CHOICE, AT(providers), 0, 0, "no", NO_YES},
	{"mailbox", "unknown_reset", CHOICE, AT(unknown_reset), 0, 0, "refuse", {"allow", "refuse"}},
	{"mailbox", "reset_code", CHOICE, AT(reset_code), 0, 0, "yes", NO_YES},
	{"mailbox", "code_after_reset", CHOICE, AT(code_after_reset), 0, 0, "yes", NO_YES},
	{"mailbox", "cooling", SECONDS, AT(cooling), 0, 31536000, "7d", {0}},
	{"mailbox", "help_text", TEXT, AT(help_text), 0, 0, "Please ask your help desk.", {0}},
	{"mailbox", "sweep_rate", COUNT, AT(sweep_rate), 0, 1000000, "0", {0}},
	{"fetch", "socket", PATH, AT(fetch_socket), 0, 0, RP_RANGE_SOCKET_DEFAULT, {0}},
	{"fetch",
	 "passwords_url",
	 TEXT,
	 AT(passwords_url),
	 0,
	 0,
	 "https://api.pwnedpasswords.com/range/",
	 {0}},
	{"fetch", "email_url", TEXT, AT(email_url), 0, 0, "https://haveibeenpwned.com/api/v3/", {0}},
	{"fetch", "api_key_file", TEXT, AT(api_key_file), 0, 0, "none", {0}},
	{"fetch", "portal_domain", TEXT, AT(portal_domain), 0, 0, "none", {0}},
	{"fetch", "ca_file", PATH_OR_NONE, AT(ca_file), 0, 0, "none", {0}},
	{"fetch", "proxy", TEXT, AT(proxy), 0, 0, "none", {0}},
	{"throttle", "account_free", COUNT, AT(account.free), 1, 100, "10", {0}},
	{"throttle", "account_max_wait", SECONDS, AT(account.max_wait), 1, 86400, "15m", {0}},
	{"throttle", "pair_free", COUNT, AT(pair.free), 1, 100, "5", {0}},
	{"throttle", "pair_max_wait", SECONDS, AT(pair.max_wait), 1, 86400, "15m", {0}},
	{"throttle", "source_free", COUNT, AT(source.free), 1, 100000, "50", {0}},
	{"throttle", "source_max_wait", SECONDS, AT(source.max_wait), 1, 86400, "15m", {0}},
	{"throttle", "shut_after", COUNT, AT(shut_after), 1, 100, "100", {0}},
	{"throttle", "lane_days", COUNT, AT(lane_days), 0, 3650, "90", {0}},
};

bool rp_list_has(const char *list, const char *word)
{
	size_t want = strlen(word);

	while (*list) {
		size_t n;

		list += strspn(list, " \t,");
		n = strcspn(list, " \t,");
		if (n && n == want && !memcmp(list, word, n))
			return true;
		list += n;
	}
	return false;
}

int rp_date_parse(const char *s, int64_t *out)
{
	struct tm said = {0}, real;
	time_t t;

	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? s[i] != '-' : !isdigit((unsigned char)s[i]))
			return RP_EINVAL;
	if (s[10])
		return RP_EINVAL;
	said.tm_year = (int)strtol(s, NULL, 10) - 1900;
	said.tm_mon = (int)strtol(s + 5, NULL, 10) - 1;
	said.tm_mday = (int)strtol(s + 8, NULL, 10);
	real = said;
	t = timegm(&real); /* turns 31 February into a day of March */
	if (real.tm_mon != said.tm_mon || real.tm_mday != said.tm_mday)
		return RP_EINVAL;
	*out = t;
	return 0;
}

/* Digits, with a unit behind them where one is allowed. */
static int parse_digits(const char *s, bool unit_allowed, int64_t *out)
{
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	const char *units = "smhd", *unit;
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno || end == s || n < 0 || n > INT32_MAX)
		return RP_EINVAL;
	if (unit_allowed && *end) {
		unit = strchr(units, *end);
		if (!unit)
			return RP_EINVAL;
		n *= seconds[unit - units];
		end++;
	}
	if (*end)
		return RP_EINVAL;
	*out = n;
	return 0;
}

int rp_seconds_parse(const char *s, int64_t *out)
{
	return parse_digits(s, true, out);
}

static int parse_number(const struct key *k, const char *value, int64_t *out)
{
	int64_t n;

	if (parse_digits(value, k->kind == SECONDS, &n) || n < k->min || n > k->max)
		return RP_EINVAL;
	*out = n;
	return 0;
}

static const char *choose(const struct key *k, const char *value, unsigned *at, char *hint, size_t size)
{
	size_t used = 0;

	for (unsigned i = 0; i < WORDS_MAX && k->words[i]; i++) {
		bool last = i + 1 == WORDS_MAX || !k->words[i + 1];

		if (!strcmp(value, k->words[i])) {
			*at = i;
			return NULL;
		}
		used += (size_t)snprintf(hint + used, size - used, "%s%s",
					 !i	? ""
					 : last ? " or "
						: ", ",
					 k->words[i]);
	}
	snprintf(hint + used, size - used, " is needed");
	return hint;
}

/* Stores value at k's place. NULL on success, else what a value of k looks like. */
static const char *set(struct rp_config *c, const struct key *k, const char *value, char *hint, size_t size)
{
	char *at = (char *)c + k->offset;
	int64_t *number = (int64_t *)at;
	size_t used;

	switch (k->kind) {
	case PATH_OR_NONE:
		at[0] = '\0';
		if (!strcmp(value, "none"))
			return NULL;
		if (value[0] != '/')
			return "an absolute path or none is needed";
		/* fall through */
	case PATH:
		if (value[0] != '/')
			return "an absolute path is needed";
		/* fall through */
	case TEXT:
		if (!value[0])
			return "it is empty";
		/* fall through */
		snprintf(at, k->size, "%s", value);
		return strlen(value) < k->size ? NULL : "it is too long";
	case LIST: /* given again, or on a continuation line: more of the list */
		used = strlen(at);
		snprintf(at + used, k->size - used, "%s%s", used ? " " : "", value);
		return used + strlen(value) + 1 < k->size ? NULL : "the list is too long";
	case COUNT:
	case SECONDS:
		snprintf(hint, size, "a number from %lld to %lld%s is needed", (long long)k->min,
			 (long long)k->max, k->kind == SECONDS ? " (seconds; 15m, 2h and 1d work too)" : "");
		return parse_number(k, value, number) ? hint : NULL;
	case DATE:
		*number = RP_NO_DEADLINE;
		return !strcmp(value, "none") || !rp_date_parse(value, number)
			       ? NULL
			       : "YYYY-MM-DD or none is needed";
	case CHOICE:
		return choose(k, value, (unsigned *)at, hint, size);
	}
	return "unknown kind";
}

struct reading {
	struct rp_config *config;
	FILE *file;
	unsigned line;
	unsigned failed_line;
	char reason[256];
	bool seen[sizeof keys / sizeof *keys];
};

static void refuse_line(struct reading *r, const char *reason)
{
	if (r->failed_line)
		return;
	r->failed_line = r->line;
	snprintf(r->reason, sizeof r->reason, "%s", reason);
}

/* libinih does not tell its handler the line: count them here, and refuse one that it would cut. */
static char *next_line(char *buf, int size, void *stream)
{
	struct reading *r = stream;
	int n = 0, c = 0;

	r->line++;
	while (n < size - 1 && c != '\n' && (c = getc(r->file)) != EOF) {
		if (c == '\0')
			refuse_line(r, "the line has a NUL in it");
		buf[n++] = (char)c;
	}
	buf[n] = '\0';
	if (n && c != '\n' && c != EOF)
		refuse_line(r, "the line is too long");
	return n ? buf : NULL;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	char hint[160], reason[sizeof r->reason];
	const char *wrong;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcmp(keys[i].section, section) || strcmp(keys[i].name, name))
			continue;
		if (keys[i].kind == LIST && !r->seen[i])
			((char *)r->config)[keys[i].offset] = '\0';
		wrong = r->seen[i] && keys[i].kind != LIST
				? "it is given twice"
				: set(r->config, &keys[i], value, hint, sizeof hint);
		r->seen[i] = true;
		if (!wrong)
			return 1;
		snprintf(reason, sizeof reason, "[%s] %s: %s", section, name, wrong);
		refuse_line(r, reason);
		return 0;
	}
	snprintf(reason, sizeof reason, "unknown key \"%s\" in [%s]", name, section);
	refuse_line(r, reason);
	return 0;
}

bool rp_config_key(unsigned i, const char **section, const char **name, const char **fallback)
{
	if (i >= sizeof keys / sizeof *keys)
		return false;
	*section = keys[i].section;
	*name = keys[i].name;
	*fallback = keys[i].fallback;
	return true;
}

void rp_config_defaults(struct rp_config *c)
{
	char hint[160];

	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		set(c, &keys[i], keys[i].fallback, hint, sizeof hint);
}

static int check_owner(int fd, const char *path, char *why, unsigned size)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		snprintf(why, size, "%s: not a regular file", path);
		return RP_EPERM;
	}
	if (st.st_uid && st.st_uid != geteuid()) {
		snprintf(why, size, "%s: it belongs to uid %u; it must belong to root or to uid %u", path,
			 (unsigned)st.st_uid, (unsigned)geteuid());
		return RP_EPERM;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		snprintf(why, size, "%s: others may write it (mode %04o); chmod go-w %s", path,
			 (unsigned)st.st_mode & 07777, path);
		return RP_EPERM;
	}
	return 0;
}

int rp_config_read(struct rp_config *c, const char *path, char *why, unsigned why_size)
{
	struct reading r = {.config = c};
	int fd, err;

	rp_config_defaults(c);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		snprintf(why, why_size, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? RP_ENOENT : errno == EACCES ? RP_EPERM : RP_EIO;
	}
	err = check_owner(fd, path, why, why_size);
	if (err) {
		close(fd);
		return err;
	}
	r.file = fdopen(fd, "r");
	if (!r.file) {
		close(fd);
		snprintf(why, why_size, "%s: %s", path, strerror(errno));
		return RP_ENOMEM;
	}
	err = ini_parse_stream(next_line, &r, on_key, &r);
	if (ferror(r.file)) {
		snprintf(why, why_size, "%s:%u: %s", path, r.line, strerror(errno));
		err = RP_EIO;
	} else if (r.failed_line && (err <= 0 || r.failed_line <= (unsigned)err)) {
		snprintf(why, why_size, "%s:%u: %s", path, r.failed_line, r.reason);
		err = RP_EINVAL;
	} else if (err) {
		snprintf(why, why_size, "%s:%d: not a [section], a key = value or a # comment", path, err);
		err = RP_EINVAL;
	}
	fclose(r.file);
	return err;
}
