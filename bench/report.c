#include "bench/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "bench/instance.h"

#define SEVERAL (BN_CROWDS - 1)

/* A figure of one run. */
typedef double field(const struct bn_run *r);

static double rate(const struct bn_run *r)
{
	return r->rate;
}

static double p50(const struct bn_run *r)
{
	return r->p50;
}

static double p99(const struct bn_run *r)
{
	return r->p99;
}

static double cpu(const struct bn_run *r)
{
	return r->cpu;
}

static double daemon_cpu(const struct bn_run *r)
{
	return r->daemon_cpu;
}

static double value(const struct bn_run *r, field *of)
{
	return r->done || r->refused ? of(r) : NAN;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of the values that are numbers: a round in which nothing was measured counts for nothing. */
static double median(const double *values, unsigned n)
{
	double sorted[BN_ROUNDS_MAX];
	unsigned m = 0;

	for (unsigned i = 0; i < n; i++)
		if (!isnan(values[i]))
			sorted[m++] = values[i];
	qsort(sorted, m, sizeof *sorted, compare);
	return m ? (sorted[(m - 1) / 2] + sorted[m / 2]) / 2 : NAN;
}

static double figure(const struct bn_figures *f, unsigned subject, unsigned crowd, field *of)
{
	double values[BN_ROUNDS_MAX];

	for (unsigned r = 0; r < f->rounds; r++)
		values[r] = value(&f->runs[subject][crowd][r], of);
	return median(values, f->rounds);
}

/* The median of the ratios of each round: the rest of the machine disturbs neighbours alike. */
static double ratio(const struct bn_figures *f, unsigned a, unsigned b, unsigned crowd, field *of)
{
	double values[BN_ROUNDS_MAX];

	for (unsigned r = 0; r < f->rounds; r++)
		values[r] = value(&f->runs[a][crowd][r], of) / value(&f->runs[b][crowd][r], of);
	return median(values, f->rounds);
}

static unsigned long long refused(const struct bn_figures *f, unsigned subject, unsigned crowd)
{
	unsigned long long n = 0;

	for (unsigned r = 0; r < f->rounds; r++)
		n += f->runs[subject][crowd][r].refused;
	return n;
}

static double worst(const struct bn_figures *f, unsigned subject, unsigned crowd)
{
	double max = 0;

	for (unsigned r = 0; r < f->rounds; r++)
		max = fmax(max, f->runs[subject][crowd][r].max);
	return max;
}

/* The subject of this kind with so many users, 0: any number; -1 when it was not measured. */
static int find(const struct bn_figures *f, enum bn_kind kind, unsigned users)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->subjects[i].there && f->subjects[i].kind == kind &&
		    (!users || f->subjects[i].users == users))
			return (int)i;
	return -1;
}

static void print_ratio(const struct bn_figures *f, unsigned i, int base, unsigned crowd, FILE *to)
{
	double r = base < 0 ? NAN : ratio(f, i, (unsigned)base, crowd, rate);

	if (isfinite(r))
		fprintf(to, r < 10 ? " %8.3f" : " %8.1f", r);
	else
		fprintf(to, " %8s", "-");
}

static void print_row(const struct bn_figures *f, unsigned i, unsigned crowd, FILE *to)
{
	const struct bn_subject *s = &f->subjects[i];
	double accepted = figure(f, i, crowd, rate);

	fprintf(to, "%-24s %8u %3u", bn_subject_module(s), s->users, f->clients[crowd]);
	fprintf(to, accepted < 100 ? " %9.1f" : " %9.0f", accepted);
	fprintf(to, " %8.0f %8.0f %8.0f %7.0f %7.0f %8llu", figure(f, i, crowd, p50),
		figure(f, i, crowd, p99), worst(f, i, crowd), figure(f, i, crowd, cpu),
		figure(f, i, crowd, daemon_cpu), refused(f, i, crowd));
	print_ratio(f, i, find(f, BN_PERMIT, 0), crowd, to);
	print_ratio(f, i, find(f, BN_GOOGLE, 100000), crowd, to);
	print_ratio(f, i, find(f, BN_OATH, 1000), crowd, to);
	print_ratio(f, i, find(f, BN_OATH, 500000), crowd, to);
	putc('\n', to);
}

void bn_report_table(const struct bn_figures *f, FILE *to)
{
	fprintf(to, "\nLogins through libpam, medians of %u interleaved rounds; times in microseconds.\n\n",
		f->rounds);
	fprintf(to, "%-24s %8s %3s %9s %8s %8s %8s %15s %8s %s\n", "", "", "", "", "", "", "",
		"processor time", "", "    logins/s as a multiple of");
	fprintf(to, "%-24s %8s %3s %9s %8s %8s %8s %7s %7s %8s %8s %8s %8s %8s\n", "module", "users", "by",
		"logins/s", "p50", "p99", "max", "client", "daemon", "refused", "permit", "google", "oath 1k",
		"oath500k");
	for (unsigned crowd = 0; crowd < BN_CROWDS; crowd++)
		for (unsigned i = 0; i < f->n; i++)
			if (f->subjects[i].there)
				print_row(f, i, crowd, to);
	fprintf(to, "\nfdatasync of one page on the same disk: %.0f/s\n", median(f->sync, f->rounds));
	for (unsigned i = 0; i < f->n; i++)
		if (f->subjects[i].there && f->subjects[i].kind == BN_REMPART)
			fprintf(to, "rempart import of %u users: %.1f s\n", f->subjects[i].users,
				f->subjects[i].seconds);
		else if (!f->subjects[i].there)
			fprintf(to, "NOT MEASURED: %s with %u users. Install Debian's %s.\n",
				bn_subject_module(&f->subjects[i]), f->subjects[i].users,
				bn_subject_package(&f->subjects[i]));
}

