/* What leaves the process and what reaches the log: never a password, and of codes only to rempartd. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include "tests/pam/conv.h"
#include "tests/pam/files.h"
#include "tests/pam/peer.h"
#include "tests/unit/cmocka_all.h"

#define RECOVERY "ABCD-EFGH-IJKL-MNOP-QRST-UV27"

static struct instance in;
static pid_t peer;

static int start(void **state)
{
	(void)state;
	instance_prepare(&in);
	instance_service(&in, "prompt", "auth required pam_rempart.so nodelay debug\n");
	instance_service(&in, "combined", "auth required pam_rempart.so nodelay debug mode=combined\n");
	instance_service(&in, "auto", "auth required pam_rempart.so nodelay debug mode=auto\n");
	instance_service(&in, "password", "auth required pam_rempart.so nodelay debug mode=password\n");
	instance_service(&in, "whole",
			 "auth required pam_rempart.so nodelay debug mode=auto\n"
			 "account required pam_rempart.so debug\n"
			 "password required pam_rempart.so debug\n");
	peer = peer_start(&in, PEER_EXPECT, geteuid());
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (peer)
		peer_stop(peer);
	instance_stop(&in);
	return 0;
}

/* The stand-in lets in whoever sends exactly what it expects. */
static void assert_sent(const char *service, const char *typed, const char *sent)
{
	struct conv conv = {.always = typed};

	assert_int_equal(login_auth(&in, service, sent, &conv), PAM_SUCCESS);
	conv_clear(&conv);
}

static void what_a_prompt_sends(void **state)
{
	(void)state;
	assert_sent("prompt", "123456", "123456");
	assert_sent("prompt", " 1234 5678 ", "12345678");
	assert_sent("prompt", RECOVERY, "ABCDEFGHIJKLMNOPQRSTUV27");
	assert_sent("prompt", "hunter2", "?");
	assert_sent("prompt", "hunter123456", "?");
	assert_sent("prompt", "123456789", "?");
}

static void what_a_field_sends(void **state)
{
	static const char *const services[] = {"combined", "auto"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_sent(services[i], "hunter123456", "123456");
		assert_sent(services[i], "hunter12345678", "12345678");
		assert_sent(services[i], "hunter1234567", "234567");
		assert_sent(services[i], "hunter991234567890", "34567890");
		assert_sent(services[i], "hunter" RECOVERY, RECOVERY);
	}
}

static void two_different_answers(void **state)
{
	(void)state;
	assert_int_equal(login_answers(&in, "auto", "?", "hunter123456", "hunter2"), PAM_SUCCESS);
	assert_int_equal(login_answers(&in, "auto", "654321", "hunter123456", "654321"), PAM_SUCCESS);
}

/* libpam logs through syslog(3), which can be made to copy to standard error. */
static char *log_of(void (*talk)(void))
{
	char path[INSTANCE_PATH + 8];
	int out, kept = dup(STDERR_FILENO);

	snprintf(path, sizeof path, "%s/syslog", in.dir);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0);
	dup2(out, STDERR_FILENO);
	close(out);
	openlog("test", LOG_PERROR, LOG_AUTHPRIV);
	talk();
	openlog("test", 0, LOG_AUTHPRIV);
	dup2(kept, STDERR_FILENO);
	close(kept);
	return file_read(path);
}

static void talk(void)
{
	static const char *const services[] = {"prompt", "combined", "auto", "password"};

	for (unsigned i = 0; i < sizeof services / sizeof *services; i++) {
		struct conv right = {.always = "hunter654321"}, wrong = {.always = "hunter987654"};

		login_auth(&in, services[i], "654321", &right);
		login_auth(&in, services[i], "000000", &wrong);
		conv_clear(&right);
		conv_clear(&wrong);
	}
}

static void assert_no_secret(const char *log)
{
	assert_int_equal(text_count(log, "hunter"), 0);
	assert_int_equal(text_count(log, "654321"), 0);
	assert_int_equal(text_count(log, "987654"), 0);
}

static void logs_hold_no_secret(void **state)
{
	char *log;

	(void)state;
	log = log_of(talk);
	assert_int_not_equal(text_count(log, "verb 2: verdict 3"), 0); /* debug does work */
	assert_no_secret(log);
	free(log);
	peer_stop(peer);
	peer = 0;
	log = log_of(talk);
	assert_int_not_equal(text_count(log, "did not decide"), 0);
	assert_no_secret(log);
	free(log);
}

/* A login with a leaked password, and a change to it. */
static void talk_of_passwords(void)
{
	struct conv conv = {.answers = {PEER_LEAKED, "123456", PEER_LEAKED, PEER_LEAKED}};
	struct login l;

	login_start(&l, &in, "whole", "1", NULL, &conv);
	assert_int_equal(pam_authenticate(l.pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_acct_mgmt(l.pamh, 0), PAM_NEW_AUTHTOK_REQD);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_AUTHTOK_ERR);
	login_end(&l);
	conv_clear(&conv);
}

/* Nor anything from which a password could be guessed: of its SHA-1, not even the beginning. */
static void logs_hold_no_password(void **state)
{
	char *log;

	(void)state;
	peer = peer_start(&in, PEER_BREACH, geteuid());
	log = log_of(talk_of_passwords);
	assert_int_not_equal(text_count(log, "verb 4: verdict 11"), 0);
	assert_int_not_equal(text_count(log, "verb 7: verdict 11"), 0);
	assert_null(strcasestr(log, PEER_LEAKED));
	assert_null(strcasestr(log, "3b004")); /* printf azerty123 | sha1sum */
	free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_prompt_sends),	 cmocka_unit_test(what_a_field_sends),
		cmocka_unit_test(two_different_answers), cmocka_unit_test(logs_hold_no_secret),
		cmocka_unit_test(logs_hold_no_password),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
