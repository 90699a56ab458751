#include "bench/limits.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bench/folder.h"

#define PAGE 4096
#define PAGES 256
#define MAPS 65536

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bn_sync_rate(const char *folder, double seconds)
{
	char path[BN_PATH + 16], page[PAGE];
	double start, rate = -1;
	unsigned n = 0;
	int fd;

	snprintf(path, sizeof path, "%s/sync", folder);
	memset(page, 1, sizeof page);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	for (unsigned i = 0; i < PAGES; i++)
		if (pwrite(fd, page, PAGE, (off_t)i * PAGE) != PAGE)
			goto out;
	if (fsync(fd))
		goto out;
	start = now();
	while (now() - start < seconds) {
		memcpy(page, &n, sizeof n);
		if (pwrite(fd, page, PAGE, (off_t)(n % PAGES) * PAGE) != PAGE || fdatasync(fd))
			goto out;
		n++;
	}
	rate = n / (now() - start);
out:
	close(fd);
	return rate;
}

static int read_maps(char *out)
{
	FILE *f = fopen("/proc/self/maps", "r");
	size_t n = f ? fread(out, 1, MAPS - 1, f) : 0;

	if (f)
		fclose(f);
	out[n] = '\0';
	return n && n < MAPS - 1 ? 0 : -1;
}

static bool is_allowed(const char *name)
{
	static const char *const allowed[] = {"libpam.so", "libmd.so", "libc.so"};

	for (unsigned i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (!strncmp(name, allowed[i], strlen(allowed[i])))
			return true;
	return false;
}

/* Writes the names of what is in after and not in before, once each, to fd. */
static void write_new(const char *before, char *after, const char *module, int fd)
{
	char *rest = NULL, last[BN_PATH] = "";

	for (char *line = strtok_r(after, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *path = strchr(line, '/');
		const char *name = path ? strrchr(path, '/') + 1 : NULL;

		if (!path || !strstr(path, ".so") || strstr(before, path) ||
		    !strcmp(name, strrchr(module, '/') + 1) || is_allowed(name) || !strcmp(path, last))
			continue;
		snprintf(last, sizeof last, "%s", path);
		dprintf(fd, "%s ", name);
	}
}

static int list(const char *module, int fd)
{
	static char before[MAPS], after[MAPS];

	if (read_maps(before) || !dlopen(module, RTLD_NOW)) {
		fprintf(stderr, "bench: %s\n", dlerror());
		return 1;
	}
	if (read_maps(after))
		return 1;
	write_new(before, after, module, fd);
	return 0;
}

int bn_libraries(const char *module, char *out, size_t size)
{
	int fd[2], status = 0, n = 0;
	ssize_t len;
	pid_t pid;

	if (pipe(fd))
		return -1;
	pid = fork();
	if (!pid)
		_exit(list(module, fd[1]));
	close(fd[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	len = read(fd[0], out, size - 1);
	close(fd[0]);
	out[len < 0 ? 0 : len] = '\0';
	for (const char *c = out; *c; c++)
		n += *c == ' ';
	return pid < 0 || len < 0 || status ? -1 : n;
}
