/*
 * A private rempartd with its store, key, clock and PAM services in a folder of its own, for one test
 * program.
 *
 * rempartd and pam_rempart.so are the ones in $REMPART_BUILD. Time stands still unless a test moves it.
 * Every function here fails the running test when it cannot do its work.
 */
#ifndef TESTS_PAM_INSTANCE_H
#define TESTS_PAM_INSTANCE_H

#include <stdint.h>
#include <sys/types.h>

#define INSTANCE_PATH 160

/* 2026-03-01 00:00 UTC: the first second of a time step, whatever the period. */
#define INSTANCE_EPOCH 1772323200

struct instance {
	char dir[64];
	char socket[INSTANCE_PATH], config[INSTANCE_PATH], state[INSTANCE_PATH], key[INSTANCE_PATH];
	char clock[INSTANCE_PATH], log[INSTANCE_PATH], services[INSTANCE_PATH], passwords[INSTANCE_PATH];
	char module[INSTANCE_PATH]; /* a copy that every user can read */
	/* tests/pam/modules/store.c, for services that change passwords, and the file to name to it. */
	char store_module[INSTANCE_PATH], stored[INSTANCE_PATH];
	pid_t rempartd; /* 0: not running */
	int64_t now;
};

/* portals: as in rempart.conf; NULL: this process's user. policy: further sections of it. */
void instance_start(struct instance *i, const char *portals, const char *policy);
/* The folder and the module without rempartd. */
void instance_prepare(struct instance *i);
void instance_stop(struct instance *i);

/* Puts to in the place of from, which stands there once, in rempart.conf: for a rempartd that starts then. */
void instance_configure(const struct instance *i, const char *from, const char *to);
/* Sends SIGTERM and waits; starts again with the same store. */
void instance_halt(struct instance *i);
/* Waits for one that was told to end, and did so well. */
void instance_await_end(struct instance *i);
void instance_resume(struct instance *i);
/* Starts it where it may be unable to decide: what it says to RP_PING. */
unsigned instance_launch(struct instance *i);
/* Waits for a rempartd that was started another way: what it says to RP_PING. */
unsigned instance_await(const struct instance *i);
void instance_kill(struct instance *i); /* with SIGKILL */

/*
 * Writes a PAM service. In text pam_rempart.so stands for the module under test and its socket, and
 * pam_pwdfile.so for that module with this instance's passwords: everybody's is PASSWORD.
 */
void instance_service(const struct instance *i, const char *name, const char *text);
#define PASSWORD "correct horse"
void instance_password_for(const struct instance *i, const char *user);

void instance_set_time(struct instance *i, int64_t now);
void instance_pass_time(struct instance *i, int64_t seconds);

#endif
