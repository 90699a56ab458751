/* A private rempartd from the build tree. */
#ifndef BENCH_INSTANCE_H
#define BENCH_INSTANCE_H

#include <stdint.h>
#include "bench/subject.h"

/* Makes an instance in at/SERVICE, imports at/SERVICE.csv through the CLI (s->seconds: how long that took)
 * and starts rempartd (s->daemon). Returns 0 or -1. */
int bn_instance_start(struct bn_subject *s, const char *at, const char *build);
void bn_instance_stop(pid_t pid);

/* Nanoseconds of processor time that the process has used; 0 for pid 0. */
uint64_t bn_instance_cpu(pid_t pid);
/* A line of /proc/PID/status in kB, such as "VmRSS"; 0 when there is none. */
unsigned bn_instance_memory(pid_t pid, const char *what);

#endif
