/* The figures of all rounds: the table, and the goals that they meet or miss. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "bench/crowd.h"
#include "bench/subject.h"

#define BN_SUBJECTS_MAX 16
#define BN_ROUNDS_MAX 32
#define BN_CROWDS 2 /* one client, and several */

struct bn_figures {
	struct bn_subject *subjects;
	unsigned n, rounds;
	unsigned clients[BN_CROWDS];
	struct bn_run runs[BN_SUBJECTS_MAX][BN_CROWDS][BN_ROUNDS_MAX];
	double sync[BN_ROUNDS_MAX]; /* fdatasyncs a second */
	int libraries;
	char library_names[512];
};

/* A line: the goal, what was measured (not finite: it was not), and whether that meets it. */
void bn_report_goal(FILE *to, const char *goal, double value, const char *unit, bool met);
void bn_report_table(const struct bn_figures *f, FILE *to);
void bn_report_goals(const struct bn_figures *f, FILE *to);

#endif
