/* st_record_decode with whatever bytes: refused, or the one form that st_record_encode writes; an older
 * version becomes that. The checksum is made good first, or nothing would get past it. */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include "store/record.h"

#define CHECK_LEN 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an older version said is all there in today's form. */
static void must_survive(const struct st_account *was)
{
	static uint8_t record[ST_RECORD_MAX];
	static struct st_account is;
	int len = st_record_encode(was, record, sizeof(record));

	strcpy(is.name, was->name);
	if (len < 0 || st_record_decode(&is, record, (size_t)len) || memcmp(&is, was, sizeof(is)) != 0)
		abort();
}

static void must_be_the_form(const struct st_account *a, const uint8_t *record, size_t len)
{
	static uint8_t again[ST_RECORD_MAX];

	if (st_record_encode(a, again, sizeof(again)) != (int)len || memcmp(again, record, len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] = "alice";
	static uint8_t named[sizeof(name) + ST_RECORD_MAX];
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
	if (err == 0 && record[0] == ST_RECORD_VERSION)
		must_be_the_form(&account, record, size + CHECK_LEN);
	else if (err == 0)
		must_survive(&account);
	if (err != 0 && (account.exists || account.n_tokens))
		abort();
	free(record);
	return 0;
}
