#include "tests/pam/leaks.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "corpus/build.h"
#include "tests/unit/cmocka_all.h"

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, SHA_DIGEST_LENGTH);
}

static void build(const char *path)
{
	static const char *const words[] = {PASSWORD, LEAKED_TOO, "Password1"};
	const struct co_build_options options = {.profile = CO_FULL, .expected = 3, .made = INSTANCE_EPOCH};
	uint8_t digests[3][SHA_DIGEST_LENGTH];
	struct co_build *b;
	char why[256];

	for (unsigned i = 0; i < 3; i++)
		SHA1((const uint8_t *)words[i], strlen(words[i]), digests[i]);
	qsort(digests, 3, sizeof *digests, by_bytes);
	assert_int_equal(co_build_begin(&b, path, &options, why, sizeof why), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(co_build_add(b, digests[i], 1000), 0);
	assert_int_equal(co_build_finish(b, 0, NULL, why, sizeof why), 0);
}

void leaks_known(struct instance *i)
{
	char corpus[INSTANCE_PATH], line[INSTANCE_PATH + 16];

	snprintf(corpus, sizeof corpus, "%s/corpus", i->dir);
	snprintf(line, sizeof line, "corpus = %s", corpus);
	build(corpus);
	instance_halt(i);
	instance_configure(i, "corpus = none", line);
	instance_resume(i);
}
