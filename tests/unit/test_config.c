/* common/config.h: what is read, and for everything that is refused its file, line and reason. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/config.h"
#include "common/error.h"
#include "common/protocol.h"

static char folder[] = "/tmp/rempart-config-XXXXXX";
static char path[64];
static struct rp_config config;
static char why[512];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/rempart.conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int read_bytes(const char *text, size_t len)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	memset(&config, 0xee, sizeof config);
	why[0] = '\0';
	return rp_config_read(&config, path, why, sizeof why);
}

static int read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void assert_why(const char *where_and_reason)
{
	char whole[sizeof why];

	snprintf(whole, sizeof whole, "%s:%s", path, where_and_reason);
	assert_string_equal(why, whole);
}

static void every_key(void **state)
{
	(void)state;
	assert_int_equal(
		read_text("# a comment\n; another\n\n[rempartd]\nsocket = /s\nstate=/t\n"
			  "key = credential:key\nportals = www-data 33\nlog = stderr\n"
			  "corpus = /c\nfetch = /f\n"
			  "[breach]\nmode = audit\nchange_min = 2\nlogin_min = 3\nunknown_change = refuse\n"
			  "unknown_login = allow\n[fetch]\nsocket = /fs\npasswords_url = https://x/\n"
			  "ca_file = /ca\nproxy = http://p:1\n"
			  "[policy]\nenrolment = required\ndeadline = 2027-01-31\n"
			  "exempt_groups = a b\nexempt_services = cron\nself_enrolment = none\n"
			  "issuer = Santé & Co\nwindow = 2\n[throttle]\naccount_free = 1\n"
			  "account_max_wait = 90\npair_free = 2\npair_max_wait = 2m\n"
			  "source_free = 100000\nsource_max_wait = 1d\nshut_after = 7\nlane_days = 0"),
		0);
	assert_string_equal(why, "");
	assert_string_equal(config.socket, "/s");
	assert_string_equal(config.state, "/t");
	assert_string_equal(config.key, "credential:key");
	assert_string_equal(config.portals, "www-data 33");
	assert_true(config.log_stderr);
	assert_string_equal(config.corpus, "/c");
	assert_string_equal(config.fetch, "/f");
	assert_true(config.breach_audit);
	assert_int_equal(config.change_min, 2);
	assert_int_equal(config.login_min, 3);
	assert_int_equal(config.unknown_change, RP_UNKNOWN_REFUSE);
	assert_int_equal(config.unknown_login, RP_UNKNOWN_ALLOW);
	assert_string_equal(config.fetch_socket, "/fs");
	assert_string_equal(config.passwords_url, "https://x/");
	assert_string_equal(config.ca_file, "/ca");
	assert_string_equal(config.proxy, "http://p:1");
	assert_true(config.required);
	assert_int_equal(config.deadline, 1801353600);
	assert_string_equal(config.exempt_groups, "a b");
	assert_string_equal(config.exempt_services, "cron");
	assert_string_equal(config.self_enrolment, "none");
	assert_string_equal(config.issuer, "Santé & Co");
	assert_int_equal(config.window, 2);
	assert_int_equal(config.account.free, 1);
	assert_int_equal(config.account.max_wait, 90);
	assert_int_equal(config.pair.free, 2);
	assert_int_equal(config.pair.max_wait, 120);
	assert_int_equal(config.source.free, 100000);
	assert_int_equal(config.source.max_wait, 86400);
	assert_int_equal(config.shut_after, 7);
	assert_int_equal(config.lane_days, 0);
}

static void nothing_leaves_the_defaults(void **state)
{
	struct rp_config defaults;
	(void)state;

	rp_config_defaults(&defaults);
	assert_string_equal(defaults.socket, RP_SOCKET_DEFAULT);
	assert_string_equal(defaults.state, "/var/lib/rempart");
	assert_false(defaults.required);
	assert_int_equal(defaults.deadline, RP_NO_DEADLINE);
	assert_int_equal(defaults.window, 1);
	assert_int_equal(defaults.account.max_wait, 900);
	assert_true(defaults.shut_after <= 100);
	assert_int_equal(read_text(""), 0);
	assert_memory_equal(&config, &defaults, sizeof config);
	assert_int_equal(read_text("# only a comment"), 0);
	assert_memory_equal(&config, &defaults, sizeof config);
}

/* A default in the words of the file reads as the default. */
static void the_table_of_keys(void **state)
{
	const char *section, *name, *fallback;
	struct rp_config defaults;
	char text[4096] = "";
	unsigned n = 0;
	(void)state;

	for (; rp_config_key(n, &section, &name, &fallback); n++)
		sprintf(text + strlen(text), "[%s]\n%s = %s\n", section, name, fallback);
	assert_true(n > 10);
	assert_false(rp_config_key(n, &section, &name, &fallback));
	assert_false(rp_config_key((unsigned)-1, &section, &name, &fallback));
	rp_config_defaults(&defaults);
	assert_int_equal(read_text(text), 0);
	assert_memory_equal(&config, &defaults, sizeof config);
}

