/* An account as bytes and back. */
#include "tests/unit/test_store.h"

#include <openssl/sha.h>
#include "store/record.h"

static struct st_account account;
static uint8_t record[ST_RECORD_MAX];
static int len;

/* alice as n, in record. */
static void encode(unsigned n)
{
	memset(&account, 0, sizeof(account));
	strcpy(account.name, "alice");
	fill_account(&account, n);
	len = st_record_encode(&account, record, sizeof(record));
	assert_true(len > 0);
}

static int decode(const char *name, size_t n)
{
	strcpy(account.name, name);
	return st_record_decode(&account, record, n);
}

static void every_field_comes_back(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 300; n++) {
		encode(n);
		memset(&account, 0xee, sizeof(account));
		assert_int_equal(decode("alice", (size_t)len), 0);
		assert_true(account.exists && !account.dirty);
		memset(account.name + 6, 0, sizeof(account.name) - 6);
		assert_account(&account, n);
	}
}

static void an_empty_account_comes_back(void **state)
{
	static struct st_account empty = {.name = "bob", .exists = true};

	(void)state;
	len = st_record_encode(&empty, record, sizeof(record));
	memset(&account, 0, sizeof(account));
	assert_int_equal(decode("bob", (size_t)len), 0);
	assert_memory_equal(&account, &empty, sizeof(empty));
}

static void extremes_fit(void **state)
{
	(void)state;
	encode(ST_TOKENS_MAX - 1);
	memset(account.name, 'n', RP_USER_MAX);
	memset(account.last_source, 's', sizeof(account.last_source) - 1);
	memset(account.prev_source, 's', sizeof(account.prev_source) - 1);
	for (unsigned i = 0; i < ST_TOKENS_MAX; i++) {
		memset(account.tokens[i].label, 'l', ST_LABEL_MAX);
		account.tokens[i].secret.len = ST_SEALED_MAX;
		account.tokens[i].id = UINT32_MAX;
		account.tokens[i].last_counter = UINT64_MAX;
	}
	for (unsigned i = 0; i < ST_LANES_MAX; i++)
		account.lanes[i].last = INT64_MIN;
	memset(&account.mail, 0xff, sizeof(account.mail));
	struct st_account want = account;

	len = st_record_encode(&account, record, sizeof(record));
	assert_in_range(len, 1, ST_RECORD_MAX);
	assert_int_equal(st_record_decode(&account, record, (size_t)len), 0);
	want.dirty = false;
	assert_memory_equal(&account, &want, sizeof(want));
}

static void each_damaged_byte_is_seen(void **state)
{
	(void)state;
	encode(9);
	for (int i = 0; i < len; i++)
		for (unsigned bits = 1; bits < 256; bits++) {
			record[i] ^= (uint8_t)bits;
			assert_int_equal(decode("alice", (size_t)len), RP_ECORRUPT);
			assert_false(account.exists);
			record[i] ^= (uint8_t)bits;
		}
	assert_int_equal(decode("alice", (size_t)len), 0);
}

static void each_cut_and_each_addition_is_seen(void **state)
{
	(void)state;
	encode(9);
	for (int i = 0; i < len; i++)
		assert_int_equal(decode("alice", (size_t)i), RP_ECORRUPT);
	record[len] = 0;
	assert_int_equal(decode("alice", (size_t)len + 1), RP_ECORRUPT);
	assert_int_equal(decode("alice", ST_RECORD_MAX + 1), RP_ECORRUPT);
}

static void another_name_s_record_is_refused(void **state)
{
	(void)state;
	encode(9);
	assert_int_equal(decode("bob", (size_t)len), RP_ECORRUPT);
	assert_int_equal(decode("alic", (size_t)len), RP_ECORRUPT);
	assert_int_equal(account.n_tokens, 0);
	assert_string_equal(account.name, "alic");
}

static void no_room_is_an_error(void **state)
{
	(void)state;
	encode(9);
	for (size_t size = 0; size < (size_t)len; size++)
		assert_int_equal(st_record_encode(&account, record, size), RP_EINVAL);
	assert_int_equal(st_record_encode(&account, record, (size_t)len), len);
}

/* The checksum again, as whoever knows the format could make it. */
static void mend_checksum(void)
{
	uint8_t all[sizeof("alice") + ST_RECORD_MAX] = "alice", sum[SHA256_DIGEST_LENGTH];

	memcpy(all + sizeof("alice"), record, (size_t)len - 8);
	SHA256(all, sizeof("alice") + (size_t)len - 8, sum);
	memcpy(record + len - 8, sum, 8);
}

static void a_newer_version_is_told_from_damage(void **state)
{
	(void)state;
	encode(9);
	record[0] = ST_RECORD_VERSION + 1;
	assert_int_equal(decode("alice", (size_t)len), RP_ECORRUPT);
	mend_checksum();
	assert_int_equal(decode("alice", (size_t)len), RP_EVERSION);
	record[0] = 0;
	mend_checksum();
	assert_int_equal(decode("alice", (size_t)len), RP_ECORRUPT);
}

