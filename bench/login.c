/*
 * Logins a second through the real libpam, with fresh users and valid codes: pam_rempart beside Debian's
 * modules and beside pam_permit, the login that checks nothing. Rounds are interleaved, so that what else
 * the machine does falls on all of them.
 *
 * Ends with 0 when it could measure, also when a goal is missed: what a machine can do is no assertion.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench/console.h"
#include "bench/folder.h"
#include "bench/instance.h"
#include "bench/limits.h"
#include "bench/report.h"

struct plan {
	const char *build, *only;
	unsigned clients, rounds;
	double seconds;
	bool quick;
};

static const struct bn_subject every[] = {
	{.kind = BN_PERMIT, .users = 1000000}, {.kind = BN_GOOGLE, .users = 100000},
	{.kind = BN_OATH, .users = 1000},      {.kind = BN_OATH, .users = 500000},
	{.kind = BN_REMPART, .users = 1000},   {.kind = BN_REMPART, .users = 100000},
	{.kind = BN_REMPART, .users = 500000}, {.kind = BN_REMPART, .users = 1000000},
};

static int usage(int status)
{
	fprintf(status ? stderr : stdout,
		"usage: login --build FOLDER [--quick] [--clients N] [--rounds N] [--seconds S]\n"
		"             [--only MODULE[:USERS]]\n");
	return status;
}

static int read_arguments(struct plan *p, int argc, char **argv)
{
	static const struct option options[] = {
		{"build", required_argument, NULL, 'b'},   {"quick", no_argument, NULL, 'q'},
		{"clients", required_argument, NULL, 'c'}, {"rounds", required_argument, NULL, 'r'},
		{"seconds", required_argument, NULL, 's'}, {"only", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},	   {0}};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'b')
			p->build = optarg;
		else if (o == 'q')
			*p = (struct plan){p->build, p->only, p->clients, 3, 0.3, true};
		else if (o == 'c')
			p->clients = (unsigned)atoi(optarg);
		else if (o == 'r')
			p->rounds = (unsigned)atoi(optarg);
		else if (o == 's')
			p->seconds = atof(optarg);
		else if (o == 'o')
			p->only = optarg;
		else
			return usage(o == 'h' ? 0 : 2);
	}
	return p->build && p->clients && p->clients <= BN_CLIENTS_MAX && p->rounds &&
			       p->rounds <= BN_ROUNDS_MAX && p->seconds > 0
		       ? -1
		       : usage(2);
}

static bool is_wanted(const struct plan *p, const struct bn_subject *s)
{
	char name[64], full[96];

	if (p->quick && s->users > 100000 && s->kind != BN_PERMIT)
		return false;
	snprintf(name, sizeof name, "%s", bn_subject_module(s));
	snprintf(full, sizeof full, "%s:%u", name, s->users);
	return !p->only || !strcmp(p->only, name) || !strcmp(p->only, full);
}

static int prepare(const struct plan *p, struct bn_figures *f, const char *folder)
{
	FILE *other;

	if (bn_make_folder("%s/pam.d", folder) || bn_make_folder("%s/users", folder))
		return -1;
	/* libpam reads it at every pam_start, and complains in the system's log where there is none. */
	other = bn_create("%s/pam.d/other", folder);
	if (!other || bn_close(other))
		return -1;
	for (unsigned i = 0; i < sizeof every / sizeof *every; i++) {
		struct bn_subject *s = &f->subjects[f->n];

		if (!is_wanted(p, &every[i]))
			continue;
		*s = every[i];
		f->n++;
		fprintf(stderr, "preparing %s with %u users\n", bn_subject_module(s), s->users);
		if (bn_subject_prepare(s, folder, p->build))
			return -1;
	}
	return 0;
}

/* In one round a user logs in once, whoever asks for it: small numbers of users need fresh codes. */
static unsigned quota(const struct bn_figures *f, const struct bn_subject *s)
{
	unsigned clients = 0;

	for (unsigned crowd = 0; crowd < BN_CROWDS; crowd++)
		clients += f->clients[crowd];
	return s->users / clients;
}

static int measure_round(const struct plan *p, struct bn_figures *f, unsigned r, const char *confdir)
{
	for (unsigned crowd = 0; crowd < BN_CROWDS; crowd++)
		for (unsigned i = 0; i < f->n; i++) {
			struct bn_subject *s = &f->subjects[i];

			if (s->there && bn_crowd_run(s, confdir, f->clients[crowd], quota(f, s), p->seconds,
						     &f->runs[i][crowd][r]))
				return -1;
			if (bn_stopped)
				return -1;
		}
	return 0;
}

static int measure(const struct plan *p, struct bn_figures *f, const char *folder)
{
	char confdir[BN_PATH + 8];

	snprintf(confdir, sizeof confdir, "%s/pam.d", folder);
	for (unsigned r = 0; r < p->rounds; r++) {
		fprintf(stderr, "round %u of %u\n", r + 1, p->rounds);
		f->sync[r] = bn_sync_rate(folder, p->seconds / 2);
		if (f->sync[r] < 0 || measure_round(p, f, r, confdir))
			return -1;
		f->rounds++;
	}
	return 0;
}

static int bench(const void *plan, const char *folder)
{
	const struct plan *p = plan;
	static struct bn_subject subjects[BN_SUBJECTS_MAX];
	static struct bn_figures f = {.subjects = subjects};
	char module[BN_PATH];
	int err;

	f.clients[0] = 1;
	f.clients[BN_CROWDS - 1] = p->clients;
	snprintf(module, sizeof module, "%s/pam_rempart.so", p->build);
	f.libraries = bn_libraries(module, f.library_names, sizeof f.library_names);
	err = prepare(p, &f, folder);
	if (!err)
		err = measure(p, &f, folder);
	if (!err) {
		bn_report_table(&f, stdout);
		bn_report_goals(&f, stdout);
	}
	for (unsigned i = 0; i < f.n; i++)
		bn_subject_stop(&subjects[i]);
	return err;
}

int main(int argc, char **argv)
{
	struct plan p = {.clients = 4, .rounds = 5, .seconds = 1};
	int status = read_arguments(&p, argc, argv);

	if (status >= 0)
		return status;
	bn_console_spare();
	return bn_in_folder(bench, &p);
}
