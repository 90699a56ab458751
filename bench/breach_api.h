/* The breach test server in the place of the API, and a rempart-fetch that asks it. */
#ifndef BENCH_BREACH_API_H
#define BENCH_BREACH_API_H

#include <sys/types.h>
#include "bench/folder.h"

struct bn_api {
	char home[BN_PATH];
	char socket[BN_PATH]; /* rempart-fetch's */
	pid_t server, fetch;
};

/* Starts both in folder; build is where the programs are. Returns 0 or -1 after it said why. */
int bn_api_start(struct bn_api *a, const char *folder, const char *build);
void bn_api_stop(struct bn_api *a);
/* How the server behaves from now on: "good", "silent" and the others of tests/fixtures/breach_modes.c. */
int bn_api_mode(const struct bn_api *a, const char *mode);

#endif
