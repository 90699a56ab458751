/*
 * The offline corpus as rempartd holds it: opened when it is first asked, opened again when another file took
 * its place, and its troubles said once, in plain words, and once more when they are over.
 */
#ifndef ENGINE_OFFLINE_H
#define ENGINE_OFFLINE_H

#include <stdbool.h>
#include <stdint.h>
#include "common/protocol.h"

/* How often it is looked whether the file is still the one that is open, or is there again. */
#define EN_OFFLINE_LOOK_MS 1000

struct en_offline;

struct en_offline *en_offline_new(void); /* NULL: no memory */
void en_offline_free(struct en_offline *o);

/* NULL, and *prevalence (0: it is not in it); or the cause why that is not known: "corpus-missing",
 * "corpus-damaged", "corpus-unreadable". *whole: what is not in this corpus is in no known leak. path may be
 * another one than before. now: monotonic, in milliseconds. */
const char *en_offline_ask(struct en_offline *o, const char *path, const uint8_t digest[RP_DIGEST_LEN],
			   int64_t now, uint64_t *prevalence, bool *whole);

#endif
