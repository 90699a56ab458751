/* The users of the benchmark: name, source and secret follow from the number, so that nothing is kept. */
#ifndef BENCH_PEOPLE_H
#define BENCH_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#define BN_NAME_LEN 12
#define BN_SECRET_LEN 20
#define BN_STEP 30 /* seconds */

/* "user0001234" and its NUL. */
void bn_name(unsigned n, char out[BN_NAME_LEN]);
#define BN_ADDRESS_LEN 32
/* An e-mail address of his own. */
void bn_address(unsigned n, char out[BN_ADDRESS_LEN]);
/* An address in 10.0.0.0/8: every professional logs in from a place of his own. */
void bn_source(unsigned n, char out[16]);
void bn_secret(unsigned n, uint8_t out[BN_SECRET_LEN]);
/* The code of a time step. Returns 0 or -1. */
int bn_code(unsigned n, uint64_t counter, char out[7]);

#endif
