#include "tests/breach/ask.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "common/ticks.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

#define AWAIT_MS 10000

static struct breach server;

int ask_setup(void **state)
{
	char dir[] = "/tmp/rempart-breach-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	breach_start(&server, dir, WORDS);
	return 0;
}

int ask_teardown(void **state)
{
	(void)state;
	breach_stop(&server);
	file_remove_tree(server.dir);
	return 0;
}

int ask_alone(void **state)
{
	*state = &server;
	breach_mode(&server, "good");
	return 0;
}

int ask_fetch(void **state)
{
	ask_alone(state);
	breach_fetch_start(&server, "", NULL);
	return 0;
}

int ask_fetch_end(void **state)
{
	(void)state;
	if (server.fetch)
		breach_fetch_halt(&server);
	return 0;
}

int ask_open(const struct breach *b)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(b->fetch_socket) < sizeof sun.sun_path);
	strcpy(sun.sun_path, b->fetch_socket);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

void ask_send(int fd, const char *prefix)
{
	struct rp_range_request req = {.kind = RP_RANGE_PASSWORD_SHA1};
	uint8_t packet[64];
	int len;

	snprintf(req.prefix, sizeof req.prefix, "%s", prefix);
	len = rp_range_request_encode(&req, packet, sizeof packet);
	assert_true(len > 0);
	assert_int_equal(send(fd, packet, (size_t)len, MSG_NOSIGNAL), len);
}

void ask_receive(int fd, struct answer *out)
{
	ssize_t n = recv(fd, out->packet, sizeof out->packet, 0);

	assert_true(n > 0);
	assert_int_equal(rp_range_answer_decode(&out->a, out->packet, (size_t)n), 0);
	if (out->a.status != RP_RANGE_OK)
		assert_int_equal(out->a.n_rows[0] + out->a.n_rows[1], 0);
}

void ask(const struct breach *b, const char *prefix, struct answer *out)
{
	int64_t start = rp_now_ms();
	int fd = ask_open(b);

	ask_send(fd, prefix);
	ask_receive(fd, out);
	out->ms = (int)(rp_now_ms() - start);
	close(fd);
}

void ask_prefix_of(const char *password, char out[RP_RANGE_PREFIX_MAX + 1])
{
	uint8_t digest[SHA_DIGEST_LENGTH];

	SHA1((const uint8_t *)password, strlen(password), digest);
	rp_range_prefix(RP_RANGE_PASSWORD_SHA1, digest, out);
}

uint32_t ask_count(const struct answer *a, const char *password)
{
	uint8_t digest[SHA_DIGEST_LENGTH];

	SHA1((const uint8_t *)password, strlen(password), digest);
	return rp_range_count(RP_RANGE_PASSWORD_SHA1, &a->a, digest);
}

uint32_t ask_password(const struct breach *b, const char *password, enum rp_range_status status)
{
	static struct answer answer;
	char prefix[RP_RANGE_PREFIX_MAX + 1];

	ask_prefix_of(password, prefix);
	ask(b, prefix, &answer);
	assert_int_equal(answer.a.status, status);
	return ask_count(&answer, password);
}

void ask_await_requests(const struct breach *b, unsigned n)
{
	const struct timespec pause = {0, 2000000};
	int64_t end = rp_now_ms() + AWAIT_MS;

	while (breach_requests(b) < n) {
		assert_true(rp_now_ms() < end);
		nanosleep(&pause, NULL);
	}
}
