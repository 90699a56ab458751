#include "bench/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

volatile sig_atomic_t bn_stopped;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static void stop(int sig)
{
	(void)sig;
	bn_stopped = 1;
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = stop};

	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &sa, NULL);
}

void bn_release_signals(void)
{
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], SIG_DFL);
}

static int make(char out[BN_PATH])
{
	const char *base = getenv("TMPDIR");

	snprintf(out, BN_PATH, "%s/rempart-bench.XXXXXX", base && *base == '/' ? base : "/var/tmp");
	if (mkdtemp(out))
		return 0;
	fprintf(stderr, "bench: %s: %s\n", out, strerror(errno));
	return -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_all(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS))
		fprintf(stderr, "bench: %s could not be removed: %s\n", path, strerror(errno));
}

int bn_in_folder(int (*bench)(const void *plan, const char *folder), const void *plan)
{
	char folder[BN_PATH];
	int status;

	catch_signals();
	if (make(folder))
		return 1;
	status = bench(plan, folder) ? 1 : 0;
	remove_all(folder);
	return status;
}

int bn_path(char out[BN_PATH], const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out, BN_PATH, format, args);
	va_end(args);
	if (n < BN_PATH)
		return 0;
	fprintf(stderr, "bench: %s… is too long a path: give a shorter TMPDIR\n", out);
	return -1;
}

int bn_make_folder(const char *format, ...)
{
	char path[BN_PATH];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof path, format, args);
	va_end(args);
	if (!mkdir(path, 0700))
		return 0;
	fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
	return -1;
}

FILE *bn_create(const char *format, ...)
{
	char path[BN_PATH];
	va_list args;
	FILE *f;
	int fd;

	va_start(args, format);
	vsnprintf(path, sizeof path, format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
	return f;
}

int bn_close(FILE *f)
{
	int bad = ferror(f);

	if (!fclose(f) && !bad)
		return 0;
	fprintf(stderr, "bench: a file could not be written: %s\n", strerror(errno));
	return -1;
}

pid_t bn_start(const char *const argv[], const char *log)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0); /* Ctrl-C is for the bench, which ends it */
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0)
		execv(argv[0], (char **)(uintptr_t)argv);
	_exit(127);
}

void bn_show(const char *log)
{
	char line[512];
	FILE *f = fopen(log, "r");

	while (f && fgets(line, sizeof line, f))
		fputs(line, stderr);
	if (f)
		fclose(f);
}

int bn_run(const char *const argv[], const char *log)
{
	pid_t pid = bn_start(argv, log);
	int status;

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
		kill(pid, SIGTERM);
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	fprintf(stderr, "bench: %s failed:\n", argv[0]);
	bn_show(log);
	return -1;
}
