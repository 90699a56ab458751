/* SIGHUP: policy changes at once, what cannot be read changes nothing, and paths stay until a restart. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/faults/ask.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

static struct instance in;
static struct token martin;
static char *usual; /* the configuration it was started with */

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[policy]\nenrolment = optional\n");
	usual = file_read(in.config);
	people_enrol(&in, "martin", &martin);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	free(usual);
	instance_stop(&in);
	return 0;
}

/* Puts with in the place of what, and has it read: says must then be in the log once more. */
static void reload(const char *what, const char *with, const char *says)
{
	char *text = text_replace(usual, what, with);
	unsigned said = ask_logged(&in, says);

	assert_string_not_equal(text, usual);
	file_write(in.config, text, 0600);
	free(text);
	kill(in.rempartd, SIGHUP);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK); /* the signal was seen before this was */
	assert_int_equal(ask_logged(&in, says), said + 1);
}

static void assert_decides(void)
{
	instance_pass_time(&in, 30);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_OK);
	assert_int_equal(ask_right(&in, "martin", NULL, &martin), RP_DENIED);
}

static void policy_changes_at_once(void **state)
{
	(void)state;
	assert_int_equal(ask_code(&in, "durand", NULL, "123456"), RP_NOT_CONCERNED);
	reload("= optional", "= required\nself_enrolment = none", "the configuration was read again");
	assert_int_equal(ask_code(&in, "durand", NULL, "123456"), RP_DENIED);
	assert_decides();
}

static void what_cannot_be_read_changes_nothing(void **state)
{
	static const char *const broken[] = {"= optionnal", "= optional\nwindow = 3",
					     "= optional\nnullok = yes", "= optional\n[policy",
					     "= optional\nenrolment = optional"};

	(void)state;
	reload("= optional", "= required\nself_enrolment = none", "the configuration was read again");
	for (unsigned i = 0; i < sizeof broken / sizeof *broken; i++) {
		reload("= optional", broken[i], "the configuration read before stays in force");
		assert_int_equal(ask_code(&in, "durand", "192.0.2.99", "123456"), RP_DENIED);
		instance_pass_time(&in, 1000);
	}
	assert_int_equal(chmod(in.config, 0666), 0);
	kill(in.rempartd, SIGHUP);
	assert_int_equal(ask_code(&in, "durand", "192.0.2.99", "123456"), RP_DENIED);
	assert_int_equal(ask_logged(&in, "others may write it"), 1);
	assert_decides();
}

/* A store or a key of another place would come into use at the first trouble with the old one. */
static void paths_stay_until_a_restart(void **state)
{
	char aside[INSTANCE_PATH + 16];

	(void)state;
	snprintf(aside, sizeof aside, "%s.aside", in.key);
	reload("state = /", "state = /no-such-folder/", "another state needs a restart");
	reload("socket = /", "socket = /no-such-folder/", "another socket needs a restart");
	reload("key = /", "key = /no-such-folder/", "another key needs a restart");
	assert_decides();
	assert_int_equal(rename(in.key, aside), 0);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_UNAVAILABLE);
	assert_int_equal(rename(aside, in.key), 0);
	assert_decides();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_changes_at_once),
		cmocka_unit_test(what_cannot_be_read_changes_nothing),
		cmocka_unit_test(paths_stay_until_a_restart),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
