/* The first page of the file: struct co_info in bytes. docs/CORPUS.md has them. */
#ifndef CORPUS_HEADER_H
#define CORPUS_HEADER_H

#include "corpus/corpus.h"

#define CO_BITS_MAX 24 /* 64 GiB */

/* Sealed, and ready to be written. */
void co_header_encode(uint8_t page[CO_PAGE_LEN], const struct co_info *info);
/* RP_ECORRUPT: no header, or a damaged one; RP_EVERSION: a whole one of another version. */
int co_header_decode(struct co_info *info, const uint8_t page[CO_PAGE_LEN]);

/* Bytes of the whole file. */
uint64_t co_file_len(unsigned bits);

#endif
