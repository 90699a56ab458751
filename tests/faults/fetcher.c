#include "tests/faults/fetcher.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "common/range.h"
#include "common/ticks.h"
#include "tests/unit/cmocka_all.h"

#define MOST 600
#define LEAKS_MOST 8
#define PACKET_MOST 300
#define PATIENCE_MS 10000

struct fetcher {
	char path[108];
	int listener, wake[2];
	pthread_t thread;
	pthread_mutex_t lock; /* for all below */
	enum fetcher_how how;
	bool over;
	unsigned status;
	uint64_t detail;
	unsigned asked, n, n_leaks;
	struct {
		int fd;
		uint8_t packet[PACKET_MOST];
		size_t len;
	} waiting[MOST];
	struct {
		uint8_t digest[RP_DIGEST_LEN];
		uint32_t count;
	} leaks[LEAKS_MOST];
	uint8_t mailbox[RP_DIGEST_LEN]; /* that is in breach */
	struct rp_breach breach;
};

static void must(bool ok)
{
	if (!ok)
		abort(); /* another thread than the test's */
}

/* The range of the prefix: as many rows as a real one, the leaked ones among them. */
static int fill(const struct fetcher *f, const struct rp_range_request *req, uint8_t *buf, size_t size)
{
	static uint8_t rows[2000][RP_RANGE_ROW_LEN];
	unsigned n = sizeof rows / sizeof *rows;

	if (f->status)
		return rp_range_answer_encode(f->status, f->detail, NULL, 0, buf, size);
	for (unsigned i = 0; i < n; i++) {
		memset(rows[i], (int)(i & 0xff), RP_RANGE_ROW_LEN);
		rows[i][0] = (uint8_t)(i & 0x0f);
		rows[i][1] = (uint8_t)(i >> 8);
	}
	for (unsigned i = 0; i < f->n_leaks; i++) {
		const uint8_t *d = f->leaks[i].digest;
		char prefix[RP_RANGE_PREFIX_MAX + 1];
		uint32_t count = f->leaks[i].count;
		uint8_t *row = rows[n / 2 + i];

		rp_range_prefix(RP_RANGE_PASSWORD_SHA1, d, prefix);
		if (strcmp(prefix, req->prefix))
			continue;
		memcpy(row, d + 2, 18);
		row[0] &= 0x0f;
		for (int b = 0; b < 4; b++)
			row[18 + b] = (uint8_t)(count >> 8 * (3 - b));
	}
	return rp_range_answer_encode(RP_RANGE_OK, 0, rows[0], n, buf, size);
}

/* The range of a mailbox: an address that is not in question, and the one that is, if it is of this range. */
static int fill_mailbox(const struct fetcher *f, const struct rp_mail_request *req, uint8_t *buf, size_t size)
{
	static uint8_t breaches[200], addresses[200];
	struct rp_mail_writer b = {breaches, sizeof breaches, 0, 0}, a = {addresses, sizeof addresses, 0, 0};
	struct rp_mail_answer answer = {.status = f->status ? (uint8_t)f->status : RP_RANGE_OK,
					.detail = f->detail};
	uint8_t other[RP_MAIL_SUFFIX_LEN] = {1};
	char prefix[RP_MAIL_PREFIX + 1];
	uint16_t first = 0;

	rp_mail_prefix(f->mailbox, prefix);
	if (!f->status) {
		rp_mail_put_breach(&b, &f->breach);
		rp_mail_put_address(&a, other, &first, 1);
		if (!strcmp(prefix, req->argument))
			rp_mail_put_address(&a, f->mailbox + 3, &first, 1);
	}
	answer.first = breaches;
	answer.first_len = b.at;
	answer.second = addresses;
	answer.second_len = a.at;
	return rp_mail_answer_encode(&answer, RP_MAIL_RANGE, buf, size);
}

static int fill_any(const struct fetcher *f, const uint8_t *packet, size_t len, uint8_t *buf, size_t size)
{
	struct rp_mail_request mail;
	struct rp_range_request range;

	if (!rp_mail_request_decode(&mail, packet, len)) {
		must(mail.verb == RP_MAIL_RANGE && strlen(mail.argument) == RP_MAIL_PREFIX && len < 16);
		return fill_mailbox(f, &mail, buf, size);
	}
	must(!rp_range_request_decode(&range, packet, len));
	must(range.kind == RP_RANGE_PASSWORD_SHA1 && strlen(range.prefix) == 5 && len < 16);
	return fill(f, &range, buf, size);
}

static void answer(const struct fetcher *f, int fd, const uint8_t *packet, size_t len)
{
	static uint8_t buf[RP_RANGE_PACKET_MAX + 1000];
	int n = (int)sizeof buf;

	memset(buf, 0xff, sizeof buf);
	if (f->how == FETCHER_GARBAGE)
		n = 100;
	else if (f->how == FETCHER_ANSWERS || f->how == FETCHER_FAILS)
		n = fill_any(f, packet, len, buf, sizeof buf);
	must(n > 0);
	if (f->how != FETCHER_HANGS_UP)
		send(fd, buf, (size_t)n, MSG_NOSIGNAL);
	close(fd);
}