static void lists_grow(void **state)
{
	(void)state;
	assert_int_equal(read_text("[rempartd]\nportals = a b\n  c\n\td\nportals = e\n"), 0);
	assert_string_equal(config.portals, "a b c d e");
	/* the default is replaced, not added to */
	assert_int_equal(read_text("[policy]\nself_enrolment = sudo\nself_enrolment = su\n"), 0);
	assert_string_equal(config.self_enrolment, "sudo su");
	assert_int_equal(read_text("[policy]\nself_enrolment =\n"), 0);
	assert_string_equal(config.self_enrolment, "");
}

static void a_list_has_its_limit(void **state)
{
	static char text[2 * RP_LIST_MAX] = "[rempartd]\n";
	(void)state;

	/* 32 times 63 letters and a blank fill 2048 bytes, the NUL among them */
	for (int i = 0; i < 32; i++)
		sprintf(text + strlen(text), "portals = %063d\n", i);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(strlen(config.portals), RP_LIST_MAX - 1);
	strcat(text, "portals = x\n");
	assert_int_equal(read_text(text), RP_EINVAL);
	assert_why("34: [rempartd] portals: the list is too long");
}

static void refused(void **state)
{
	static const struct {
		const char *text, *why;
	} v[] = {
		{"[policy]\nwindw = 1\n", "2: unknown key \"windw\" in [policy]"},
		{"\n[rempartd]\nwindow = 1\n", "3: unknown key \"window\" in [rempartd]"},
		{"window = 1\n", "1: unknown key \"window\" in []"},
		{"[Policy]\nwindow = 1\n", "2: unknown key \"window\" in [Policy]"},
		{"[policy]\nwindow\n", "2: not a [section], a key = value or a # comment"},
		{"[policy\n", "1: not a [section], a key = value or a # comment"},
		{"[policy]\nwindow = 1\nwindow = 1\n", "3: [policy] window: it is given twice"},
		{"[policy]\nissuer = a\n b\n", "3: [policy] issuer: it is given twice"},
		{"[policy]\nwindow =\n", "2: [policy] window: a number from 0 to 2 is needed"},
		{"[policy]\nwindow = 3\n", "2: [policy] window: a number from 0 to 2 is needed"},
		{"[policy]\nwindow = -1\n", "2: [policy] window: a number from 0 to 2 is needed"},
		{"[policy]\nwindow = 1m\n", "2: [policy] window: a number from 0 to 2 is needed"},
		{"[policy]\nwindow = one\n", "2: [policy] window: a number from 0 to 2 is needed"},
		{"[policy]\nwindow = 99999999999999999999\n",
		 "2: [policy] window: a number from 0 to 2 is needed"},
		{"[throttle]\npair_max_wait = 25h\n", "2: [throttle] pair_max_wait: a number from 1 to 86400 "
						      "(seconds; 15m, 2h and 1d work too) is needed"},
		{"[throttle]\npair_max_wait = 5w\n", "2: [throttle] pair_max_wait: a number from 1 to 86400 "
						     "(seconds; 15m, 2h and 1d work too) is needed"},
		{"[throttle]\npair_max_wait = 5mm\n", "2: [throttle] pair_max_wait: a number from 1 to 86400 "
						      "(seconds; 15m, 2h and 1d work too) is needed"},
		{"[throttle]\npair_max_wait = 0\n", "2: [throttle] pair_max_wait: a number from 1 to 86400 "
						    "(seconds; 15m, 2h and 1d work too) is needed"},
		{"[throttle]\nshut_after = 101\n",
		 "2: [throttle] shut_after: a number from 1 to 100 is needed"},
		{"[rempartd]\nsocket = run/s\n", "2: [rempartd] socket: an absolute path is needed"},
		{"[rempartd]\nsocket =\n", "2: [rempartd] socket: an absolute path is needed"},
		{"[rempartd]\nkey =\n", "2: [rempartd] key: it is empty"},
		{"[rempartd]\nlog = file\n", "2: [rempartd] log: syslog or stderr is needed"},
		{"[policy]\nenrolment = yes\n", "2: [policy] enrolment: optional or required is needed"},
		{"[breach]\nunknown_login = x\n",
		 "2: [breach] unknown_login: allow, refuse or recheck is needed"},
		{"[rempartd]\ncorpus = c\n", "2: [rempartd] corpus: an absolute path or none is needed"},
		{"[policy]\ndeadline = 31.12.2027\n", "2: [policy] deadline: YYYY-MM-DD or none is needed"},
		{"[policy]\ndeadline = 2027-02-29\n", "2: [policy] deadline: YYYY-MM-DD or none is needed"},
		/* of several faults the first is told */
		{"[policy]\nx = 1\nwindow\ny = 1\n", "2: unknown key \"x\" in [policy]"},
		{"[policy]\nwindow\nx = 1\n", "2: not a [section], a key = value or a # comment"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_int_equal(read_text(v[i].text), RP_EINVAL);
		assert_why(v[i].why);
	}
}

static void a_text_that_is_too_long(void **state)
{
	char text[256];
	(void)state;

	snprintf(text, sizeof text, "[policy]\nissuer = %0127d\n", 1);
	assert_int_equal(read_text(text), 0);
	snprintf(text, sizeof text, "[policy]\nissuer = %0128d\n", 1);
	assert_int_equal(read_text(text), RP_EINVAL);
	assert_why("2: [policy] issuer: it is too long");
}

static void a_line_that_is_too_long(void **state)
{
	static char text[4096];
	(void)state;

	/* its tail must not be read as a line of its own */
	snprintf(text, sizeof text, "[policy]\n#%0300d\nwindow = 2\n", 0);
	assert_int_equal(read_text(text), RP_EINVAL);
	assert_why("2: the line is too long");
	snprintf(text, sizeof text, "[policy]\nissuer = a\n#%0300d", 0);
	assert_int_equal(read_text(text), RP_EINVAL);
	assert_why("3: the line is too long");
}

/* What is behind a NUL would be skipped in silence. */
static void a_nul_in_a_line(void **state)
{
	static const char inside[] = "[policy]\nwindow = 2\0 or so\nenrolment = required\n";
	static const char at_the_end[] = "[policy]\nwindow = 2\nissuer = a\0b";
	(void)state;

	assert_int_equal(read_bytes(inside, sizeof inside - 1), RP_EINVAL);
	assert_why("2: the line has a NUL in it");
	assert_int_equal(read_bytes(at_the_end, sizeof at_the_end - 1), RP_EINVAL);
	assert_why("3: the line has a NUL in it");
}

static void no_such_file(void **state)
{
	(void)state;
	unlink(path);
	assert_int_equal(rp_config_read(&config, path, why, sizeof why), RP_ENOENT);
	assert_why(" No such file or directory");
	assert_int_equal(config.window, 1); /* the defaults, whatever happened */
}

static void what_is_no_file(void **state)
{
	char whole[128];
	(void)state;

	assert_int_equal(rp_config_read(&config, folder, why, sizeof why), RP_EPERM);
	snprintf(whole, sizeof whole, "%s: not a regular file", folder);
	assert_string_equal(why, whole);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(rp_config_read(&config, path, why, sizeof why), RP_EPERM); /* and does not hang */
	assert_why(" not a regular file");
	unlink(path);
	assert_int_equal(symlink("rempart.conf", path), 0);
	assert_int_equal(rp_config_read(&config, path, why, sizeof why), RP_EIO);
	assert_why(" Too many levels of symbolic links");
}

static void a_file_that_others_may_write(void **state)
{
	static const mode_t modes[] = {0620, 0602, 0666, 0660};
	char reason[256];
	(void)state;

	assert_int_equal(read_text("[policy]\nwindow = 2\n"), 0);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_int_equal(rp_config_read(&config, path, why, sizeof why), RP_EPERM);
		snprintf(reason, sizeof reason, " others may write it (mode %04o); chmod go-w %s",
			 (unsigned)modes[i], path);
		assert_why(reason);
		assert_int_equal(config.window, 1);
	}
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(rp_config_read(&config, path, why, sizeof why), 0);
}