void bn_report_goal(FILE *to, const char *goal, double value, const char *unit, bool met)
{
	if (isfinite(value))
		fprintf(to, "goal  %-66s %10.4g%s  %s\n", goal, value, unit, met ? "met" : "MISSED");
	else
		fprintf(to, "goal  %-66s %10s%s  not measured\n", goal, "-", unit);
}

static void faster(const struct bn_figures *f, enum bn_kind peer, unsigned users, double goal, FILE *to)
{
	int us = find(f, BN_REMPART, users), them = find(f, peer, users);
	double r = us < 0 || them < 0 ? NAN : ratio(f, (unsigned)us, (unsigned)them, SEVERAL, rate);
	int floor = find(f, BN_PERMIT, 0);
	struct bn_subject s = {.kind = peer};
	char text[128];

	snprintf(text, sizeof text, "at least %.0f times %s at %u users", goal, bn_subject_module(&s), users);
	/* A peer that let nobody in in its time is infinitely slow. */
	bn_report_goal(to, text, isinf(r) ? 1e99 : r, "x", r >= goal);
	if (r < goal && floor >= 0)
		fprintf(to, "      pam_permit, which checks nothing, does %.4g times as many\n",
			ratio(f, (unsigned)floor, (unsigned)them, SEVERAL, rate));
}

/* The worst, over the numbers of users, of a ratio to pam_permit. */
static double against_permit(const struct bn_figures *f, field *of, double (*pick)(double, double))
{
	int permit = find(f, BN_PERMIT, 0);
	double all = NAN;

	for (unsigned i = 0; i < f->n && permit >= 0; i++)
		if (f->subjects[i].there && f->subjects[i].kind == BN_REMPART)
			all = pick(all, ratio(f, i, (unsigned)permit, SEVERAL, of));
	return all;
}

static void report_growth(const struct bn_figures *f, FILE *to)
{
	int small = find(f, BN_REMPART, 1000), large = find(f, BN_REMPART, 1000000);
	double r = small < 0 || large < 0 ? NAN : ratio(f, (unsigned)small, (unsigned)large, SEVERAL, rate);

	bn_report_goal(to, "time a login at 1,000,000 users at most 1.3 times that at 1,000", r, "x",
		       r <= 1.3);
}

static void report_refused(const struct bn_figures *f, FILE *to)
{
	unsigned long long n = 0;
	double logins = 0;
	char text[128];
	int why = 0;

	for (unsigned i = 0; i < f->n; i++)
		for (unsigned crowd = 0; crowd < BN_CROWDS && f->subjects[i].kind == BN_REMPART; crowd++)
			for (unsigned r = 0; r < f->rounds; r++) {
				n += f->runs[i][crowd][r].refused;
				logins += (double)f->runs[i][crowd][r].done;
				why = f->runs[i][crowd][r].why ? f->runs[i][crowd][r].why : why;
			}
	snprintf(text, sizeof text, "no valid code refused, of %.0f accepted", logins);
	bn_report_goal(to, text, logins > 0 ? (double)n : NAN, " ", !n);
	if (n)
		fprintf(to, "      PAM's answer to the last refused one was %d\n", why);
}

static void report_size(const struct bn_figures *f, FILE *to)
{
	int i = find(f, BN_REMPART, 500000);
	pid_t pid = i < 0 ? 0 : f->subjects[i].daemon;
	unsigned rss = bn_instance_memory(pid, "VmRSS");

	bn_report_goal(to, "rempartd resident in less than 10 MB at 500,000 users, kB", rss ? rss : NAN, " ",
		       rss < 10000);
	if (rss)
		fprintf(to, "      of them %u kB its own, the rest shared: programs and libraries\n",
			bn_instance_memory(pid, "RssAnon"));
	bn_report_goal(to, "pam_rempart.so maps nothing beyond libpam, libmd, libc",
		       f->libraries < 0 ? NAN : f->libraries, " ", !f->libraries);
	if (f->libraries > 0)
		fprintf(to, "      it maps %s\n", f->library_names);
}

void bn_report_goals(const struct bn_figures *f, FILE *to)
{
	double share = against_permit(f, rate, fmin), tail = against_permit(f, p99, fmax);

	fprintf(to, "\nWith %u clients:\n", f->clients[SEVERAL]);
	faster(f, BN_GOOGLE, 100000, 30, to);
	faster(f, BN_OATH, 1000, 8, to);
	faster(f, BN_OATH, 500000, 1000, to);
	bn_report_goal(to, "at least 1/4 of pam_permit, at every number of users", share, "x", share >= 0.25);
	bn_report_goal(to, "p99 at most 2 times pam_permit's, at every number of users", tail, "x",
		       tail <= 2);
	report_growth(f, to);
	report_refused(f, to);
	report_size(f, to);
}
