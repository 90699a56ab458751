/* rp_config_read with whatever file: refused with one line that says where, or every value within bounds. */
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/config.h"
#include "common/error.h"

static void must_be_within(int64_t n, int64_t min, int64_t max)
{
	MUST(n >= min && n <= max);
}

static void must_be_sane(const struct rp_config *c)
{
	MUST(c->socket[0] == '/' && strlen(c->socket) < sizeof c->socket);
	MUST(c->state[0] == '/' && strlen(c->state) < sizeof c->state);
	MUST(c->key[0] && strlen(c->key) < sizeof c->key);
	MUST(c->issuer[0] && strlen(c->issuer) < sizeof c->issuer);
	MUST(strlen(c->portals) < sizeof c->portals);
	MUST(strlen(c->exempt_groups) < sizeof c->exempt_groups);
	MUST(strlen(c->exempt_services) < sizeof c->exempt_services);
	MUST(strlen(c->self_enrolment) < sizeof c->self_enrolment);
	must_be_within(c->window, 0, 2);
	must_be_within(c->account.free, 1, 100);
	must_be_within(c->account.max_wait, 1, 86400);
	must_be_within(c->pair.free, 1, 100);
	must_be_within(c->pair.max_wait, 1, 86400);
	must_be_within(c->source.free, 1, 100000);
	must_be_within(c->source.max_wait, 1, 86400);
	must_be_within(c->shut_after, 1, 100);
	must_be_within(c->lane_days, 0, 3650);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rp_config config, again;
	char path[32], why[512] = "";
	int fd = memfd_create("rempart.conf", MFD_CLOEXEC), err;

	MUST(fd >= 0 && !fchmod(fd, 0600) && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	memset(&config, 0xee, sizeof config);
	err = rp_config_read(&config, path, why, sizeof why);
	MUST(err == 0 || err == RP_EINVAL);
	if (err) {
		char *rest;

		MUST(!strncmp(why, path, strlen(path)) && why[strlen(path)] == ':');
		MUST(strtol(why + strlen(path) + 1, &rest, 10) > 0);
		MUST(!strncmp(rest, ": ", 2) && rest[2] && !strchr(why, '\n'));
	} else {
		MUST(!why[0]);
		must_be_sane(&config);
		MUST(!rp_config_read(&again, path, why, sizeof why));
		MUST(!memcmp(&again, &config, sizeof config));
	}
	close(fd);
	return 0;
}
