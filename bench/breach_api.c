#include "bench/breach_api.h"

#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bench/instance.h"

#define START_MS 10000

/* Until ready says so, or the program has ended: then its log is shown. */
static int await(pid_t pid, bool (*ready)(const char *path), const char *path, const char *log)
{
	const struct timespec pause = {0, 5000000};

	for (int i = 0; pid > 0 && i < START_MS / 5 && !bn_stopped; i++) {
		if (ready(path))
			return 0;
		if (waitpid(pid, NULL, WNOHANG))
			break;
		nanosleep(&pause, NULL);
	}
	bn_show(log);
	return -1;
}

static bool has_line(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[BN_PATH];
	bool whole = f && fgets(line, sizeof line, f) && strchr(line, '\n');

	if (f)
		fclose(f);
	return whole;
}

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

static int start_server(struct bn_api *a, const char *build, char url[BN_PATH])
{
	char program[BN_PATH], words[BN_PATH], said[BN_PATH];
	const char *const argv[] = {program, a->home, words, NULL};
	FILE *f;

	if (bn_path(program, "%s/tests/breach_server", build) || bn_path(words, "%s/words", a->home) ||
	    bn_path(said, "%s/said", a->home))
		return -1;
	f = bn_create("%s", words);
	if (!f || fputs("azerty123\t65000\n", f) < 0 || bn_close(f))
		return -1;
	a->server = bn_start(argv, said);
	if (await(a->server, has_line, said, said))
		return -1;
	f = fopen(said, "r");
	if (!f || fscanf(f, "%255s", url) != 1)
		url[0] = '\0';
	if (f)
		fclose(f);
	return url[0] ? 0 : -1;
}

static int start_fetch(struct bn_api *a, const char *build, const char *url)
{
	char program[BN_PATH], config[BN_PATH], log[BN_PATH];
	const char *const argv[] = {program, "--config", config, NULL};
	FILE *f;

	if (bn_path(program, "%s/rempart-fetch", build) || bn_path(config, "%s/fetch.conf", a->home) ||
	    bn_path(log, "%s/fetch.log", a->home))
		return -1;
	f = bn_create("%s", config);
	if (!f)
		return -1;
	fprintf(f,
		"[rempartd]\n"
		"log = stderr\n"
		"[fetch]\n"
		"socket = %s\n"
		"passwords_url = %s\n"
		"ca_file = %s/ca.pem\n",
		a->socket, url, a->home);
	if (bn_close(f))
		return -1;
	a->fetch = bn_start(argv, log);
	return await(a->fetch, exists, a->socket, log);
}

int bn_api_start(struct bn_api *a, const char *folder, const char *build)
{
	char url[BN_PATH];

	*a = (struct bn_api){.server = 0};
	if (bn_path(a->home, "%s/api", folder) || bn_path(a->socket, "%s/fetch.sock", a->home) ||
	    bn_make_folder("%s", a->home) || start_server(a, build, url))
		return -1;
	return start_fetch(a, build, url);
}

void bn_api_stop(struct bn_api *a)
{
	bn_instance_stop(a->fetch > 0 ? a->fetch : 0);
	bn_instance_stop(a->server > 0 ? a->server : 0);
	a->fetch = a->server = 0;
}

int bn_api_mode(const struct bn_api *a, const char *mode)
{
	char fresh[BN_PATH], path[BN_PATH];
	FILE *f;

	if (bn_path(fresh, "%s/mode.new", a->home) || bn_path(path, "%s/mode", a->home) ||
	    !(f = bn_create("%s", fresh)))
		return -1;
	fprintf(f, "%s\n", mode);
	return bn_close(f) || rename(fresh, path) ? -1 : 0;
}
