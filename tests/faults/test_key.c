/* The key file fails under rempartd: refused as unavailable, said in the log, and mended without a restart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/keyfile.h"
#include "tests/faults/ask.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token martin;
static char aside[INSTANCE_PATH + 16];
static int64_t used;  /* when the last one logged in */
static unsigned said; /* how often it was logged that nobody can, until then */

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	snprintf(aside, sizeof aside, "%s/key.aside", in.dir);
	people_enrol(&in, "martin", &martin);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static int log_in_once(void **state)
{
	(void)state;
	instance_pass_time(&in, 30);
	used = in.now;
	said = ask_logged(&in, "logins are refused: ");
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	return 0;
}

static void assert_refuses(const char *cause)
{
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_UNAVAILABLE);
	instance_pass_time(&in, 30);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_UNAVAILABLE);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_UNAVAILABLE);
	assert_true(ask_logged(&in, cause) >= 1);
	assert_int_equal(ask_logged(&in, "logins are refused: "), said + 1);
}

/* What was refused meanwhile is nobody's failure. */
static void assert_mended(void)
{
	char code[CODE_SIZE];

	assert_int_equal(people_account(&in, "martin").failures_since, 0);
	assert_int_equal(ask_code(&in, "martin", NULL, token_code(&martin, used, code)), RP_DENIED);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_DENIED);
}

static void put_aside(void)
{
	assert_int_equal(rename(in.key, aside), 0);
}

static void put_back(void)
{
	assert_int_equal(rename(aside, in.key), 0);
}

static void removed(void **state)
{
	(void)state;
	put_aside();
	assert_refuses("the key file is missing");
	put_back();
	assert_mended();
}

static void another_key(void **state)
{
	char why[256];

	(void)state;
	put_aside();
	assert_int_equal(en_keyfile_create(in.key, why, sizeof why), 0);
	assert_refuses("another key");
	put_back();
	assert_mended();
}

static void another_key_at_the_start(void **state)
{
	char why[256];

	(void)state;
	instance_halt(&in);
	put_aside();
	assert_int_equal(en_keyfile_create(in.key, why, sizeof why), 0);
	assert_int_equal(instance_launch(&in), RP_UNAVAILABLE);
	assert_refuses("another key");
	put_back();
	assert_mended();
}

static void a_mode_that_lets_others_read(void **state)
{
	(void)state;
	assert_int_equal(chmod(in.key, 0640), 0);
	assert_refuses("mode 0600");
	assert_int_equal(chmod(in.key, 0600), 0);
	assert_mended();
}

static void not_a_key_file(void **state)
{
	static const char *const texts[] = {"", "rempart-key 1\n", "rempart-key 2\ntag 00\n1 00\n"};

	(void)state;
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
		put_aside();
		file_write(in.key, texts[i], 0600);
		assert_refuses("not a key file");
		put_back();
		assert_mended();
		log_in_once(NULL);
	}
}

/* Written over where it lies, and back: the same file, other bytes. */
static void overwritten(void **state)
{
	char *text = file_read(in.key);

	(void)state;
	file_write(in.key, "nothing", 0600);
	assert_refuses("not a key file");
	file_write(in.key, text, 0600);
	free(text);
	assert_mended();
}

int main(void)
{
#define AFTER_A_LOGIN(test) cmocka_unit_test_setup(test, log_in_once)
	const struct CMUnitTest tests[] = {
		AFTER_A_LOGIN(removed),
		AFTER_A_LOGIN(another_key),
		AFTER_A_LOGIN(another_key_at_the_start),
		AFTER_A_LOGIN(a_mode_that_lets_others_read),
		AFTER_A_LOGIN(not_a_key_file),
		AFTER_A_LOGIN(overwritten),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
