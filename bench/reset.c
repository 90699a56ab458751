/*
 * What a reset costs at rempartd's socket, with a million mailboxes on the list and half a million
 * registered, a quarter of which are on it; beside a code of a login, on the same socket in turn. And how
 * long the list takes.
 *
 * Ends with 0 when it could measure, also when a goal is missed: what a machine can do is no assertion.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "bench/folder.h"
#include "bench/limits.h"
#include "bench/people.h"
#include "bench/report.h"
#include "bench/subject.h"
#include "common/dial.h"

/* Of each person, so many are on the list; the others on it are nobody's. */
#define ON_THE_LIST 4
#define GOAL_MS 1.0
#define GOAL_P99_RATIO 1.5
#define GOAL_LIST_S 60.0

struct plan {
	const char *build;
	unsigned users, flags, rounds;
};

static const struct plan whole = {NULL, 500000, 1000000, 20000};
static const struct plan quick = {NULL, 20000, 40000, 2000};

enum { LOGIN, CLEAN, FLAGGED, SORTS };

static const char *const names[SORTS] = {
	[LOGIN] = "a code of a login (AUTH)",
	[CLEAN] = "a reset of who is not on the list",
	[FLAGGED] = "a reset of who is on it",
};

struct figures {
	double list_s, again_s;
	double p50[SORTS], p99[SORTS]; /* microseconds */
};

static int usage(int status)
{
	fprintf(status ? stderr : stdout, "usage: reset --build FOLDER [--quick]\n");
	return status;
}

