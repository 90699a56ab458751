/* engine/permit.h: the table, over every verb and every kind of peer; and engine/clock.h, common/notify.h. */
#include "tests/unit/cmocka_all.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/error.h"
#include "common/protocol.h"
#include "engine/clock.h"
#include "common/notify.h"
#include "engine/permit.h"
#include "engine/quota.h"

static void the_whole_table(void **state)
{
	static const unsigned expected[RP_VERB_END] = {
		[RP_PING] = EN_ROOT | EN_PORTAL | EN_SELF | EN_ANY,
		[RP_AUTH] = EN_ROOT | EN_PORTAL | EN_SELF,
		[RP_SHAPE] = EN_ROOT | EN_PORTAL | EN_SELF,
		[RP_ACCOUNT] = EN_ROOT | EN_PORTAL | EN_SELF,
		[RP_ENROL_BEGIN] = EN_ROOT | EN_PORTAL,
		[RP_ENROL_CONFIRM] = EN_ROOT | EN_PORTAL,
		[RP_CHAUTHTOK] = EN_ROOT | EN_PORTAL | EN_SELF,
		[RP_SESSION] = EN_ROOT | EN_PORTAL,
		[RP_CHECK_PASSWORD] = EN_ROOT | EN_PORTAL | EN_SELF | EN_ANY,
		[RP_RESET] = EN_ROOT | EN_PORTAL,
		[RP_MAILBOX] = EN_ROOT | EN_PORTAL,
	};
	(void)state;

	for (unsigned verb = 0; verb < RP_VERB_END + 2; verb++)
		for (unsigned who = EN_NOBODY; who <= EN_ANY; who = who ? who * 2 : 1)
			assert_int_equal(en_permit(verb, who), verb < RP_VERB_END && (expected[verb] & who));
}

static void who_a_peer_is(void **state)
{
	struct en_portals p;
	char word[64];
	(void)state;

	assert_null(en_permit_portals(&p, "", word));
	assert_int_equal(en_permit_peer(&p, 0), EN_ROOT);
	assert_int_equal(en_permit_peer(&p, 33), EN_ANY);
	assert_null(en_permit_portals(&p, " mail,33 ", word));
	assert_int_equal(en_permit_peer(&p, 33), EN_PORTAL);
	assert_int_equal(en_permit_peer(&p, 8), EN_PORTAL);
	assert_int_equal(en_permit_peer(&p, 3), EN_ANY);
	assert_string_equal(en_permit_portals(&p, "no-such-user 33", word), "no-such-user");
	assert_int_equal(en_permit_peer(&p, 33), EN_PORTAL);
	assert_string_equal(en_permit_portals(&p, "4294967295", word), "4294967295");
	assert_int_equal(p.n, 0);
	assert_true(en_permit_is(33, "www-data"));
	assert_false(en_permit_is(33, "mail"));
	assert_false(en_permit_is(54321, "no-such-user"));
}

static void a_share_of_each_second(void **state)
{
	struct en_quota q = {0};
	(void)state;

	for (int i = 0; i < EN_QUOTA_RATE; i++)
		assert_true(en_quota_take(&q, 1000, 5000 + i));
	assert_false(en_quota_take(&q, 1000, 5999));
	assert_true(en_quota_take(&q, 1001, 5999));
	assert_true(en_quota_take(&q, 1000, 6000));
	for (uid_t uid = 1; uid < EN_QUOTA_UIDS; uid++)
		assert_true(en_quota_take(&q, uid, 6001));
	assert_false(en_quota_take(&q, 5000, 6002));
	assert_true(en_quota_take(&q, 1000, 6003));
	assert_true(en_quota_take(&q, 5000, 7000));
}