/* As this record would have been in an older version, which has nothing of what came later. */
static void older_is_read(uint8_t version)
{
	struct st_account want = account;

	len = st_record_encode(&account, record, sizeof(record));
	record[0] = version;
	mend_checksum();
	assert_int_equal(decode("alice", (size_t)len), 0);
	want.dirty = false;
	assert_memory_equal(&account, &want, sizeof(want));
	assert_int_equal(decode("alice", (size_t)len - 1), RP_ECORRUPT);
}

static void older_versions_are_read(void **state)
{
	(void)state;
	encode(9);
	memset(&account.mail, 0, sizeof(account.mail));
	older_is_read(2);
	encode(9);
	memset(&account.mail, 0, sizeof(account.mail));
	account.leaked_since = 0;
	older_is_read(1);
}

static void an_older_version_has_nothing_of_what_came_later(void **state)
{
	(void)state;
	for (uint8_t version = 1; version < 3; version++) {
		encode(9); /* marked, and something of its mailbox */
		record[0] = version;
		mend_checksum();
		assert_int_equal(decode("alice", (size_t)len), RP_ECORRUPT);
	}
}

/* Each field of the mailbox by itself; none takes no room. */
static void only_what_is_known_of_the_mailbox_takes_room(void **state)
{
	int none;

	(void)state;
	encode(9);
	memset(&account.mail, 0, sizeof(account.mail));
	none = st_record_encode(&account, record, sizeof(record));
	for (unsigned i = 0; i < sizeof(account.mail) / 8; i++) {
		encode(9);
		memset(&account.mail, 0, sizeof(account.mail));
		memcpy((uint8_t *)&account.mail + 8 * i, &(int64_t){1 + i}, 8);
		struct st_mail want = account.mail;

		len = st_record_encode(&account, record, sizeof(record));
		assert_int_equal(len, none + 1 + 8);
		assert_int_equal(decode("alice", (size_t)len), 0);
		assert_memory_equal(&account.mail, &want, sizeof(want));
	}
}

/* Behind a good checksum anything is either refused or is what would be written again. */
static void what_is_accepted_has_one_form(void **state)
{
	static uint8_t again[ST_RECORD_MAX];
	unsigned refused = 0, accepted = 0;

	(void)state;
	for (int i = 1; i < len - 8; i++)
		for (unsigned bits = 1; bits < 256; bits += 2) {
			encode(9);
			record[i] ^= (uint8_t)bits;
			mend_checksum();
			int err = decode("alice", (size_t)len);

			accepted += err == 0;
			refused += err == RP_ECORRUPT;
			if (err)
				continue;
			assert_int_equal(st_record_encode(&account, again, sizeof(again)), len);
			assert_memory_equal(again, record, len);
		}
	assert_true(accepted > 0 && refused > 0);
	assert_int_equal(accepted + refused, (len - 9) * 128);
}

/* Each of these would not be read back as it is. */
static void out_of_bounds_is_not_written(void **state)
{
	(void)state;
#define REFUSED(change)                                                                                      \
	do {                                                                                                 \
		encode(1);                                                                                   \
		change;                                                                                      \
		assert_int_equal(st_record_encode(&account, record, sizeof(record)), RP_EINVAL);             \
	} while (0)
	REFUSED(account.name[0] = '\0');
	REFUSED(memset(account.name, 'x', sizeof(account.name)));
	REFUSED(account.n_tokens = ST_TOKENS_MAX + 1);
	REFUSED(account.n_recovery = ST_RECOVERY_MAX + 1);
	REFUSED(account.email_len = ST_EMAIL_SEALED_MAX + 1);
	REFUSED(account.recovery_key.len = ST_SEALED_MAX + 1);
	REFUSED(account.tokens[1].secret.len = ST_SEALED_MAX + 1);
	REFUSED(account.tokens[0].state = ST_TOKEN_ACTIVE + 1);
	REFUSED(memset(account.tokens[0].label, 'x', ST_LABEL_MAX + 1));
	REFUSED(memset(account.last_source, 'x', sizeof(account.last_source)));
	REFUSED(memset(account.prev_source, 'x', sizeof(account.prev_source)));
#undef REFUSED
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_comes_back),
		cmocka_unit_test(an_empty_account_comes_back),
		cmocka_unit_test(extremes_fit),
		cmocka_unit_test(each_damaged_byte_is_seen),
		cmocka_unit_test(each_cut_and_each_addition_is_seen),
		cmocka_unit_test(another_name_s_record_is_refused),
		cmocka_unit_test(no_room_is_an_error),
		cmocka_unit_test(a_newer_version_is_told_from_damage),
		cmocka_unit_test(older_versions_are_read),
		cmocka_unit_test(an_older_version_has_nothing_of_what_came_later),
		cmocka_unit_test(only_what_is_known_of_the_mailbox_takes_room),
		cmocka_unit_test(what_is_accepted_has_one_form),
		cmocka_unit_test(out_of_bounds_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
