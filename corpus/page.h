/*
 * One page of the corpus: the keys of its digests, sorted, quantised and Rice-coded, so that the code just
 * fills CO_PAGE_LEN bytes. docs/CORPUS.md has the bytes.
 *
 * A key is the CO_KEY_BITS bits of a digest after those that give its page. Quantised to a range M it is
 * key × M / 2^CO_KEY_BITS, rounded down; M = factor × 2^shift, so that a page's precision follows how many
 * keys there happen to be, to a thousandth of a bit.
 */
#ifndef CORPUS_PAGE_H
#define CORPUS_PAGE_H

#include "corpus/corpus.h"

#define CO_KEY_BITS 48
#define CO_PAGE_KEYS 4096 /* no page holds more: at this many the precision would be gone */

struct co_key {
	uint64_t bits; /* < 2^CO_KEY_BITS */
	uint8_t log;   /* floor(log2(count)), < 64 */
};

/* bits: of the page's number. */
uint64_t co_page_of(const uint8_t digest[CO_DIGEST_LEN], unsigned bits);
uint64_t co_key_of(const uint8_t digest[CO_DIGEST_LEN], unsigned bits);

/* keys: strictly rising. *epsilon: the chance that a key that is not in the page is found there. RP_EFULL:
 * they cannot be told apart to 2^-8 in one page. */
int co_page_encode(uint8_t page[CO_PAGE_LEN], const struct co_key *keys, unsigned n, double *epsilon);

/* made and place (0: the header) say whose page this is: another's in its place is noticed like damage. */
void co_page_seal(uint8_t page[CO_PAGE_LEN], int64_t made, uint64_t place);
bool co_page_sealed(const uint8_t page[CO_PAGE_LEN], int64_t made, uint64_t place);

/* Both take any bytes. *count: 0, or 2^log. RP_ECORRUPT. */
int co_page_find(const uint8_t page[CO_PAGE_LEN], uint64_t key, uint64_t *count);
/* Reads the page to its end; *n: its keys. RP_ECORRUPT. */
int co_page_check(const uint8_t page[CO_PAGE_LEN], unsigned *n);

#endif