static void groups(void **state)
{
	const struct passwd *pw = getpwnam("www-data");
	const struct group *gr = pw ? getgrgid(pw->pw_gid) : NULL;
	char list[64];
	(void)state;

	assert_non_null(gr);
	snprintf(list, sizeof list, "nosuchgroup %s", gr->gr_name);
	assert_true(en_permit_in_groups("www-data", list));
	assert_false(en_permit_in_groups("www-data", "root"));
	assert_false(en_permit_in_groups("www-data", ""));
	assert_false(en_permit_in_groups("no-such-user", list));
}

static void clock_of_a_file_and_its_jumps(void **state)
{
	char path[] = "/tmp/rempart-clock-XXXXXX";
	int fd = mkstemp(path);
	struct en_clock c;
	int64_t jump;
	(void)state;

	assert_int_equal(en_clock_open(&c, "/nonexistent/clock"), RP_ENOENT);
	assert_int_equal(en_clock_open(&c, path), 0);
	assert_true(en_clock_now(&c, &jump) < 0); /* empty */
	assert_int_equal(pwrite(fd, "1700000000\n", 11, 0), 11);
	assert_int_equal(en_clock_now(&c, &jump), 1700000000);
	assert_int_equal(jump, 0);
	assert_int_equal(pwrite(fd, "1700000030\n", 11, 0), 11);
	assert_int_equal(en_clock_now(&c, &jump), 1700000030);
	assert_int_equal(jump, 0);
	assert_int_equal(pwrite(fd, "1700003630\n", 11, 0), 11);
	assert_int_equal(en_clock_now(&c, &jump), 1700003630);
	assert_in_range(jump, 3598, 3600); /* less what passed on the other clock */
	assert_int_equal(pwrite(fd, "1700000030\n", 11, 0), 11);
	assert_int_equal(en_clock_now(&c, &jump), 1700000030);
	assert_in_range(-jump, 3600, 3602);
	en_clock_close(&c);
	assert_int_equal(en_clock_open(&c, NULL), 0);
	assert_true(en_clock_now(&c, &jump) > 1700000000);
	assert_int_equal(jump, 0);
	close(fd);
	unlink(path);
}

static void word_to_the_service_manager(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char got[64], number[32];
	(void)state;

	snprintf(sun.sun_path, sizeof sun.sun_path, "/tmp/rempart-notify-%d", (int)getpid());
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	rp_notify("READY=1");
	assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), 7);
	assert_memory_equal(got, "READY=1", 7);
	unsetenv("NOTIFY_SOCKET");
	rp_notify("READY=1");
	assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), -1);
	close(fd);
	unlink(sun.sun_path);

	unsetenv("WATCHDOG_USEC");
	assert_int_equal(rp_notify_watchdog_ms(), -1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(rp_notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(rp_notify_watchdog_ms(), -1);
	snprintf(number, sizeof number, "%d", (int)getpid());
	setenv("WATCHDOG_PID", number, 1);
	assert_int_equal(rp_notify_watchdog_ms(), 15000);
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

static void a_socket_from_the_service_manager(void **state)
{
	char number[32];
	(void)state;

	unsetenv("LISTEN_FDS");
	assert_int_equal(rp_notify_socket(), 0);
	snprintf(number, sizeof number, "%d", (int)getpid());
	setenv("LISTEN_PID", number, 1);
	setenv("LISTEN_FDS", "2", 1);
	assert_int_equal(rp_notify_socket(), RP_EINVAL);
	setenv("LISTEN_FDS", "1", 1);
	if (dup2(0, 3) == 3) /* whatever it is, it is no listening socket */
		assert_int_equal(rp_notify_socket(), RP_EINVAL);
	setenv("LISTEN_PID", "1", 1);
	assert_int_equal(rp_notify_socket(), 0);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_table),
		cmocka_unit_test(who_a_peer_is),
		cmocka_unit_test(a_share_of_each_second),
		cmocka_unit_test(groups),
		cmocka_unit_test(clock_of_a_file_and_its_jumps),
		cmocka_unit_test(word_to_the_service_manager),
		cmocka_unit_test(a_socket_from_the_service_manager),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
