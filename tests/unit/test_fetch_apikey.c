/* fetch/apikey.h: whose key file it has to be, and what a key is. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "fetch/apikey.h"

#define KEY "0123456789abcdefABCDEF0123456789"

static char dir[] = "/tmp/rempart-apikey-XXXXXX", path[64], why[256], key[FE_APIKEY_LEN + 1];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/key", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void put(const char *text, size_t len, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int get(const char *where)
{
	int err;

	memset(key, 'x', sizeof key);
	why[0] = '\0';
	err = fe_apikey_read(where, key, why, sizeof why);
	if (err)
		assert_string_equal(key, "");
	/* What is wrong is said, never what there is. */
	assert_null(strstr(why, "0123456789"));
	return err;
}

static void a_key(void **state)
{
	static const char *const good[] = {KEY, KEY "\n", KEY "\r\n", KEY "\n\n"};
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		put(good[i], strlen(good[i]), 0600);
		assert_int_equal(get(path), 0);
		assert_string_equal(key, KEY);
	}
	put(KEY, strlen(KEY), 0400);
	assert_int_equal(get(path), 0);
}

static void none_is_no_error(void **state)
{
	(void)state;

	assert_int_equal(get("none"), 0);
	assert_string_equal(key, "");
}

static void what_is_no_key(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
		{"", 0},
		{"\n", 1},
		{KEY, FE_APIKEY_LEN - 1},
		{KEY "0", FE_APIKEY_LEN + 1},
		{KEY " ", FE_APIKEY_LEN + 1},
		{KEY "\0", FE_APIKEY_LEN + 1},
		{KEY "\n\n\n", FE_APIKEY_LEN + 3},
		{KEY "\n" KEY "\n", 2 * FE_APIKEY_LEN + 2},
		{" " KEY, FE_APIKEY_LEN + 1},
		{"0123456789abcdefABCDEF012345678g", FE_APIKEY_LEN},
		{"0123456789abcdef\0BCDEF0123456789", FE_APIKEY_LEN},
		{"hibp-api-key: " KEY, 14 + FE_APIKEY_LEN},
		{KEY KEY KEY, (size_t)3 * FE_APIKEY_LEN},
	};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put(bad[i].text, bad[i].len, 0600);
		assert_int_equal(get(path), RP_EKEY);
		assert_non_null(strstr(why, "32 hexadecimal digits and nothing else are needed in it"));
	}
}

static void not_for_others(void **state)
{
	static const mode_t bad[] = {0604, 0602, 0601 | 0004, 0620, 0660, 0644, 0666, 0777};
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put(KEY, strlen(KEY), bad[i]);
		assert_int_equal(get(path), RP_EKEY);
		assert_non_null(strstr(why, "others can read or write it"));
	}
	/* Our own group may, as where root owns the file; another one may not. */
	put(KEY, strlen(KEY), 0640);
	assert_int_equal(chown(path, (uid_t)-1, getegid()), 0);
	assert_int_equal(get(path), 0);
	if (geteuid())
		return;
	assert_int_equal(chown(path, (uid_t)-1, 12345), 0);
	assert_int_equal(get(path), RP_EKEY);
	assert_non_null(strstr(why, "others can read or write it"));
	assert_int_equal(chown(path, 12345, getegid()), 0);
	assert_int_equal(get(path), RP_EKEY);
	assert_non_null(strstr(why, "it must belong to root or to rempart-fetch's user"));
}

static void no_file(void **state)
{
	char link[64];
	(void)state;

	unlink(path);
	assert_int_equal(get(path), RP_EKEY);
	assert_non_null(strstr(why, "No such file"));
	assert_int_equal(get(dir), RP_EKEY);
	assert_non_null(strstr(why, "it is not a file"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(get(path), RP_EKEY);
	put(KEY, strlen(KEY), 0600);
	snprintf(link, sizeof link, "%s/link", dir);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(get(link), RP_EKEY);
	unlink(link);
}

/* systemd's access list shows as a group's right to read. */
static void a_credential(void **state)
{
	(void)state;

	put(KEY, strlen(KEY), 0440);
	if (!geteuid())
		assert_int_equal(chown(path, (uid_t)-1, 12345), 0);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(get("credential:key"), RP_EKEY);
	assert_non_null(strstr(why, "there is no $CREDENTIALS_DIRECTORY"));
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(get("credential:key"), 0);
	assert_string_equal(key, KEY);
	assert_int_equal(get("credential:other"), RP_EKEY);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(get("credential:key"), RP_EKEY);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void what_the_server_says_of_it(void **state)
{
	enum rp_range_status said = RP_RANGE_NONE;
	(void)state;

	assert_int_equal(fe_apikey_judge(&said, RP_RANGE_HTTP, 401), RP_RANGE_KEY);
	assert_int_equal(said, RP_RANGE_KEY);
	assert_int_equal(fe_apikey_judge(&said, RP_RANGE_HTTP, 403), RP_RANGE_PLAN);
	assert_int_equal(said, RP_RANGE_PLAN);
	/* Anything else says nothing of it; but that it works does. */
	assert_int_equal(fe_apikey_judge(&said, RP_RANGE_HTTP, 503), RP_RANGE_HTTP);
	assert_int_equal(fe_apikey_judge(&said, RP_RANGE_RATE, 401), RP_RANGE_RATE);
	assert_int_equal(said, RP_RANGE_PLAN);
	assert_int_equal(fe_apikey_judge(&said, RP_RANGE_OK, 0), RP_RANGE_OK);
	assert_int_equal(said, RP_RANGE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key),
		cmocka_unit_test(none_is_no_error),
		cmocka_unit_test(what_is_no_key),
		cmocka_unit_test(not_for_others),
		cmocka_unit_test(no_file),
		cmocka_unit_test(a_credential),
		cmocka_unit_test(what_the_server_says_of_it),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
