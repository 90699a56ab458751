#include "bench/instance.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bench/folder.h"

#define START_MS 10000

struct instance {
	char home[BN_PATH], csv[BN_PATH];
	char config[BN_PATH + 16], log[BN_PATH + 16];
	char program[BN_PATH], daemon[BN_PATH];
	struct sockaddr_un socket;
};

static int name_files(struct instance *t, const struct bn_subject *s, const char *at, const char *build)
{
	int n;

	*t = (struct instance){.socket.sun_family = AF_UNIX};
	snprintf(t->home, sizeof t->home, "%s/%s", at, s->service);
	snprintf(t->csv, sizeof t->csv, "%s/%s.csv", at, s->service);
	snprintf(t->config, sizeof t->config, "%s/rempart.conf", t->home);
	snprintf(t->log, sizeof t->log, "%s/log", t->home);
	snprintf(t->program, sizeof t->program, "%s/rempart", build);
	snprintf(t->daemon, sizeof t->daemon, "%s/rempartd", build);
	n = snprintf(t->socket.sun_path, sizeof t->socket.sun_path, "%s/%s/socket", at, s->service);
	if (n < (int)sizeof t->socket.sun_path)
		return 0;
	fprintf(stderr, "bench: %s is too long a path for a socket: give a shorter TMPDIR\n", t->home);
	return -1;
}

static int write_config(const struct instance *t, const char *leaks)
{
	FILE *f = bn_create("%s", t->config);

	if (!f)
		return -1;
	fprintf(f,
		"[rempartd]\n"
		"socket = %s\n"
		"state = %s/state\n"
		"key = %s/key\n"
		"portals = %u\n"
		"log = stderr\n"
		"%s\n",
		t->socket.sun_path, t->home, t->home, (unsigned)geteuid(), leaks ? leaks : "corpus = none");
	return bn_close(f);
}

/* Until it listens, or has ended. */
static int wait_for(const struct instance *t, pid_t pid)
{
	const struct timespec pause = {0, 10000000};

	for (int i = 0; i < START_MS / 10 && !bn_stopped; i++) {
		int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
		int bad = connect(fd, (const struct sockaddr *)&t->socket, sizeof t->socket);

		close(fd);
		if (!bad)
			return 0;
		if (waitpid(pid, NULL, WNOHANG))
			break;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "bench: rempartd did not start:\n");
	bn_show(t->log);
	return -1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fill(struct instance *t, double *seconds)
{
	const char *const init[] = {t->program, "--config", t->config, "init", NULL};
	const char *const import[] = {t->program, "--config", t->config, "import", t->csv, NULL};
	double start;
	int err;

	if (bn_run(init, t->log))
		return -1;
	start = now();
	err = bn_run(import, t->log);
	*seconds = now() - start;
	unlink(t->csv);
	return err;
}

int bn_instance_start(struct bn_subject *s, const char *at, const char *build)
{
	struct instance t;
	const char *const serve[] = {t.daemon, "--config", t.config, NULL};

	if (name_files(&t, s, at, build) || bn_make_folder("%s", t.home) || write_config(&t, s->leaks) ||
	    fill(&t, &s->seconds))
		return -1;
	s->daemon = bn_start(serve, t.log);
	if (s->daemon > 0)
		return wait_for(&t, s->daemon);
	s->daemon = 0;
	return -1;
}

void bn_instance_stop(pid_t pid)
{
	if (!pid)
		return;
	kill(pid, SIGTERM);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		kill(pid, SIGKILL);
}

static FILE *open_proc(pid_t pid, const char *file)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	return fopen(path, "r");
}

uint64_t bn_instance_cpu(pid_t pid)
{
	FILE *f = pid ? open_proc(pid, "schedstat") : NULL;
	unsigned long long ns = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

unsigned bn_instance_memory(pid_t pid, const char *what)
{
	FILE *f = pid ? open_proc(pid, "status") : NULL;
	size_t len = strlen(what);
	unsigned kb = 0;
	char line[256];

	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, what, len) && line[len] == ':')
			sscanf(line + len + 1, "%u", &kb);
	if (f)
		fclose(f);
	return kb;
}
