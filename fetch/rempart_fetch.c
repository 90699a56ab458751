/* rempart-fetch: reads its configuration, listens, and hands over to the loop. */
#include <stdio.h>
#include <string.h>
#include "common/daemon.h"
#include "common/error.h"
#include "common/log.h"
#include "fetch/serve.h"

struct program {
	struct rp_daemon daemon;
	struct fe_clock clock;
	struct rp_config config;
	struct fe_server *server;
};

static void reload(void *ctx)
{
	static struct rp_config fresh;
	struct program *p = ctx;
	char why[512];

	if (rp_config_read(&fresh, p->daemon.config_path, why, sizeof why)) {
		rp_log(LOG_ERR, "%s; the configuration read before stays in force", why);
		return;
	}
	if (strcmp(fresh.fetch_socket, p->config.fetch_socket) != 0) {
		rp_log(LOG_WARNING, "another socket needs a restart; the old one stays");
		strcpy(fresh.fetch_socket, p->config.fetch_socket);
	}
	if (fe_server_configure(p->server, &fresh, why, sizeof why)) {
		rp_log(LOG_ERR, "%s: %s; the configuration read before stays in force", p->daemon.config_path,
		       why);
		return;
	}
	p->config = fresh;
	rp_log(LOG_NOTICE, "the configuration was read again");
}

static int serve(struct program *p)
{
	int status = RP_EXIT_CANNOT_SERVE, fd;
	bool own_socket;
	char why[512];

	if (fe_clock_open(&p->clock, p->daemon.clock_file)) {
		rp_log_fatal("%s: there is no such clock", p->daemon.clock_file);
		return RP_EXIT_USAGE;
	}
	if (p->daemon.clock_file)
		rp_log(LOG_WARNING, "time is pushed on by %s: this is for tests only", p->daemon.clock_file);
	if (fe_server_open(&p->server, &p->config, &p->clock, reload, p, why, sizeof why)) {
		if (why[0]) {
			fprintf(stderr, "rempart-fetch: %s: %s\n", p->daemon.config_path, why);
			status = RP_EXIT_USAGE;
		} else {
			rp_log_fatal("%s", rp_strerror(RP_ENOMEM));
		}
	} else {
		fd = rp_daemon_listen(p->config.fetch_socket, 0600, &own_socket);
		if (fd >= 0 && !fe_serve(p->server, fd, own_socket))
			status = RP_EXIT_OK;
	}
	fe_server_close(p->server);
	fe_clock_close(&p->clock);
	return status;
}

int main(int argc, char **argv)
{
	static struct program p = {.daemon.name = "rempart-fetch"};
	char why[512];
	int status = rp_daemon_arguments(&p.daemon, argc, argv);

	if (status >= 0)
		return status;
	/* Which ranges are asked for is nobody's business either. */
	rp_daemon_harden();
	if (rp_config_read(&p.config, p.daemon.config_path, why, sizeof why)) {
		fprintf(stderr, "rempart-fetch: %s\n", why);
		return RP_EXIT_USAGE;
	}
	rp_log_open("rempart-fetch", p.config.log_stderr);
	return serve(&p);
}
