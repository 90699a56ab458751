#include "tests/unit/corpora.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "corpus/header.h"
#include "tests/unit/cmocka_all.h"

void corpora_hash(const char *password, uint8_t digest[RP_DIGEST_LEN])
{
	SHA1((const uint8_t *)password, strlen(password), digest);
}

static int in_order(const void *a, const void *b)
{
	return memcmp(a, b, RP_DIGEST_LEN);
}

static void claim(const char *to, uint64_t keys, struct co_info *info)
{
	uint8_t page[CO_PAGE_LEN];
	int fd = open(to, O_WRONLY | O_CLOEXEC);

	info->keys = keys;
	co_header_encode(page, info);
	assert_int_equal(pwrite(fd, page, sizeof page, 0), sizeof page);
	close(fd);
}

void corpora_build(struct corpora *c, const char *to, enum co_profile profile, const char *password)
{
	static uint8_t digests[CORPORA_MANY + 1][RP_DIGEST_LEN];
	uint8_t special[RP_DIGEST_LEN];
	struct co_build *b;
	struct co_info info;
	char why[256], text[32];

	c->options.profile = profile;
	c->options.bits = 3;
	c->options.made = 1700000000;
	corpora_hash(password, special);
	memcpy(digests[0], special, sizeof special);
	for (unsigned i = 1; i <= CORPORA_MANY; i++) {
		snprintf(text, sizeof text, "password %u", i);
		corpora_hash(text, digests[i]);
	}
	qsort(digests, CORPORA_MANY + 1, RP_DIGEST_LEN, in_order);
	assert_int_equal(co_build_begin(&b, to, &c->options, why, sizeof why), 0);
	for (unsigned i = 0; i <= CORPORA_MANY; i++)
		assert_int_equal(
			co_build_add(b, digests[i], memcmp(digests[i], special, RP_DIGEST_LEN) ? 1 : 100), 0);
	assert_int_equal(co_build_finish(b, c->left_out, &info, why, sizeof why), 0);
	if (c->claimed)
		claim(to, c->claimed, &info);
}
