/* Resets where the store cannot be written, or what it says cannot be read: refused, and nothing else is. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "common/ticks.h"
#include "engine/park.h"
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/pam/mailboxes.h"
#include "tests/unit/cmocka_all.h"

#define CLAIRE "claire.dupont@example.org"
#define DURAND "durand@example.org"

static struct instance in;
static struct token claire;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	people_enrol(&in, "claire", &claire);
	mailboxes_register(&in, "claire", CLAIRE);
	mailboxes_register(&in, "durand", DURAND);
	return 0;
}

static int start_where_they_are_held(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[mailbox]\nlookup = yes\n");
	people_enrol(&in, "claire", &claire);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static struct rp_reply explained(const char *user, const char *code)
{
	struct rp_request req = ask_request(RP_RESET, user, "192.0.2.7", code);

	req.flags = RP_FLAG_EXPLAIN;
	return ask(&in, &req);
}

/* The gate opens on disk, or it does not open. */
static void no_room_to_write(void **state)
{
	struct rlimit full = {0, 0}, before;
	char code[CODE_SIZE];

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, NULL, &before), 0);
	full.rlim_max = before.rlim_max;
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, &full, NULL), 0);
	token_code(&claire, in.now, code);
	assert_int_equal(explained("claire", code).verdict, RP_UNAVAILABLE);
	assert_int_equal(explained("claire", NULL).verdict, RP_UNAVAILABLE);
	assert_int_equal(explained("durand", NULL).verdict, RP_UNAVAILABLE);
	assert_int_equal(people_account(&in, "claire").mail.gate, 0);
	assert_int_equal(prlimit(in.rempartd, RLIMIT_FSIZE, &before, NULL), 0);
	assert_int_equal(explained("claire", NULL).verdict, RP_REFUSED);
	assert_int_equal(explained("claire", code).verdict, RP_OK);
	assert_int_equal(explained("claire", NULL).verdict, RP_OK);
}

static void spoil(const char *sql)
{
	char store[INSTANCE_PATH + 16];
	sqlite3 *db;

	snprintf(store, sizeof store, "%s/store.db", in.state);
	assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_true(sqlite3_changes(db) > 0);
	sqlite3_close(db);
}

/* The mailbox of one who comes in the same turn as others. */
static void one_damaged_mailbox(void **state)
{
	static const char *const users[] = {"durand", "claire", "durand"};
	char code[CODE_SIZE];
	int fds[3];

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	spoil("UPDATE mailbox SET record = record || x'00'");
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < 3; i++) {
		struct rp_request req = ask_request(RP_RESET, users[i], "192.0.2.7", NULL);

		fds[i] = ask_send(&in, &req);
	}
	kill(in.rempartd, SIGCONT);
	assert_int_equal(ask_verdict(fds[0]), RP_OK);
	assert_int_equal(ask_verdict(fds[1]), RP_UNAVAILABLE);
	assert_int_equal(ask_verdict(fds[2]), RP_OK);
	/* Neither code nor login depends on it. */
	assert_int_equal(ask_code(&in, "claire", NULL, token_code(&claire, in.now, code)), RP_OK);
	assert_int_equal(ask_verb(&in, RP_SESSION, "claire"), RP_OK);
	assert_int_equal(people_events(&in, "claire", EN_OPENED), 1);
	assert_int_equal(ask_logged(&in, "a mailbox: damaged"), 2);
	assert_int_equal(people_events(&in, "durand", EN_MAILBOX_CLEAN), 2);
}

static void an_address_that_does_not_open(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	mailboxes_spoil(&in, "claire");
	assert_string_equal(explained("claire", NULL).t1, "mailbox-unknown unknown unreadable");
	assert_int_equal(ask_verb(&in, RP_SESSION, "claire"), RP_OK);
	assert_int_equal(explained("claire", token_code(&claire, in.now, code)).verdict, RP_OK);
}

static void pass(int64_t ms)
{
	for (int64_t end = rp_now_ms() + ms; rp_now_ms() < end;)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
}

/* One that was held has no time left to wait for the store in; a login that comes as its time is over has. */
static void another_writer(void **state)
{
	struct rp_request reset = ask_request(RP_RESET, "nobody", "192.0.2.7", NULL), login;
	char store[INSTANCE_PATH + 16], code[CODE_SIZE];
	sqlite3 *db;
	int held, fd;

	(void)state;
	login = ask_request(RP_AUTH, "claire", "192.0.2.8", token_code(&claire, in.now, code));
	snprintf(store, sizeof store, "%s/store.db", in.state);
	assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
	held = ask_send(&in, &reset);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
	kill(in.rempartd, SIGSTOP);
	pass(EN_PARKED_MS);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	fd = ask_send(&in, &login);
	kill(in.rempartd, SIGCONT);
	pass(600);
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(ask_verdict(fd), RP_OK);
	assert_int_not_equal(ask_verdict(held), RP_OK);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_room_to_write, start, stop),
		cmocka_unit_test_setup_teardown(one_damaged_mailbox, start, stop),
		cmocka_unit_test_setup_teardown(an_address_that_does_not_open, start, stop),
		cmocka_unit_test_setup_teardown(another_writer, start_where_they_are_held, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
