/* engine/link.h: one packet there, one back, and what is said when there is none. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/ticks.h"
#include "engine/link.h"
#include "tests/unit/logged.h"
#include "tests/unit/server.h"

#define GONE "does not answer"
#define BACK "answers again"

static char folder[64], path[128];
static struct en_link *l;
static int64_t now;
static int listener;

static int start(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/rempart-link-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/sock", folder);
	l = en_link_new();
	assert_non_null(l);
	now = 100000;
	listener = server_listen(path, SOCK_SEQPACKET, 8);
	logged_begin();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	logged_end();
	en_link_free(l);
	close(listener);
	unlink(path);
	return rmdir(folder);
}

static int ask(const char **cause)
{
	return en_link_ask(l, path, (const uint8_t *)"question", 8, now, cause);
}

static void is_refused(const char *cause)
{
	const char *is = NULL;

	assert_int_equal(ask(&is), -1);
	assert_string_equal(is, cause);
}

/* Asks, and returns what the other side accepted, once it has the question. */
static int ask_and_accept(int *other)
{
	const char *cause;
	char heard[16];
	int fd = ask(&cause);

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	*other = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(*other >= 0);
	assert_int_equal(recv(*other, heard, sizeof heard, 0), 8);
	assert_memory_equal(heard, "question", 8);
	return fd;
}

static void question_and_answer(void **state)
{
	const uint8_t *packet = NULL;
	const char *cause;
	size_t len = 0;
	int other, fd = ask_and_accept(&other);
	(void)state;

	assert_int_equal(en_link_hear(l, fd, now, &packet, &len, &cause), 0);
	assert_int_equal(send(other, "answer", 6, 0), 6);
	close(other);
	assert_int_equal(en_link_hear(l, fd, now, &packet, &len, &cause), 1);
	assert_int_equal(len, 6);
	assert_memory_equal(packet, "answer", 6);
	en_link_forget(l);
	assert_memory_equal(packet, "\0\0\0\0\0\0", 6);
	en_link_said(l, true, NULL, now);
	close(fd);
	assert_int_equal(logged("rempart"), 0);
}

/* Several wait at a time. */
static void each_hears_its_own(void **state)
{
	const uint8_t *packet;
	const char *cause;
	size_t len;
	int others[3], fds[3];
	(void)state;

	for (int i = 0; i < 3; i++)
		fds[i] = ask_and_accept(&others[i]);
	for (int i = 2; i >= 0; i--)
		assert_int_equal(send(others[i], &i, sizeof i, 0), sizeof i);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(en_link_hear(l, fds[i], now, &packet, &len, &cause), 1);
		assert_int_equal(len, sizeof i);
		assert_memory_equal(packet, &i, sizeof i);
		close(others[i]);
		close(fds[i]);
	}
}

static void it_hangs_up(void **state)
{
	const uint8_t *packet;
	const char *cause = NULL;
	size_t len;
	int other, fd = ask_and_accept(&other);
	(void)state;

	close(other);
	assert_int_equal(en_link_hear(l, fd, now, &packet, &len, &cause), -1);
	assert_string_equal(cause, "fetch-gone");
	assert_int_equal(logged(GONE ": it hung up"), 1);
	close(fd);
}

static void too_long_for_a_packet(void **state)
{
	static uint8_t huge[RP_RANGE_PACKET_MAX + 1000];
	struct rp_range_answer a;
	const uint8_t *packet;
	const char *cause;
	int other, fd = ask_and_accept(&other);
	size_t len;
	(void)state;

	assert_true(rp_range_answer_encode(RP_RANGE_OK, 0, NULL, 0, huge, sizeof huge) > 0);
	assert_int_equal(send(other, huge, sizeof huge, 0), sizeof huge);
	assert_int_equal(en_link_hear(l, fd, now, &packet, &len, &cause), 1);
	assert_int_equal(len, RP_RANGE_PACKET_MAX + 1);
	assert_true(rp_range_answer_decode(&a, packet, len) < 0);
	close(other);
	close(fd);
}

static void nobody_is_there(void **state)
{
	char expected[256];
	(void)state;

	unlink(path);
	is_refused("fetch-gone");
	snprintf(expected, sizeof expected, "rempart-fetch at %s " GONE ": No such file or directory", path);
	assert_int_equal(logged(expected), 1);
	close(listener);
	listener = server_listen(path, SOCK_SEQPACKET, 8);
	close(listener);
	is_refused("fetch-gone"); /* a socket that nobody listens on */
	assert_int_equal(unlink(path), 0);
	listener = server_listen(path, SOCK_STREAM, 8);
	is_refused("fetch-gone"); /* something else listens */
	assert_int_equal(logged(GONE), 1);
}

