/* Clocks, the kernel's count of what this process reads, and what another process takes. */
#ifndef BENCH_CORPUS_MEASURE_H
#define BENCH_CORPUS_MEASURE_H

#include <stdint.h>

struct bn_reads {
	uint64_t calls, bytes, disk; /* read and pread; bytes that had to come from the disk */
};

struct bn_usage {
	double seconds, cpu;
	long kilobytes; /* resident at most */
	int status;	/* exit status; -1: it did not end by itself */
};

double bn_now(void);
double bn_cpu(void);

/* Those since the process began. 0 or -1. */
int bn_reads_begin(struct bn_reads *r);
/* Those since bn_reads_begin, the looking aside. */
int bn_reads_end(struct bn_reads *r);

/* Runs a program of the PATH with its input from a file, NULL: none, and its output to another. 0 or -1. */
int bn_measure(const char *const argv[], const char *from, const char *to, struct bn_usage *usage);

/* Sorts; 0 when there are none. */
double bn_median(double *values, unsigned n);

#endif
