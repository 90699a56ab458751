#include "bench/corpus_measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bench/folder.h"

static double clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bn_now(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

double bn_cpu(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* The one read of the file itself is counted after it. */
static int reads(struct bn_reads *r, uint64_t *own)
{
	char text[512];
	int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	unsigned long long bytes, written, calls, writes, disk;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	*own = (uint64_t)(n > 0 ? n : 0);
	if (sscanf(text, "rchar: %llu wchar: %llu syscr: %llu syscw: %llu read_bytes: %llu", &bytes, &written,
		   &calls, &writes, &disk) != 5)
		return -1;
	*r = (struct bn_reads){calls, bytes, disk};
	return 0;
}

int bn_reads_begin(struct bn_reads *r)
{
	uint64_t own;
	int err = reads(r, &own);

	r->calls++;
	r->bytes += own;
	return err;
}

int bn_reads_end(struct bn_reads *r)
{
	struct bn_reads now;
	uint64_t own;

	if (reads(&now, &own))
		return -1;
	*r = (struct bn_reads){now.calls - r->calls, now.bytes - r->bytes, now.disk - r->disk};
	return 0;
}

static void become(const char *const argv[], const char *from, const char *to)
{
	int in = open(from ? from : "/dev/null", O_RDONLY);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bn_release_signals();
	if (in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0)
		execvp(argv[0], (char **)(uintptr_t)argv);
	_exit(127);
}

int bn_measure(const char *const argv[], const char *from, const char *to, struct bn_usage *usage)
{
	double start = bn_now();
	struct rusage ru;
	int status;
	pid_t pid = fork();

	if (!pid)
		become(argv, from, to);
	while (pid < 0 || wait4(pid, &status, 0, &ru) < 0) {
		if (pid < 0 || errno != EINTR)
			return -1;
		kill(pid, SIGTERM);
	}
	*usage = (struct bn_usage){
		.seconds = bn_now() - start,
		.cpu = (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
		       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6,
		.kilobytes = ru.ru_maxrss,
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	};
	return bn_stopped ? -1 : 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bn_median(double *values, unsigned n)
{
	qsort(values, n, sizeof *values, compare);
	return n ? values[n / 2] : 0;
}
