/* rempartd: reads its configuration, listens, and hands over to the loop. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "common/daemon.h"
#include "common/error.h"
#include "common/log.h"
#include "engine/loop.h"
#include "engine/park.h"

#define FILES_MAX (EN_CONNECTIONS_MAX + EN_PARKED_MAX + 64)

struct program {
	struct rp_daemon daemon;
	struct rp_config config;
};

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

	if (rp_config_read(&fresh, p->daemon.config_path, why, sizeof why)) {
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

/* What it needs in memory, and then the loop. RP_ENOMEM, or as en_loop. */
static int run(struct program *p, struct en_clock *clock, int fd, bool own_socket)
{
	struct en_link *link = en_link_new();
	struct en_breach *breach = link ? en_breach_new(&p->config, link) : NULL;
	struct en_inquiry inquiry = {&p->config, breach, link};
	struct en_engine *engine = NULL;
	int err = breach ? en_engine_open(&engine, &p->config, clock) : RP_ENOMEM;

	if (!err)
		err = en_loop(engine, &inquiry, fd, own_socket, reload, p);
	if (err == RP_ENOMEM)
		rp_log_fatal("there is not enough memory to begin with");
	en_engine_close(engine);
	en_breach_free(breach);
	en_link_free(link);
	return err;
}

static int serve(struct program *p)
{
	struct en_clock clock;
	int status = RP_EXIT_CANNOT_SERVE, fd;
	bool own_socket;

	if (en_clock_open(&clock, p->daemon.clock_file)) {
		rp_log_fatal("%s: there is no such clock", p->daemon.clock_file);
		return RP_EXIT_USAGE;
	}
	if (p->daemon.clock_file)
		rp_log(LOG_WARNING, "time comes from %s: this is for tests only", p->daemon.clock_file);
	make_room();
	/* Who may ask what is decided by uid, not by the file. */
	fd = rp_daemon_listen(p->config.socket, 0666, &own_socket);
	if (fd >= 0 && !run(p, &clock, fd, own_socket))
		status = RP_EXIT_OK;
	en_clock_close(&clock);
	return status;
}

int main(int argc, char **argv)
{
	static struct program p = {.daemon.name = "rempartd"};
	char why[512];
	int status = rp_daemon_arguments(&p.daemon, argc, argv);

	if (status >= 0)
		return status;
	rp_daemon_harden();
	if (rp_config_read(&p.config, p.daemon.config_path, why, sizeof why)) {
		fprintf(stderr, "rempartd: %s\n", why);
		return RP_EXIT_USAGE;
	}
	rp_log_open("rempartd", p.config.log_stderr);
	return serve(&p);
}
