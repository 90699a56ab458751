/* rempart-fetch: reads its configuration, listens, and hands over to the loop. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "common/error.h"
#include "common/listen.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/secret.h"
#include "fetch/serve.h"

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_CANNOT_SERVE = 3 };

struct program {
	const char *config_path;
	const char *clock_file;
	struct fe_clock clock;
	struct rp_config config;
	struct fe_server *server;
};

static int usage(FILE *to, int status)
{
	fprintf(to, "usage: rempart-fetch [--config FILE] [--test-clock FILE]\n"
		    "       rempart-fetch --version\n");
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
			puts("rempart-fetch " REMPART_VERSION);
			return EXIT_OK;
		default:
			return usage(stderr, EXIT_USAGE);
		}
	}
	return optind < argc ? usage(stderr, EXIT_USAGE) : -1;
}

static void reload(void *ctx)
{
	static struct rp_config fresh;
	struct program *p = ctx;
	char why[512];

	if (rp_config_read(&fresh, p->config_path, why, sizeof why)) {
		rp_log(LOG_ERR, "%s; the configuration read before stays in force", why);
		return;
	}
	if (strcmp(fresh.fetch_socket, p->config.fetch_socket) != 0) {
		rp_log(LOG_WARNING, "another socket needs a restart; the old one stays");
		strcpy(fresh.fetch_socket, p->config.fetch_socket);
	}
	if (fe_server_configure(p->server, &fresh, why, sizeof why)) {
		rp_log(LOG_ERR, "%s: %s; the configuration read before stays in force", p->config_path, why);
		return;
	}
	p->config = fresh;
	rp_log(LOG_NOTICE, "the configuration was read again");
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
	fd = rp_listen(config->fetch_socket, 0600);
	if (fd < 0)
		rp_log_fatal("cannot listen at %s: %s", config->fetch_socket, rp_listen_why(fd));
	return fd;
}

static int serve(struct program *p)
{
	int status = EXIT_CANNOT_SERVE, fd;
	bool own_socket;
	char why[512];

	if (fe_clock_open(&p->clock, p->clock_file)) {
		rp_log_fatal("%s: there is no such clock", p->clock_file);
		return EXIT_USAGE;
	}
	if (p->clock_file)
		rp_log(LOG_WARNING, "time is pushed on by %s: this is for tests only", p->clock_file);
	if (fe_server_open(&p->server, &p->config, &p->clock, reload, p, why, sizeof why)) {
		if (why[0]) {
			fprintf(stderr, "rempart-fetch: %s: %s\n", p->config_path, why);
			status = EXIT_USAGE;
		} else {
			rp_log_fatal("%s", rp_strerror(RP_ENOMEM));
		}
	} else {
		fd = get_listener(&p->config, &own_socket);
		if (fd >= 0 && !fe_serve(p->server, fd, own_socket))
			status = EXIT_OK;
	}
	fe_server_close(p->server);
	fe_clock_close(&p->clock);
	return status;
}

int main(int argc, char **argv)
{
	static struct program p = {.config_path = RP_CONFIG_DEFAULT};
	char why[512];
	int status = read_arguments(&p, argc, argv);

	if (status >= 0)
		return status;
	/* Which ranges are asked for is nobody's business either. */
	rp_no_dump();
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (rp_config_read(&p.config, p.config_path, why, sizeof why)) {
		fprintf(stderr, "rempart-fetch: %s\n", why);
		return EXIT_USAGE;
	}
	rp_log_open("rempart-fetch", p.config.log_stderr);
	return serve(&p);
}
