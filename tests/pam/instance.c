#include "tests/pam/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "common/dial.h"
#include "engine/keyfile.h"
#include "store/store.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

/* crypt(3), SHA-512, of PASSWORD. */
#define PASSWORD_HASH                                                                                        \
	"$6$rempart$FAm2ggibC9Jx2fBB7swZtCoWz0TJsg1ooYV1pmFFmweNCTSQGVubpF.wY9mCVeN9uWIegzOog4oJNR5tdoB7A/"

static const char *built(void)
{
	const char *build = getenv("REMPART_BUILD");

	return build ? build : "build";
}

void instance_prepare(struct instance *i)
{
	char from[INSTANCE_PATH];

	*i = (struct instance){.dir = "/tmp/rempart-pam-XXXXXX", .now = INSTANCE_EPOCH};
	assert_non_null(mkdtemp(i->dir));
	assert_int_equal(chmod(i->dir, 0711), 0);
	snprintf(i->socket, INSTANCE_PATH, "%s/rempartd.sock", i->dir);
	snprintf(i->config, INSTANCE_PATH, "%s/rempart.conf", i->dir);
	snprintf(i->state, INSTANCE_PATH, "%s/state", i->dir);
	snprintf(i->key, INSTANCE_PATH, "%s/key", i->dir);
	snprintf(i->clock, INSTANCE_PATH, "%s/clock", i->dir);
	snprintf(i->log, INSTANCE_PATH, "%s/log", i->dir);
	snprintf(i->services, INSTANCE_PATH, "%s/pam.d", i->dir);
	snprintf(i->passwords, INSTANCE_PATH, "%s/passwords", i->dir);
	snprintf(i->module, INSTANCE_PATH, "%s/pam_rempart.so", i->dir);
	snprintf(i->store_module, INSTANCE_PATH, "%s/tests/modules/pam_store.so", built());
	snprintf(i->stored, INSTANCE_PATH, "%s/stored", i->dir);
	snprintf(from, INSTANCE_PATH, "%s/pam_rempart.so", built());
	file_copy(from, i->module, 0755);
	assert_int_equal(mkdir(i->services, 0755), 0);
	assert_int_equal(mkdir(i->state, 0700), 0);
	file_write(i->passwords, "", 0644);
}

static void make_store(const struct instance *i)
{
	struct st_store *s;
	char why[256];

	assert_int_equal(en_keyfile_create(i->key, why, sizeof why), 0);
	assert_int_equal(st_open(&s, i->state, true), 0);
	st_close(s);
}

static void write_config(const struct instance *i, const char *portals, const char *policy)
{
	char text[4096], self[16];

	snprintf(self, sizeof self, "%u", (unsigned)getuid());
	snprintf(text, sizeof text,
		 "[rempartd]\nsocket = %s\nstate = %s\ncorpus = none\nkey = %s\nlog = stderr\nportals = "
		 "%s\n%s\n",
		 i->socket, i->state, i->key, portals ? portals : self, policy);
	file_write(i->config, text, 0600);
}

void instance_configure(const struct instance *i, const char *from, const char *to)
{
	char *old = file_read(i->config), *text = text_replace(old, from, to);

	assert_int_equal(text_count(old, from), 1);
	file_write(i->config, text, 0600);
	free(old);
	free(text);
}

static void run(const struct instance *i)
{
	char program[INSTANCE_PATH];
	int log = open(i->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	snprintf(program, sizeof program, "%s/rempartd", built());
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(log, STDERR_FILENO);
	execl(program, "rempartd", "--config", i->config, "--test-clock", i->clock, (char *)NULL);
	_exit(127);
}

unsigned instance_await(const struct instance *i)
{
	const struct rp_request ping = {.version = RP_VERSION, .verb = RP_PING};
	const struct timespec pause = {0, 2000000};
	struct rp_reply rep;

	while (rp_ask(i->socket, &ping, &rep, 5000, rp_server_root_or_self, NULL)) {
		assert_int_equal(waitpid(i->rempartd, NULL, WNOHANG), 0); /* else it ended: see the log */
		nanosleep(&pause, NULL);
	}
	return rep.verdict;
}

unsigned instance_launch(struct instance *i)
{
	i->rempartd = fork();
	assert_true(i->rempartd >= 0);
	if (!i->rempartd)
		run(i);
	return instance_await(i);
}

void instance_resume(struct instance *i)
{
	assert_int_equal(instance_launch(i), RP_OK);
}

void instance_start(struct instance *i, const char *portals, const char *policy)
{
	instance_prepare(i);
	make_store(i);
	write_config(i, portals, policy);
	instance_set_time(i, INSTANCE_EPOCH);
	instance_resume(i);
}

void instance_halt(struct instance *i)
{
	kill(i->rempartd, SIGTERM);
	instance_await_end(i);
}

void instance_await_end(struct instance *i)
{
	int status;

	assert_int_equal(waitpid(i->rempartd, &status, 0), i->rempartd);
	i->rempartd = 0;
	assert_int_equal(status, 0);
}

void instance_kill(struct instance *i)
{
	kill(i->rempartd, SIGKILL);
	assert_int_equal(waitpid(i->rempartd, NULL, 0), i->rempartd);
	i->rempartd = 0;
}

void instance_stop(struct instance *i)
{
	if (i->rempartd)
		instance_halt(i);
	file_remove_tree(i->dir);
}

void instance_service(const struct instance *i, const char *name, const char *text)
{
	char path[INSTANCE_PATH + 64], module[2 * INSTANCE_PATH + 16], first[INSTANCE_PATH + 32];
	char *out, *done;

	snprintf(path, sizeof path, "%s/%s", i->services, name);
	snprintf(module, sizeof module, "%s socket=%s", i->module, i->socket);
	snprintf(first, sizeof first, "pam_pwdfile.so nodelay pwdfile=%s", i->passwords);
	out = text_replace(text, "pam_rempart.so", module);
	done = text_replace(out, "pam_pwdfile.so", first);
	file_write(path, done, 0644);
	free(out);
	free(done);
}

void instance_password_for(const struct instance *i, const char *user)
{
	char *old = file_read(i->passwords), *text;

	assert_true(asprintf(&text, "%s%s:%s\n", old, user, PASSWORD_HASH) > 0);
	file_write(i->passwords, text, 0644);
	free(old);
	free(text);
}

/* Always the same length, in one write: rempartd may read it at any moment. */
void instance_set_time(struct instance *i, int64_t now)
{
	char text[32];

	i->now = now;
	snprintf(text, sizeof text, "%020lld\n", (long long)now);
	file_overwrite(i->clock, text);
}

void instance_pass_time(struct instance *i, int64_t seconds)
{
	instance_set_time(i, i->now + seconds);
}