static void no_socket_has_such_a_path(void **state)
{
	static char far[512];
	const char *cause = NULL;
	(void)state;

	memset(far, 'a', sizeof far - 1);
	far[0] = '/';
	assert_int_equal(en_link_ask(l, far, (const uint8_t *)"q", 1, now, &cause), -1);
	assert_string_equal(cause, "fetch-gone");
	assert_int_equal(logged("File name too long"), 1);
}

/* It is there, and has too much to do: that is no reason to alarm anybody. */
static void its_queue_is_full(void **state)
{
	const char *cause = NULL;
	int fds[64], n = 0, fd;
	(void)state;

	while ((fd = ask(&cause)) >= 0 && n < 64)
		fds[n++] = fd;
	assert_in_range(n, 1, 63);
	assert_string_equal(cause, "busy");
	assert_int_equal(logged(GONE), 0);
	while (n)
		close(fds[--n]);
}

/* Once each, however often it happens; and what comes and goes is not said more than once a minute. */
static void said_once(void **state)
{
	(void)state;

	for (int i = 0; i < 5; i++)
		en_link_said(l, false, "what came is no answer", now++);
	assert_int_equal(logged(GONE ": what came is no answer"), 1);
	now += 600000;
	en_link_said(l, false, "it takes too long", now);
	assert_int_equal(logged(GONE), 1);
	for (int i = 0; i < 5; i++)
		en_link_said(l, true, NULL, now);
	assert_int_equal(logged(BACK), 1);
	en_link_said(l, false, "it takes too long", now);
	assert_int_equal(logged(GONE), 2);
	en_link_said(l, true, NULL, now);
	en_link_said(l, false, "it takes too long", now + 59999);
	en_link_said(l, true, NULL, now + 59999);
	assert_int_equal(logged(GONE), 2);
	assert_int_equal(logged(BACK), 2);
	en_link_said(l, false, "it takes too long", now + 60000);
	assert_int_equal(logged(GONE), 3);
}

enum how { ANSWERS, HANGS_UP, IS_SILENT };

/* Takes one question; of who is silent the connection stays open until the other side gives up. */
static void *serve(void *how)
{
	char buf[16];
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 || recv(fd, buf, sizeof buf, 0) != 8)
		abort();
	if (*(enum how *)how == ANSWERS && send(fd, "answer", 6, MSG_NOSIGNAL) != 6)
		abort();
	if (*(enum how *)how == IS_SILENT && recv(fd, buf, sizeof buf, 0))
		abort();
	close(fd);
	return NULL;
}

static int wait_for(enum how how, int budget_ms, const char **cause)
{
	const uint8_t *packet;
	pthread_t thread;
	size_t len;
	int came;

	assert_int_equal(pthread_create(&thread, NULL, serve, &how), 0);
	came = en_link_wait(l, path, (const uint8_t *)"question", 8, budget_ms, &packet, &len, cause);
	assert_int_equal(pthread_join(thread, NULL), 0);
	if (came == 1) {
		assert_int_equal(len, 6);
		assert_memory_equal(packet, "answer", 6);
	}
	return came;
}

static void waits_for_an_answer(void **state)
{
	const char *cause = NULL;
	(void)state;

	assert_int_equal(wait_for(ANSWERS, 10000, &cause), 1);
	assert_int_equal(logged("rempart"), 0);
	assert_int_equal(wait_for(HANGS_UP, 10000, &cause), -1);
	assert_string_equal(cause, "fetch-gone");
	assert_int_equal(logged(GONE), 1);
}

static void and_no_longer_than_it_may(void **state)
{
	const char *cause = NULL;
	int64_t since = rp_now_ms();
	(void)state;

	assert_int_equal(wait_for(IS_SILENT, 30, &cause), -1);
	assert_in_range(rp_now_ms() - since, 29, 9999);
	assert_string_equal(cause, "timeout");
	assert_int_equal(logged(GONE ": it takes too long"), 1);
	unlink(path);
	assert_int_equal(en_link_wait(l, path, (const uint8_t *)"question", 8, 10000,
				      &(const uint8_t *){NULL}, &(size_t){0}, &cause),
			 -1);
	assert_string_equal(cause, "fetch-gone");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(question_and_answer),	 TEST(each_hears_its_own), TEST(it_hangs_up),
		TEST(too_long_for_a_packet),	 TEST(nobody_is_there),	   TEST(no_socket_has_such_a_path),
		TEST(its_queue_is_full),	 TEST(said_once),	   TEST(waits_for_an_answer),
		TEST(and_no_longer_than_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
