/*
 * Logins while the API that knows leaked passwords hangs, and what the check costs when the corpus answers.
 * rempartd and rempart-fetch are the ones of the build tree, the API is the tests' breach server over TLS.
 *
 * Ends with 0 when it could measure, also when a goal is missed: what a machine can do is no assertion.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench/breach_api.h"
#include "bench/breach_login.h"
#include "bench/breach_storm.h"
#include "bench/folder.h"
#include "bench/limits.h"
#include "bench/report.h"

struct plan {
	const char *build;
	unsigned rate, logins, words;
	double answers, hangs, back; /* seconds */
};

/* FIRST: until rempart-fetch has the ranges of ANSWERS in its cache. */
enum { FIRST, ANSWERS, HANGS, BACK, PHASES };

/* The breaker tries again 10 s after it opened: hangs and back are long enough for that. */
static const struct plan whole = {NULL, 2000, 3000, 200000, 5, 10, 12};
static const struct plan quick = {NULL, 2000, 1000, 20000, 2, 4, 10};

static int usage(int status)
{
	fprintf(status ? stderr : stdout, "usage: breach --build FOLDER [--quick] [--rate N]\n");
	return status;
}

static int read_arguments(struct plan *p, int argc, char **argv)
{
	static const struct option options[] = {{"build", required_argument, NULL, 'b'},
						{"quick", no_argument, NULL, 'q'},
						{"rate", required_argument, NULL, 'r'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	const char *build = NULL;
	int o, rate = 0;

	*p = whole;
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'b')
			build = optarg;
		else if (o == 'q')
			*p = quick;
		else if (o == 'r')
			rate = atoi(optarg);
		else
			return usage(o == 'h' ? 0 : 2);
	}
	p->build = build;
	if (rate > 0)
		p->rate = (unsigned)rate;
	return build && rate >= 0 ? -1 : usage(2);
}

static int make_corpus(const struct plan *p, const char *folder, char path[BN_PATH])
{
	char program[BN_PATH], words[BN_PATH], config[BN_PATH], log[BN_PATH];
	const char *const build[] = {program,	"--config", config, "corpus", "build",
				     "--words", "--from",   words,  path,     NULL};
	FILE *f;

	if (bn_path(program, "%s/rempart", p->build) || bn_path(words, "%s/words", folder) ||
	    bn_path(config, "%s/empty.conf", folder) || bn_path(log, "%s/corpus.log", folder) ||
	    bn_path(path, "%s/corpus", folder))
		return -1;
	f = bn_create("%s", config);
	if (!f || bn_close(f) || !(f = bn_create("%s", words)))
		return -1;
	fprintf(f, "%s\n", BN_LEAKED);
	for (unsigned i = 1; i < p->words; i++)
		fprintf(f, "leaked word %u\n", i);
	return bn_close(f) ? -1 : bn_run(build, log);
}

static int measure_added(const struct plan *p, const char *folder, struct bn_added *added)
{
	char corpus[BN_PATH], leaks[BN_PATH + 16];
	struct bn_subject s = {.kind = BN_REMPART, .users = 2 * p->logins + 1, .leaks = leaks};
	int err = make_corpus(p, folder, corpus);

	snprintf(leaks, sizeof leaks, "corpus = %s", corpus);
	fprintf(stderr, "logins with and without a password to look up\n");
	if (!err)
		err = bn_subject_prepare(&s, folder, p->build);
	if (!err)
		err = bn_added_run(&s, folder, p->build, p->logins, added);
	bn_subject_stop(&s);
	return err;
}

static int measure_storm(const struct plan *p, const char *folder, struct bn_phase phases[PHASES])
{
	char leaks[2 * BN_PATH];
	struct bn_subject s = {.kind = BN_REMPART, .users = p->rate, .leaks = leaks};
	struct bn_api api;
	struct bn_storm storm = {.api = &api, .subject = &s, .rate = p->rate, .phases = phases, .n = PHASES};
	int err = bn_api_start(&api, folder, p->build);

	for (unsigned i = 0; i < PHASES; i++)
		s.users += (unsigned)(phases[i].seconds * p->rate);
	snprintf(leaks, sizeof leaks, "corpus = none\nfetch = %s", api.socket);
	fprintf(stderr, "preparing %u users\n", s.users);
	if (!err)
		err = bn_subject_prepare(&s, folder, p->build);
	fprintf(stderr, "storm\n");
	if (!err)
		err = bn_path(storm.socket, "%s/users/%s/socket", folder, s.service) ||
		      bn_path(storm.log, "%s/users/%s/log", folder, s.service);
	if (!err)
		err = bn_storm_run(&storm);
	bn_subject_stop(&s);
	bn_api_stop(&api);
	return err;
}

