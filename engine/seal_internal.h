/* What seal.c and keyfile.c share: the key file's contents. Private to the two. */
#ifndef ENGINE_SEAL_INTERNAL_H
#define ENGINE_SEAL_INTERNAL_H

#include <sys/stat.h>
#include "engine/seal.h"

struct en_keys {
	uint8_t tag[EN_KEY_LEN];
	unsigned n;
	struct {
		uint32_t generation;
		uint8_t key[EN_KEY_LEN];
	} keys[EN_GENERATIONS_MAX];
	struct stat st; /* of the file that was read */
};

/* Where path is: credential:NAME is resolved with $CREDENTIALS_DIRECTORY. RP_EKEY: not in a service. */
int en_keys_path(const char *path, char *out, unsigned size, char *why, unsigned why_size);
int en_keys_read(struct en_keys *k, const char *path, char *why, unsigned why_size);

#endif
