/* st_mailbox_decode with whatever bytes, behind whatever columns: refused, or the one form that
 * st_mailbox_encode writes. The checksum is made good first, or nothing would get past it. */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include "store/record.h"
#include "tests/fuzz/fuzz.h"

#define COLUMNS (1 + 8 + 8) /* listed, until, checked: the input begins with them */

static int64_t time_at(const uint8_t *p)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t named[ST_HASH_LEN + ST_CHECKED_MAX], again[ST_MAILBOX_RECORD_MAX];
	struct st_mailbox m = {.key = {0}};
	uint8_t sum[SHA256_DIGEST_LENGTH], *record;
	size_t len = size - COLUMNS;

	if (size < COLUMNS || len > ST_MAILBOX_RECORD_MAX)
		return 0;
	memcpy(named + ST_HASH_LEN, data, size);
	SHA256(named, ST_HASH_LEN + size, sum);
	record = malloc(len + ST_CHECK_LEN); /* its own block, so that a read past its end is seen */
	MUST(record);
	memcpy(record, data + COLUMNS, len);
	memcpy(record + len, sum, ST_CHECK_LEN);
	m.listed = data[0];
	m.until = time_at(data + 1);
	m.checked = time_at(data + 9);
	if (st_mailbox_decode(&m, record, len + ST_CHECK_LEN) == 0) {
		MUST(m.exists && (m.listed || m.checked));
		MUST(st_mailbox_encode(&m, again, sizeof again) == (int)(len + ST_CHECK_LEN));
		MUST(memcmp(again, record, len + ST_CHECK_LEN) == 0);
	} else {
		MUST(!m.exists);
	}
	free(record);
	return 0;
}
