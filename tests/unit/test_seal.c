/* engine/seal.h and engine/keyfile.h: what opens, what does not, and how keys change. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "engine/enrol.h"
#include "engine/keyfile.h"
#include "engine/recovery.h"
#include "tests/unit/world.h"

static char why[256];

static struct en_seal *open_again(struct world *w)
{
	struct en_seal *s;

	assert_int_equal(en_seal_open(&s, w->key_path, why, sizeof why), 0);
	return s;
}

static void opens_only_for_its_user_purpose_and_id(void **state)
{
	struct world *w = *state;
	struct st_sealed sealed;
	char out[64];

	assert_int_equal(en_seal_put(w->seal, "martin", "totp", 1, "secret", 6, &sealed), 0);
	assert_int_equal(en_seal_get(w->seal, "martin", "totp", 1, &sealed, out, sizeof out), 6);
	assert_memory_equal(out, "secret", 6);
	assert_int_equal(en_seal_get(w->seal, "durand", "totp", 1, &sealed, out, sizeof out), RP_EKEY);
	assert_int_equal(en_seal_get(w->seal, "martin", "recovery", 1, &sealed, out, sizeof out), RP_EKEY);
	assert_int_equal(en_seal_get(w->seal, "martin", "totp", 2, &sealed, out, sizeof out), RP_EKEY);
	assert_int_equal(en_seal_get(w->seal, "martin", "totp", 1, &sealed, out, 5), RP_EKEY);
}

static void every_changed_byte_is_seen(void **state)
{
	struct world *w = *state;
	struct st_sealed sealed;
	static const char zero[16];
	char out[16];

	assert_int_equal(en_seal_put(w->seal, "martin", "totp", 1, "secret", 6, &sealed), 0);
	for (int i = 0; i < sealed.len; i++) {
		struct st_sealed bad = sealed;

		bad.bytes[i] ^= 0x40;
		memset(out, 'x', sizeof out);
		assert_int_equal(en_seal_get(w->seal, "martin", "totp", 1, &bad, out, sizeof out), RP_EKEY);
		assert_memory_equal(out, zero, sizeof out);
	}
	for (uint16_t len = 0; len < sealed.len; len++) {
		struct st_sealed cut = sealed;

		cut.len = len;
		assert_int_equal(en_seal_get(w->seal, "martin", "totp", 1, &cut, out, sizeof out), RP_EKEY);
	}
	sealed.generation++;
	assert_int_equal(en_seal_get(w->seal, "martin", "totp", 1, &sealed, out, sizeof out), RP_EKEY);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	struct st_sealed sealed;
	char big[ST_SEALED_MAX] = {0}, user[2 * RP_USER_MAX];

	assert_int_equal(en_seal_put(w->seal, "martin", "totp", 1, big, sizeof big, &sealed), RP_EINVAL);
	memset(user, 'u', sizeof user - 1);
	user[sizeof user - 1] = '\0';
	assert_int_equal(en_seal_put(w->seal, user, "totp", 1, "x", 1, &sealed), RP_EINVAL);
	assert_int_equal(en_seal_get(w->seal, user, "totp", 1, &sealed, big, sizeof big), RP_EINVAL);
}

static void two_seals_of_one_secret_differ(void **state)
{
	struct world *w = *state;
	struct st_sealed one, two;

	en_seal_put(w->seal, "martin", "totp", 1, "secret", 6, &one);
	en_seal_put(w->seal, "martin", "totp", 1, "secret", 6, &two);
	assert_memory_not_equal(one.bytes, two.bytes, one.len);
}

static void email(void **state)
{
	struct world *w = *state;
	char out[ST_EMAIL_SEALED_MAX], longest[ST_EMAIL_SEALED_MAX];

	assert_int_equal(en_seal_get_email(w->seal, &w->account, out, sizeof out), 0);
	assert_int_equal(en_seal_put_email(w->seal, &w->account, "m@example.org"), 0);
	assert_true(w->account.dirty);
	assert_int_equal(en_seal_get_email(w->seal, &w->account, out, sizeof out), 13);
	assert_string_equal(out, "m@example.org");
	strcpy(w->account.name, "durand");
	assert_int_equal(en_seal_get_email(w->seal, &w->account, out, sizeof out), RP_EKEY);
	assert_int_equal(en_seal_put_email(w->seal, &w->account, ""), 0);
	assert_int_equal(w->account.email_len, 0);
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(en_seal_put_email(w->seal, &w->account, longest), RP_EINVAL);
}

static void a_key_is_rotated_and_nothing_is_lost(void **state)
{
	struct world *w = *state;
	char codes[512], out[64];
	struct en_seal *s;

	world_enrol(w, EN_SHA1, 6, 30);
	assert_int_equal(en_recovery_make(w->seal, &w->account, codes, sizeof codes), 0);
	assert_int_equal(en_seal_put_email(w->seal, &w->account, "m@example.org"), 0);
	assert_true(en_seal_is_current(w->seal));
	assert_int_equal(en_keyfile_add(w->key_path, why, sizeof why), 0);
	assert_false(en_seal_is_current(w->seal));

	s = open_again(w);
	assert_int_equal(en_seal_generation(s), 2);
	w->account.dirty = false;
	assert_int_equal(en_seal_renew(s, &w->account), 0);
	assert_true(w->account.dirty);
	assert_int_equal(w->account.tokens[0].secret.generation, 2);
	assert_int_equal(w->account.recovery_key.generation, 2);
	assert_int_equal(w->account.email_generation, 2);
	w->account.dirty = false;
	assert_int_equal(en_seal_renew(s, &w->account), 0);
	assert_false(w->account.dirty);
	en_seal_close(s);

	assert_int_equal(en_keyfile_drop_old(w->key_path, why, sizeof why), 0);
	en_seal_close(w->seal);
	w->seal = open_again(w);
	assert_int_equal(en_seal_get_email(w->seal, &w->account, out, sizeof out), 13);
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_OK);
	codes[EN_RECOVERY_TEXT] = '\0';
	assert_int_equal(world_ask(w, RP_AUTH, codes), RP_OK);
}

static void renewing_changes_nothing_when_it_fails(void **state)
{
	struct world *w = *state;
	struct st_account before;
	struct en_seal *s;

	world_enrol(w, EN_SHA1, 6, 30);
	world_enrol(w, EN_SHA256, 6, 30);
	w->account.tokens[1].secret.bytes[0] ^= 1;
	w->account.dirty = false;
	before = w->account;
	en_keyfile_add(w->key_path, why, sizeof why);
	s = open_again(w);
	assert_int_equal(en_seal_renew(s, &w->account), RP_EKEY);
	assert_memory_equal(&before, &w->account, sizeof before);
	en_seal_close(s);
}

static void tags_depend_on_the_file_but_not_on_generations(void **state)
{
	struct world *w = *state;
	uint8_t before[ST_HASH_LEN], after[ST_HASH_LEN], other[ST_HASH_LEN];
	struct en_seal *s;

	en_seal_tag(w->seal, "pair", "martin", 6, before);
	en_seal_tag(w->seal, "source", "martin", 6, other);
	assert_memory_not_equal(before, other, ST_HASH_LEN);
	en_keyfile_add(w->key_path, why, sizeof why);
	s = open_again(w);
	en_seal_tag(s, "pair", "martin", 6, after);
	assert_memory_equal(before, after, ST_HASH_LEN);
	en_seal_close(s);
	unlink(w->key_path);
	assert_int_equal(en_keyfile_create(w->key_path, why, sizeof why), 0);
	s = open_again(w);
	en_seal_tag(s, "pair", "martin", 6, after);
	assert_memory_not_equal(before, after, ST_HASH_LEN);
	en_seal_close(s);
}

static void expect_refused(const char *path, int err, const char *says)
{
	struct en_seal *s = (void *)1;

	assert_int_equal(en_seal_open(&s, path, why, sizeof why), err);
	assert_null(s);
	assert_non_null(strstr(why, says));
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

static void files_that_are_no_key(void **state)
{
	static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct world *w = *state;
	char path[128], text[1200];

	snprintf(path, sizeof path, "%s/other", w->folder);
	expect_refused(path, RP_EKEY, "missing");
	write_file(path, "");
	expect_refused(path, RP_EKEY, "not a key file");
	write_file(path, "something else\n");
	expect_refused(path, RP_EKEY, "not a key file");
	snprintf(text, sizeof text, "rempart-key 1\n1 %s\n", hex);
	write_file(path, text); /* no tag */
	expect_refused(path, RP_EKEY, "not a key file");
	snprintf(text, sizeof text, "rempart-key 1\ntag %s\n", hex);
	write_file(path, text); /* no generation */
	expect_refused(path, RP_EKEY, "not a key file");
	snprintf(text, sizeof text, "rempart-key 1\ntag %s\n2 %s\n1 %s\n", hex, hex, hex);
	write_file(path, text); /* generations fall */
	expect_refused(path, RP_EKEY, "not a key file");
	snprintf(text, sizeof text, "rempart-key 1\ntag %s\n1 %.63s\n", hex, hex);
	write_file(path, text); /* a digit short */
	expect_refused(path, RP_EKEY, "not a key file");
	snprintf(text, sizeof text, "rempart-key 1\ntag %s\n1 %s\n", hex, hex);
	write_file(path, text);
	chmod(path, 0640);
	expect_refused(path, RP_EPERM, "0600");
	unlink(path);
	assert_int_equal(symlink(w->key_path, path), 0);
	expect_refused(path, RP_EKEY, path);
	unlink(path);
	mkdir(path, 0700);
	expect_refused(path, RP_EPERM, "0600");
	rmdir(path);
}

