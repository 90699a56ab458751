/* rempart doctor: looks at everything a login depends on, and says how to mend what is wrong. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>
#include "cli/leakcheck.h"
#include "cli/mailcheck.h"
#include "cli/pamfiles.h"
#include "cli/report.h"
#include "common/dial.h"
#include "common/error.h"
#include "engine/clock.h"
#include "engine/permit.h"

#define USAGE "doctor [--pam-dir DIR] [--module FILE]"
#define LITTLE_MB 100
#define TOO_LITTLE_MB 10
#define BUDGET_MS 3000
#define OWNER N_("Run this as root, or correct owner and mode: rempartd's user, 0700 and 0600.")

/* Nobody but its owner has any business with path. */
static void check_private(struct cli_report *r, const char *path)
{
	struct cli *c = r->cli;
	struct stat st;

	if (stat(path, &st) && errno == ENOENT)
		cli_report(r, CLI_FAIL,
			   T(c, N_("rempart init makes what is missing; a lost key is in your backup.")),
			   T(c, N_("%s is missing")), path);
	else if (stat(path, &st))
		cli_report(r, CLI_FAIL, T(c, OWNER), "%s: %s", path, strerror(errno));
	else if (st.st_mode & 077)
		cli_report(r, CLI_FAIL,
			   T(c, N_("Take the rights of group and others away: chmod go= on it.")),
			   T(c, N_("%s can be reached by others (mode %04o)")), path,
			   (unsigned)st.st_mode & 07777);
	else
		cli_report(r, CLI_OK, NULL, "%s", path);
}

/* rempartd runs as whom the folder belongs to, and must be able to use what is in it and the key. */
static void check_owners(struct cli_report *r)
{
	struct cli *c = r->cli;
	char store[RP_PATH_MAX + 16];
	const char *const paths[] = {store, c->config.key};
	char mend[2 * RP_PATH_MAX + 128];
	struct stat folder, st;

	snprintf(store, sizeof store, "%s/store.db", c->config.state);
	for (int i = 0; !stat(c->config.state, &folder) && i < 2; i++) {
		if (stat(paths[i], &st) || st.st_uid == folder.st_uid)
			continue;
		snprintf(mend, sizeof mend,
			 T(c, N_("Give it to the folder's owner: chown --reference=%s %s")), c->config.state,
			 paths[i]);
		/* Root could use it all the same. */
		cli_report(r, folder.st_uid ? CLI_FAIL : CLI_WARN, mend,
			   T(c, N_("%s belongs to uid %u, but the folder %s to uid %u")), paths[i],
			   (unsigned)st.st_uid, c->config.state, (unsigned)folder.st_uid);
	}
}

static void check_space(struct cli_report *r)
{
	struct cli *c = r->cli;
	struct statvfs fs;
	unsigned long long mb;

	if (statvfs(c->config.state, &fs))
		return; /* check_private has said that it is missing */
	mb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
	cli_report(r,
		   mb < TOO_LITTLE_MB ? CLI_FAIL
		   : mb < LITTLE_MB   ? CLI_WARN
				      : CLI_OK,
		   mb < LITTLE_MB ? T(c, N_("Make room: without any, logins are refused.")) : NULL,
		   T(c, N_("%llu MB free for the store")), mb);
}

static void check_key(struct cli_report *r)
{
	struct cli *c = r->cli;
	char why[512];
	int err = en_seal_open(&c->seal, c->config.key, why, sizeof why);

	if (err)
		cli_report(r, CLI_FAIL,
			   err == RP_EPERM ? T(c, OWNER)
					   : T(c, N_("Bring the key file back from your backup, mode 0600.")),
			   "%s", why);
	else if (en_seal_generations(c->seal) > 1)
		cli_report(r, CLI_WARN, T(c, N_("Finish it: rempart key rotate")),
			   T(c, N_("a rotation of the key was not finished")));
	else
		cli_report(r, CLI_OK, NULL, T(c, N_("the key opens (generation %u)")),
			   en_seal_generation(c->seal));
}

static void check_fit(struct cli_report *r)
{
	struct cli *c = r->cli;
	int err;

	st_turn_clear(c->turn);
	if (st_begin(c->store, c->turn, BUDGET_MS)) {
		cli_report(r, CLI_FAIL, T(c, N_("Look at the disk; who holds the store for so long?")), "%s",
			   st_why(c->store));
		return;
	}
	err = en_seal_check(c->seal, c->store);
	st_rollback(c->store);
	if (err)
		cli_report(r, CLI_FAIL, T(c, N_("Bring back the key file that belongs to this store.")),
			   T(c, N_("the store was made with another key")));
	else
		cli_report(r, CLI_OK, NULL, "%s", T(c, N_("the key fits the store")));
}

static int newest_time(const struct st_event *e, void *ctx)
{
	*(int64_t *)ctx = e->time;
	return 0;
}

