#include "common/daemon.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include "common/config.h"
#include "common/listen.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/secret.h"

static int usage(const struct rp_daemon *d, FILE *to, int status)
{
	fprintf(to,
		"usage: %s [--config FILE] [--test-clock FILE]\n"
		"       %s --version\n",
		d->name, d->name);
	return status;
}

int rp_daemon_arguments(struct rp_daemon *d, int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
						{"test-clock", required_argument, NULL, 't'},
						{"help", no_argument, NULL, 'h'},
						{"version", no_argument, NULL, 'V'},
						{0}};
	int o;

	d->config_path = RP_CONFIG_DEFAULT;
	while ((o = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			d->config_path = optarg;
			break;
		case 't':
			d->clock_file = optarg;
			break;
		case 'h':
			return usage(d, stdout, RP_EXIT_OK);
		case 'V':
			printf("%s %s\n", d->name, REMPART_VERSION);
			return RP_EXIT_OK;
		default:
			return usage(d, stderr, RP_EXIT_USAGE);
		}
	}
	return optind < argc ? usage(d, stderr, RP_EXIT_USAGE) : -1;
}

void rp_daemon_harden(void)
{
	rp_no_dump();
	umask(077);
	/* A reader of the log that went away and a limit on sizes are errors of one write, not the end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int rp_daemon_listen(const char *path, mode_t mode, bool *own)
{
	int fd = rp_notify_socket();

	*own = !fd;
	if (fd < 0)
		rp_log_fatal("the service manager passed something else than one SOCK_SEQPACKET socket");
	if (fd)
		return fd;
	fd = rp_listen(path, mode);
	if (fd < 0)
		rp_log_fatal("cannot listen at %s: %s", path, rp_listen_why(fd));
	return fd;
}