static void a_credential_of_systemd(void **state)
{
	struct world *w = *state;
	struct en_seal *s;

	unsetenv("CREDENTIALS_DIRECTORY");
	expect_refused("credential:key", RP_EKEY, "CREDENTIALS_DIRECTORY");
	setenv("CREDENTIALS_DIRECTORY", w->folder, 1);
	chmod(w->key_path, 0440); /* as systemd gives it */
	assert_int_equal(en_seal_open(&s, "credential:key", why, sizeof why), 0);
	assert_true(en_seal_is_current(s));
	en_seal_close(s);
	assert_int_equal(en_keyfile_add("credential:key", why, sizeof why), RP_EIO);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void making_and_growing_key_files(void **state)
{
	struct world *w = *state;
	struct stat st;
	char nowhere[128];
	int err = 0;

	assert_int_equal(en_keyfile_create(w->key_path, why, sizeof why), RP_EEXIST);
	assert_int_equal(stat(w->key_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	snprintf(nowhere, sizeof nowhere, "%s/not/there", w->folder);
	assert_int_equal(en_keyfile_create(nowhere, why, sizeof why), RP_EIO);
	assert_int_equal(en_keyfile_add(nowhere, why, sizeof why), RP_EKEY);
	assert_int_equal(en_keyfile_drop_old(nowhere, why, sizeof why), RP_EKEY);
	for (int i = 1; i < EN_GENERATIONS_MAX; i++)
		assert_int_equal(err = en_keyfile_add(w->key_path, why, sizeof why), 0);
	assert_int_equal(en_keyfile_add(w->key_path, why, sizeof why), RP_EFULL);
}

static void a_store_knows_its_key(void **state)
{
	struct world *w = *state;
	struct st_turn *turn = st_turn_new();
	struct st_store *store;
	struct en_seal *other;
	char path[128], db[128];

	assert_int_equal(st_open(&store, w->folder, true), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(st_begin(store, turn, 1000), 0);
		assert_int_equal(en_seal_check(w->seal, store), 0);
		assert_int_equal(st_commit(store, turn), 0);
	}
	snprintf(path, sizeof path, "%s/other", w->folder);
	assert_int_equal(en_keyfile_create(path, why, sizeof why), 0);
	assert_int_equal(en_seal_open(&other, path, why, sizeof why), 0);
	assert_int_equal(st_begin(store, turn, 1000), 0);
	assert_int_equal(en_seal_check(other, store), RP_EKEY);
	st_rollback(store);
	en_seal_close(other);
	st_close(store);
	st_turn_free(turn);
	unlink(path);
	for (const char *const *f = (const char *const[]){"", "-wal", "-shm", NULL}; *f; f++) {
		snprintf(db, sizeof db, "%s/store.db%s", w->folder, *f);
		unlink(db);
	}
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(opens_only_for_its_user_purpose_and_id),
		IN_A_WORLD(every_changed_byte_is_seen),
		IN_A_WORLD(what_does_not_fit_is_refused),
		IN_A_WORLD(two_seals_of_one_secret_differ),
		IN_A_WORLD(email),
		IN_A_WORLD(a_key_is_rotated_and_nothing_is_lost),
		IN_A_WORLD(renewing_changes_nothing_when_it_fails),
		IN_A_WORLD(tags_depend_on_the_file_but_not_on_generations),
		IN_A_WORLD(files_that_are_no_key),
		IN_A_WORLD(a_credential_of_systemd),
		IN_A_WORLD(making_and_growing_key_files),
		IN_A_WORLD(a_store_knows_its_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