static void print_phase(const struct bn_phase *p, FILE *to)
{
	fprintf(to, "%-16s %7.1f %8.0f %8.0f %8.1f %8.1f %8.1f %8.0f %8.0f %8u %8u %8u  ", p->name,
		p->seconds, p->came / p->seconds, p->done / p->seconds, p->p50 / 1000, p->p99 / 1000,
		p->max / 1000, p->cpu, p->fetch_cpu, p->refused, p->late, p->unknown);
	for (unsigned i = 0; i < BN_CAUSES_MAX && p->causes[i].n; i++)
		fprintf(to, "%s%s %u", i ? ", " : "", p->causes[i].name, p->causes[i].n);
	putc('\n', to);
	if (p->refused)
		fprintf(to, "      the verdict of the last refused one was %d\n", p->verdict);
}

static void report_storm(const struct bn_phase phases[PHASES], FILE *to)
{
	const struct bn_phase *hangs = &phases[HANGS], *back = &phases[BACK];
	unsigned came = 0, refused = 0, late = 0;

	fprintf(to,
		"\nLogins that come when they are due, whoever waits: milliseconds from then on.\n"
		"Processor time a login in microseconds. Unknown: let in, and recorded with the cause.\n\n");
	fprintf(to, "%-16s %7s %8s %8s %8s %8s %8s %8s %8s %8s %8s %8s  %s\n", "the API", "seconds", "come/s",
		"in/s", "p50", "p99", "max", "rempartd", "fetch", "refused", "late", "unknown", "why");
	for (unsigned i = 0; i < PHASES; i++) {
		print_phase(&phases[i], to);
		came += phases[i].came;
		refused += phases[i].refused;
		late += phases[i].late;
	}
	putc('\n', to);
	bn_report_goal(to, "no login is refused, of all that came", came ? refused : NAN, " ", !refused);
	bn_report_goal(to, "none waits for more than the module's 3 s", came ? late : NAN, " ", !late);
	bn_report_goal(to, "p99 while the API hangs is at most rempartd's budget of 2,000 ms",
		       hangs->p99 / 1000, " ", hangs->p99 <= 2e6);
	bn_report_goal(to, "the breaker opens less than 3 s after the API began to hang, s",
		       hangs->open_after, " ", hangs->open_after < 3);
	bn_report_goal(to, "the breaker closes after the API is back, s", back->known_after, " ",
		       back->known_after < back->seconds);
}

static void report_added(const struct bn_added *a, FILE *to)
{
	double added = (a->p50_with - a->p50_without) / 1000;

	fprintf(to, "\nLogins through libpam, one at a time, %u of each sort in turn; microseconds.\n\n",
		a->logins);
	fprintf(to, "%-40s %8s %8s\n", "", "p50", "p99");
	fprintf(to, "%-40s %8.0f %8.0f\n", "nothing to look up", a->p50_without, a->p99_without);
	fprintf(to, "%-40s %8.0f %8.0f\n", "the password is looked up in a corpus", a->p50_with, a->p99_with);
	fprintf(to, "%-40s %8.2f %8.2f\n\n", "ratio", a->p50_with / a->p50_without,
		a->p99_with / a->p99_without);
	bn_report_goal(to, "adds less than 1 ms to a login, ms", added, " ", added < 1);
}

static int bench(const void *plan, const char *folder)
{
	const struct plan *p = plan;
	struct bn_phase phases[PHASES] = {
		[FIRST] = {.name = "is asked first", .mode = "good", .seconds = 2, .set = 1},
		[ANSWERS] = {.name = "answers", .mode = "good", .seconds = p->answers, .set = 1},
		[HANGS] = {.name = "hangs", .mode = "silent", .seconds = p->hangs},
		[BACK] = {.name = "is back", .mode = "good", .seconds = p->back, .set = 2},
	};
	struct bn_added added;
	double sync;
	FILE *other;

	if (bn_make_folder("%s/pam.d", folder) || bn_make_folder("%s/users", folder))
		return -1;
	/* libpam reads it at every pam_start, and complains in the system's log where there is none. */
	other = bn_create("%s/pam.d/other", folder);
	if (!other || bn_close(other) || measure_added(p, folder, &added) || measure_storm(p, folder, phases))
		return -1;
	sync = bn_sync_rate(folder, 1);
	report_storm(phases, stdout);
	report_added(&added, stdout);
	printf("\nfdatasync of one page on the same disk: %.0f/s; a login waits for two at least\n", sync);
	return 0;
}

int main(int argc, char **argv)
{
	struct plan p;
	int status = read_arguments(&p, argc, argv);

	return status >= 0 ? status : bn_in_folder(bench, &p);
}
