/* rempartd: reads its configuration, listens, and hands over to the loop. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/log.h"
#include "common/secret.h"
#include "common/listen.h"
#include "engine/loop.h"
#include "engine/park.h"
#include "common/notify.h"

#define FILES_MAX (EN_CONNECTIONS_MAX + EN_PARKED_MAX + 64)

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_CANNOT_SERVE = 3 };

struct program {
	const char *config_path;
	const char *clock_file;
	struct rp_config config;
};

static int usage(FILE *to, int status)
{
	fprintf(to, "usage: rempartd [--config FILE] [--test-clock FILE]\n"
		    "       rempartd --version\n");
	return status;
}

/* Returns -1 to go on, or an exit status. */
static int read_arguments(struct program *p, int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
						{"test-clock", required_argument, NULL, 't'},
						{"help", no_argument, NULL, 'h'},
						{"version", no_argument, NULL, 'V'},
						{0}};
	int o;

	while ((o = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			p->config_path = optarg;
			break;
		case 't':
			p->clock_file = optarg;
			break;
		case 'h':
			return usage(stdout, EXIT_OK);
		case 'V':
			puts("rempartd " REMPART_VERSION);
			return EXIT_OK;
		default:
			return usage(stderr, EXIT_USAGE);
		}
	}
	return optind < argc ? usage(stderr, EXIT_USAGE) : -1;
}

/* What is open would be changed half: now for some of it, and for the rest at the next trouble. */
static void keep(char fresh[RP_PATH_MAX], const char *old, const char *what)
{
	if (!strcmp(fresh, old))
		return;
	rp_log(LOG_WARNING, "another %s needs a restart; the old one stays", what);
	strcpy(fresh, old);
}

static void reload(void *ctx)
{
	struct program *p = ctx;
	struct rp_config fresh;
	char why[512];

	if (rp_config_read(&fresh, p->config_path, why, sizeof why)) {
		rp_log(LOG_ERR, "%s; the configuration read before stays in force", why);
		return;
	}
	keep(fresh.socket, p->config.socket, "socket");
	keep(fresh.state, p->config.state, "state");
	keep(fresh.key, p->config.key, "key");
	p->config = fresh;
	rp_log(LOG_NOTICE, "the configuration was read again");
}

/* A descriptor for every connection, one for every request that waits for rempart-fetch, and some for the
 * store, the key and NSS: without them the last connections could neither be accepted nor refused. */
static void make_room(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= FILES_MAX)
		return;
	limit.rlim_cur = limit.rlim_max < FILES_MAX ? limit.rlim_max : FILES_MAX;
	if (limit.rlim_cur < FILES_MAX || setrlimit(RLIMIT_NOFILE, &limit))
		rp_log(LOG_WARNING, "only %llu files may be open at a time; %d would do",
		       (unsigned long long)limit.rlim_cur, FILES_MAX);
}

/* own: nobody else holds the socket. */
static int get_listener(const struct rp_config *config, bool *own)
{
	int fd = rp_notify_socket();

	*own = !fd;
	if (fd < 0)
		rp_log_fatal("the service manager passed something else than one SOCK_SEQPACKET socket");
	if (fd)
		return fd;
	/* Who may ask what is decided by uid, not by the file. */
	fd = rp_listen(config->socket, 0666);
	if (fd < 0)
		rp_log_fatal("cannot listen at %s: %s", config->socket, rp_listen_why(fd));
	return fd;
}

static int serve(struct program *p)
{
	struct en_breach *breach;
	struct en_engine *engine = NULL;
	struct en_clock clock;
	int status = EXIT_CANNOT_SERVE, fd;
	bool own_socket;

	if (en_clock_open(&clock, p->clock_file)) {
		rp_log_fatal("%s: there is no such clock", p->clock_file);
		return EXIT_USAGE;
	}
	if (p->clock_file)
		rp_log(LOG_WARNING, "time comes from %s: this is for tests only", p->clock_file);
	make_room();
	fd = get_listener(&p->config, &own_socket);
	breach = en_breach_new(&p->config);
	if (fd >= 0 && breach && !en_engine_open(&engine, &p->config, &clock) &&
	    !en_loop(engine, breach, &p->config, fd, own_socket, reload, p))
		status = EXIT_OK;
	en_engine_close(engine);
	en_breach_free(breach);
	en_clock_close(&clock);
	return status;
}

int main(int argc, char **argv)
{
	static struct program p = {.config_path = RP_CONFIG_DEFAULT};
	char why[512];
	int status = read_arguments(&p, argc, argv);

	if (status >= 0)
		return status;
	rp_no_dump();
	umask(077);
	/* A reader of the log that went away and a limit on sizes are errors of one write, not the end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (rp_config_read(&p.config, p.config_path, why, sizeof why)) {
		fprintf(stderr, "rempartd: %s\n", why);
		return EXIT_USAGE;
	}
	rp_log_open("rempartd", p.config.log_stderr);
	return serve(&p);
}
