/* st_record_decode with whatever bytes: refused, or the one form that st_record_encode writes.
 * The checksum is made good first, or nothing would get past it. */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include "store/record.h"

#define CHECK_LEN 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] = "alice";
	static uint8_t named[sizeof(name) + ST_RECORD_MAX], again[ST_RECORD_MAX];
	static struct st_account account;
	uint8_t sum[SHA256_DIGEST_LENGTH], *record;
	int err;

	if (size + CHECK_LEN > ST_RECORD_MAX)
		return 0;
	memcpy(named, name, sizeof(name));
	memcpy(named + sizeof(name), data, size);
	SHA256(named, sizeof(name) + size, sum);
	record = malloc(size + CHECK_LEN); /* its own block, so that a read past its end is seen */
	if (!record)
		abort();
	memcpy(record, data, size);
	memcpy(record + size, sum, CHECK_LEN);
	strcpy(account.name, name);
	err = st_record_decode(&account, record, size + CHECK_LEN);
	if (err == 0 && (st_record_encode(&account, again, sizeof(again)) != (int)(size + CHECK_LEN) ||
			 memcmp(again, record, size + CHECK_LEN) != 0))
		abort();
	if (err != 0 && (account.exists || account.n_tokens))
		abort();
	free(record);
	return 0;
}