static int read_arguments(struct plan *p, int argc, char **argv)
{
	static const struct option options[] = {{"build", required_argument, NULL, 'b'},
						{"quick", no_argument, NULL, 'q'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	const char *build = NULL;
	int o;

	*p = whole;
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'b')
			build = optarg;
		else if (o == 'q')
			*p = quick;
		else
			return usage(o == 'h' ? 0 : 2);
	}
	p->build = build;
	return build ? -1 : usage(2);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool is_on_the_list(unsigned user)
{
	return user % ON_THE_LIST == 0;
}

static int write_list(const struct plan *p, const char *path)
{
	FILE *f = bn_create("%s", path);
	char address[BN_ADDRESS_LEN];
	unsigned n = 0;

	if (!f)
		return -1;
	for (unsigned user = 0; user < p->users; user++)
		if (is_on_the_list(user)) {
			bn_address(user, address);
			fprintf(f, "%s\n", address);
			n++;
		}
	for (; n < p->flags; n++)
		fprintf(f, "nobody%u@elsewhere.example\n", n);
	return bn_close(f);
}

/* The list, whole, and again: the second finds everything there. */
static int put_on_the_list(const struct plan *p, const struct bn_subject *s, const char *folder,
			   struct figures *out)
{
	char program[BN_PATH], config[BN_PATH], list[BN_PATH], log[BN_PATH];
	const char *const flag[] = {program, "--config", config,  "flag", "--file",
				    list,    "--reason", "bench", NULL};
	double *const took[] = {&out->list_s, &out->again_s};

	if (bn_path(program, "%s/rempart", p->build) ||
	    bn_path(config, "%s/users/%s/rempart.conf", folder, s->service) ||
	    bn_path(list, "%s/list", folder) || bn_path(log, "%s/flag.log", folder) || write_list(p, list))
		return -1;
	for (int i = 0; i < 2; i++) {
		double begun = now_us();

		if (bn_run(flag, log))
			return -1;
		*took[i] = (now_us() - begun) / 1e6;
	}
	return 0;
}

static int ask(const char *socket, unsigned sort, unsigned user, double *us)
{
	static const enum rp_verdict wanted[SORTS] = {
		[LOGIN] = RP_OK, [CLEAN] = RP_OK, [FLAGGED] = RP_REFUSED};
	struct rp_request req = {.version = RP_VERSION, .service = "bench"};
	struct rp_reply rep;
	double begun;
	int err;

	bn_name(user, req.user);
	bn_source(user, req.source);
	req.verb = sort == LOGIN ? RP_AUTH : RP_RESET;
	req.flags = sort == LOGIN ? 0 : RP_FLAG_EXPLAIN;
	if (sort == LOGIN && bn_code(user, (uint64_t)time(NULL) / BN_STEP, req.code))
		return -1;
	begun = now_us();
	err = rp_ask(socket, &req, &rep, RP_MODULE_BUDGET_MS, rp_server_root_or_self, NULL);
	*us = now_us() - begun;
	if (!err && rep.verdict == wanted[sort])
		return 0;
	fprintf(stderr, "bench: %s was answered with verdict %u\n", names[sort], rep.verdict);
	return -1;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Scattered over all of them; nobody logs in twice. */
static unsigned person(const struct bn_subject *s, unsigned sort, unsigned i)
{
	unsigned user = bn_subject_user(s, SORTS * i + sort);

	if (sort == FLAGGED)
		return user - user % ON_THE_LIST;
	return sort == CLEAN && is_on_the_list(user) ? user + 1 : user;
}

static int measure(const struct plan *p, const struct bn_subject *s, const char *folder, struct figures *out)
{
	char socket[BN_PATH];
	double *took[SORTS];
	int err = bn_path(socket, "%s/users/%s/socket", folder, s->service);

	for (unsigned sort = 0; sort < SORTS; sort++)
		took[sort] = calloc(p->rounds, sizeof **took);
	for (unsigned i = 0; i < p->rounds && !err; i++)
		for (unsigned sort = 0; sort < SORTS && !err; sort++)
			err = bn_stopped || !took[sort] ||
			      ask(socket, sort, person(s, sort, i), &took[sort][i]);
	for (unsigned sort = 0; sort < SORTS; sort++) {
		if (!err) {
			qsort(took[sort], p->rounds, sizeof **took, compare);
			out->p50[sort] = took[sort][p->rounds / 2];
			out->p99[sort] = took[sort][p->rounds - p->rounds / 100 - 1];
		}
		free(took[sort]);
	}
	return err ? -1 : 0;
}

static double worse(const double of[SORTS])
{
	return of[CLEAN] > of[FLAGGED] ? of[CLEAN] : of[FLAGGED];
}

static void report(const struct plan *p, const struct bn_subject *s, const struct figures *f, FILE *to)
{
	double p50 = worse(f->p50), p99 = worse(f->p99) / f->p99[LOGIN];

	fprintf(to,
		"\n%u mailboxes on the list, %u registered; one question at a time at rempartd's socket, %u "
		"of each\n"
		"sort in turn; microseconds, connecting included. A ratio is to the login.\n\n",
		p->flags, p->users, p->rounds);
	fprintf(to, "%-40s %8s %8s %8s %8s\n", "", "p50", "p99", "ratio", "ratio");
	for (unsigned sort = 0; sort < SORTS; sort++)
		fprintf(to, "%-40s %8.0f %8.0f %8.2f %8.2f\n", names[sort], f->p50[sort], f->p99[sort],
			f->p50[sort] / f->p50[LOGIN], f->p99[sort] / f->p99[LOGIN]);
	fprintf(to, "\nimport of the users with their addresses: %.1f s\n", s->seconds);
	fprintf(to, "flag --file of the list: %.1f s; once more: %.1f s\n\n", f->list_s, f->again_s);
	bn_report_goal(to, "a reset is answered in at most 1 ms, p50, ms", p50 / 1000, " ",
		       p50 / 1000 <= GOAL_MS);
	bn_report_goal(to, "p99 is at most 1.5 times the login's, which waits for the same disk", p99, " ",
		       p99 <= GOAL_P99_RATIO);
	bn_report_goal(to, "the list is taken in less than a minute, s", f->list_s, " ",
		       f->list_s < GOAL_LIST_S);
}

static int bench(const void *plan, const char *folder)
{
	const struct plan *p = plan;
	struct bn_subject s = {.kind = BN_REMPART, .users = p->users, .addresses = true};
	struct figures f;
	int err;

	if (bn_make_folder("%s/pam.d", folder) || bn_make_folder("%s/users", folder))
		return -1;
	fprintf(stderr, "preparing %u users\n", p->users);
	err = bn_subject_prepare(&s, folder, p->build);
	fprintf(stderr, "putting %u mailboxes on the list\n", p->flags);
	if (!err)
		err = put_on_the_list(p, &s, folder, &f);
	fprintf(stderr, "asking\n");
	if (!err)
		err = measure(p, &s, folder, &f);
	bn_subject_stop(&s);
	if (err)
		return -1;
	report(p, &s, &f, stdout);
	printf("\nfdatasync of one page on the same disk: %.0f/s; an answer waits for one at least\n",
	       bn_sync_rate(folder, 1));
	return 0;
}

int main(int argc, char **argv)
{
	struct plan p;
	int status = read_arguments(&p, argc, argv);

	return status >= 0 ? status : bn_in_folder(bench, &p);
}
