/* The modules that are compared, and what each of them needs for its users. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define BN_CLIENTS_MAX 64

enum bn_kind { BN_PERMIT, BN_GOOGLE, BN_OATH, BN_REMPART };

struct bn_subject {
	enum bn_kind kind;
	unsigned users;
	const char *leaks; /* further lines of its [rempartd]: whom it asks about leaked passwords */
	bool addresses;	   /* its users have e-mail addresses */
	/* Filled in by bn_subject_prepare. */
	bool there;
	char service[32]; /* its PAM service */
	pid_t daemon;	  /* 0: it has none */
	double seconds;	  /* that it took to prepare */
	unsigned cursor;  /* where the next round begins */
	uint32_t *last;	  /* shared: last time step that each user logged in with */
};

/* The module's file name without .so. */
const char *bn_subject_module(const struct bn_subject *s);
/* Debian's package of the module, or NULL. */
const char *bn_subject_package(const struct bn_subject *s);

/*
 * Makes users and PAM service in folder; build is where Rempart's programs are. A module that is not
 * installed is not there, which is no error. Returns 0 or -1.
 */
int bn_subject_prepare(struct bn_subject *s, const char *folder, const char *build);
void bn_subject_stop(struct bn_subject *s);

/* The i-th user from the cursor on, scattered over all of them: neighbours in time are none on the disk. */
unsigned bn_subject_user(const struct bn_subject *s, unsigned i);

#endif