static void answer_waiting(struct fetcher *f)
{
	for (unsigned i = 0; i < f->n; i++)
		answer(f, f->waiting[i].fd, f->waiting[i].packet, f->waiting[i].len);
	f->n = 0;
}

static void take(struct fetcher *f)
{
	uint8_t buf[PACKET_MOST];
	int fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : recv(fd, buf, sizeof buf, 0);

	if (n <= 0) {
		close(fd);
		return;
	}
	f->asked++;
	if (f->how != FETCHER_WAITS) {
		answer(f, fd, buf, (size_t)n);
		return;
	}
	must(f->n < MOST);
	f->waiting[f->n].fd = fd;
	memcpy(f->waiting[f->n].packet, buf, (size_t)n);
	f->waiting[f->n++].len = (size_t)n;
}

/* Who does not wait any longer has hung up. */
static void drop_gone(struct fetcher *f)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < f->n; i++) {
		struct pollfd p = {.fd = f->waiting[i].fd};

		poll(&p, 1, 0);
		if (p.revents)
			close(f->waiting[i].fd);
		else
			f->waiting[kept++] = f->waiting[i];
	}
	f->n = kept;
}

static void *serve(void *arg)
{
	struct fetcher *f = arg;
	bool over = false;

	while (!over) {
		struct pollfd p[2] = {{.fd = f->listener, .events = POLLIN},
				      {.fd = f->wake[0], .events = POLLIN}};
		char byte;

		poll(p, 2, PATIENCE_MS);
		pthread_mutex_lock(&f->lock);
		if (p[1].revents)
			must(read(f->wake[0], &byte, 1) == 1);
		over = f->over;
		if (f->how != FETCHER_WAITS || over)
			answer_waiting(f);
		if (p[0].revents && !over)
			take(f);
		pthread_mutex_unlock(&f->lock);
	}
	return NULL;
}

struct fetcher *fetcher_start(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct fetcher *f = calloc(1, sizeof *f);

	assert_non_null(f);
	snprintf(f->path, sizeof f->path, "%s", path);
	strcpy(sun.sun_path, f->path);
	pthread_mutex_init(&f->lock, NULL);
	assert_int_equal(pipe(f->wake), 0);
	f->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(listen(f->listener, 1024), 0);
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
	return f;
}

static void wake(struct fetcher *f)
{
	pthread_mutex_unlock(&f->lock);
	assert_int_equal(write(f->wake[1], "", 1), 1);
}

void fetcher_stop(struct fetcher *f)
{
	pthread_mutex_lock(&f->lock);
	f->over = true;
	f->how = FETCHER_HANGS_UP;
	wake(f);
	assert_int_equal(pthread_join(f->thread, NULL), 0);
	close(f->listener);
	close(f->wake[0]);
	close(f->wake[1]);
	unlink(f->path);
	free(f);
}

void fetcher_is(struct fetcher *f, enum fetcher_how how)
{
	pthread_mutex_lock(&f->lock);
	f->how = how;
	f->status = 0;
	wake(f);
}

void fetcher_fail(struct fetcher *f, unsigned status, uint64_t detail)
{
	pthread_mutex_lock(&f->lock);
	f->how = FETCHER_FAILS;
	f->status = status;
	f->detail = detail;
	wake(f);
}

void fetcher_leak(struct fetcher *f, const uint8_t digest[RP_DIGEST_LEN], uint32_t count)
{
	pthread_mutex_lock(&f->lock);
	assert_true(f->n_leaks < LEAKS_MOST);
	memcpy(f->leaks[f->n_leaks].digest, digest, RP_DIGEST_LEN);
	f->leaks[f->n_leaks++].count = count;
	pthread_mutex_unlock(&f->lock);
}

void fetcher_breach(struct fetcher *f, const uint8_t digest[RP_DIGEST_LEN], const struct rp_breach *b)
{
	pthread_mutex_lock(&f->lock);
	memcpy(f->mailbox, digest, RP_DIGEST_LEN);
	f->breach = *b;
	pthread_mutex_unlock(&f->lock);
}

static void count(struct fetcher *f, unsigned *asked, unsigned *waiting)
{
	pthread_mutex_lock(&f->lock);
	drop_gone(f);
	*asked = f->asked;
	*waiting = f->n;
	pthread_mutex_unlock(&f->lock);
}

unsigned fetcher_asked(struct fetcher *f)
{
	unsigned asked, waiting;

	count(f, &asked, &waiting);
	return asked;
}

static void await(struct fetcher *f, unsigned want, bool waiting)
{
	int64_t until = rp_now_ms() + PATIENCE_MS;
	unsigned n[2];

	for (;;) {
		count(f, &n[0], &n[1]);
		if (n[waiting] == want)
			return;
		if (rp_now_ms() > until)
			fail_msg("asked %u, waiting %u, wanted %u", n[0], n[1], want);
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
}

void fetcher_await_asked(struct fetcher *f, unsigned asked)
{
	await(f, asked, false);
}

void fetcher_await_waiting(struct fetcher *f, unsigned waiting)
{
	await(f, waiting, true);
}