static void check_contents(struct cli_report *r)
{
	struct cli *c = r->cli;
	int64_t newest = 0;

	if (st_verify(c->store))
		cli_report(r, CLI_FAIL, T(c, N_("Stop rempartd and restore the newest backup.")), "%s",
			   st_why(c->store));
	else
		cli_report(r, CLI_OK, NULL, "%s", T(c, N_("every record of the store is whole")));
	if (cli_import_unfinished(c))
		cli_report(r, CLI_WARN,
			   T(c, N_("Run the same rempart import again; it goes on where it stopped.")), "%s",
			   T(c, N_("an import was not finished")));
	st_each_event(c->store, 0, 1, NULL, newest_time, &newest);
	if (newest - cli_now() >= EN_CLOCK_JUMP)
		cli_report(r, CLI_FAIL, T(c, N_("Set the clock; codes are refused until it has caught up.")),
			   T(c, N_("the clock is %lld s behind the newest event")),
			   (long long)(newest - cli_now()));
}

static void check_store(struct cli_report *r)
{
	struct cli *c = r->cli;
	int err = st_open(&c->store, c->config.state, false);

	if (err) {
		cli_report(r, CLI_FAIL,
			   err == RP_ENOENT  ? T(c, N_("Make it: rempart init"))
			   : err == RP_EPERM ? T(c, OWNER)
					     : T(c, N_("Stop rempartd and restore the newest backup.")),
			   "%s", st_why(NULL));
		return;
	}
	cli_report(r, CLI_OK, NULL, "%s", T(c, N_("the store opens")));
	if (c->seal)
		check_fit(r);
	check_contents(r);
}

static void check_clock(struct cli_report *r)
{
	struct cli *c = r->cli;
	struct timex t = {0};
	int state = adjtimex(&t);

	if (state < 0 || state == TIME_ERROR || t.status & STA_UNSYNC)
		cli_report(r, CLI_WARN,
			   T(c, N_("Codes depend on the time: let systemd-timesyncd or chrony keep it.")),
			   "%s", T(c, N_("the clock is not synchronised")));
	else
		cli_report(r, CLI_OK, NULL, "%s", T(c, N_("the clock is synchronised")));
}

static void check_socket_folder(struct cli_report *r)
{
	char copy[RP_PATH_MAX];
	struct stat st;

	memcpy(copy, r->cli->config.socket, sizeof copy);
	if (!stat(dirname(copy), &st) && st.st_mode & (S_IWGRP | S_IWOTH) && !(st.st_mode & S_ISVTX))
		cli_report(r, CLI_FAIL,
			   T(r->cli, N_("Take the right to write away: somebody could listen there.")),
			   T(r->cli, N_("others may write into the folder of %s")), r->cli->config.socket);
}

static void check_daemon(struct cli_report *r)
{
	struct cli *c = r->cli;
	struct rp_request req = {.version = RP_VERSION, .verb = RP_PING};
	struct rp_reply rep;
	int err = rp_ask(c->config.socket, &req, &rep, BUDGET_MS, cli_trusts, c);

	check_socket_folder(r);
	if (err)
		cli_report(r, CLI_FAIL, cli_daemon_mend(c, err),
			   T(c, N_("rempartd does not answer at %s: %s")), c->config.socket,
			   rp_strerror(err));
	else if (rep.verdict != RP_OK)
		cli_report(r, CLI_FAIL, T(c, N_("Its log says why: journalctl -u rempartd")), "%s",
			   T(c, N_("rempartd answers, but cannot decide")));
	else
		cli_report(r, CLI_OK, NULL, T(c, N_("rempartd answers at %s")), c->config.socket);
}

static void check_portals(struct cli_report *r)
{
	struct en_portals portals;
	char word[64];

	if (en_permit_portals(&portals, r->cli->config.portals, word))
		cli_report(r, CLI_FAIL, T(r->cli, N_("Correct the name, or take it out of the list.")),
			   T(r->cli, N_("[rempartd] portals: there is no user %s")), word);
}

int cli_doctor(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{"pam-dir", required_argument, NULL, 'p'}, {"module", required_argument, NULL, 'm'}, {0}};
	struct cli_report r = {.cli = c};
	const char *pam = "/etc/pam.d", *module = "/lib/" REMPART_MULTIARCH "/security/pam_rempart.so";
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'p')
			pam = optarg;
		else if (o == 'm')
			module = optarg;
		else
			return cli_usage(USAGE);
	}
	if (optind != argc)
		return cli_usage(USAGE);
	c->turn = st_turn_new();
	if (!c->turn)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	cli_report(&r, CLI_OK, NULL, "%s", c->config_path);
	check_portals(&r);
	check_private(&r, c->config.state);
	check_owners(&r);
	check_space(&r);
	check_key(&r);
	check_store(&r);
	check_clock(&r);
	check_daemon(&r);
	cli_leak_check(&r);
	cli_mail_check(&r);
	cli_pam_check(&r, pam, module);
	printf(T(c, N_("%u to mend, %u to look at\n")), r.failed, r.warned);
	return r.failed ? CLI_NO : CLI_YES;
}