/* In a child that is another user; exits with minus the error. */
static int read_as(uid_t uid, char said[512])
{
	int p[2], status;
	pid_t child;
	ssize_t n;

	assert_int_equal(pipe(p), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (!child) {
		int err = setresuid(uid, uid, uid) ? 1 : rp_config_read(&config, path, why, sizeof why);

		_exit(write(p[1], why, strlen(why)) < 0 ? 99 : -err);
	}
	close(p[1]);
	n = read(p[0], said, 511);
	close(p[0]);
	assert_true(n >= 0);
	said[n] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void whose_the_file_is(void **state)
{
	char said[512];
	(void)state;

	if (geteuid()) {
		print_message("[  SKIP  ] the owner of the file can only be changed by root\n");
		skip();
	}
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(read_text("[policy]\nwindow = 2\n"), 0);
	assert_int_equal(read_as(4321, said), RP_EPERM); /* 0600 and root's */
	assert_non_null(strstr(said, ": Permission denied"));
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(read_as(4321, said), 0); /* root may always write it */
	assert_int_equal(chown(path, 4321, (gid_t)-1), 0);
	assert_int_equal(read_as(4321, said), 0); /* his own */
	assert_int_equal(read_as(4322, said), RP_EPERM);
	assert_non_null(strstr(said, ": it belongs to uid 4321; it must belong to root or to uid 4322"));
	assert_int_equal(rp_config_read(&config, path, why, sizeof why), RP_EPERM); /* root trusts nobody */
	assert_why(" it belongs to uid 4321; it must belong to root or to uid 0");
}

static void leaves_no_descriptor(void **state)
{
	int before = dup(0), after;
	(void)state;

	assert_int_equal(close(before), 0);
	read_text("[policy]\nwindow = 2\n");
	read_text("[policy]\nwindow = 3\n");
	assert_int_equal(chmod(path, 0666), 0);
	rp_config_read(&config, path, why, sizeof why);
	rp_config_read(&config, folder, why, sizeof why);
	after = dup(0);
	assert_int_equal(after, before);
	close(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key),
		cmocka_unit_test(nothing_leaves_the_defaults),
		cmocka_unit_test(the_table_of_keys),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(a_list_has_its_limit),
		cmocka_unit_test(refused),
		cmocka_unit_test(a_text_that_is_too_long),
		cmocka_unit_test(a_line_that_is_too_long),
		cmocka_unit_test(a_nul_in_a_line),
		cmocka_unit_test(no_such_file),
		cmocka_unit_test(what_is_no_file),
		cmocka_unit_test(a_file_that_others_may_write),
		cmocka_unit_test(whose_the_file_is),
		cmocka_unit_test(leaves_no_descriptor),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
