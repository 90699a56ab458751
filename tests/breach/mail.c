#include "tests/breach/mail.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/ticks.h"
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

static struct mail_found found;
static int64_t clock_now;

static void clock_path(const struct breach *b, char out[BREACH_PATH])
{
	assert_true(snprintf(out, BREACH_PATH, "%s/clock", b->dir) < BREACH_PATH);
}

void mail_start(struct breach *b, const char *key, const char *lines)
{
	char clock[BREACH_PATH], all[1024];
	const char *const more[] = {"--test-clock", clock, NULL};

	if (b->fetch)
		breach_fetch_halt(b);
	clock_path(b, clock);
	clock_now = 0;
	file_write(clock, "0", 0600);
	snprintf(all, sizeof all, "%s%s", breach_email(b, key), lines);
	breach_fetch_start(b, all, more);
}

void mail_later(const struct breach *b, int64_t seconds)
{
	char clock[BREACH_PATH], text[32];

	clock_path(b, clock);
	clock_now += seconds;
	snprintf(text, sizeof text, "%lld", (long long)clock_now);
	file_overwrite(clock, text);
}

int mail_fetch(void **state)
{
	ask_alone(state);
	mail_start(*state, BREACH_KEY, "");
	return 0;
}

void mail_send(int fd, enum rp_mail_verb verb, const char *argument)
{
	struct rp_mail_request req = {.verb = (uint8_t)verb};
	uint8_t packet[RP_ADDRESS_MAX + 64];
	int len;

	snprintf(req.argument, sizeof req.argument, "%s", argument);
	len = rp_mail_request_encode(&req, packet, sizeof packet);
	assert_true(len > 0);
	assert_int_equal(send(fd, packet, (size_t)len, MSG_NOSIGNAL), len);
}

void mail_receive(int fd, enum rp_mail_verb verb, struct mail *out)
{
	ssize_t n = recv(fd, out->packet, sizeof out->packet, 0);

	assert_true(n > 0);
	assert_int_equal(rp_mail_answer_decode(&out->a, verb, out->packet, (size_t)n), 0);
	if (out->a.status != RP_RANGE_OK)
		assert_int_equal(out->a.first_len + out->a.second_len, 0);
}

void mail_ask(const struct breach *b, enum rp_mail_verb verb, const char *argument, struct mail *out)
{
	int64_t start = rp_now_ms();
	int fd = ask_open(b);

	mail_send(fd, verb, argument);
	mail_receive(fd, verb, out);
	out->ms = (int)(rp_now_ms() - start);
	close(fd);
}

void mail_digest(const char *address, uint8_t out[RP_DIGEST_LEN])
{
	SHA1((const uint8_t *)address, strlen(address), out);
}

void mail_prefix_of(const char *address, char out[RP_MAIL_PREFIX + 1])
{
	uint8_t digest[RP_DIGEST_LEN];

	mail_digest(address, digest);
	rp_mail_prefix(digest, out);
}

static void keep(const struct rp_breach *breach, void *ctx)
{
	struct mail_found *f = ctx;

	assert_true(f->n < MAIL_BREACHES_MAX);
	f->all[f->n++] = *breach;
}

static const struct mail_found *ask_about(const struct breach *b, enum rp_mail_verb verb,
					  const char *argument, const char *address,
					  enum rp_range_status status)
{
	static struct mail mail;
	uint8_t digest[RP_DIGEST_LEN];
	int n;

	mail_ask(b, verb, argument, &mail);
	assert_int_equal(mail.a.status, status);
	found.n = 0;
	if (status != RP_RANGE_OK)
		return &found;
	mail_digest(address, digest);
	n = rp_mail_each(&mail.a, verb, digest, keep, &found);
	assert_int_equal(n, found.n);
	return &found;
}

const struct mail_found *mail_range(const struct breach *b, const char *address, enum rp_range_status status)
{
	char prefix[RP_MAIL_PREFIX + 1];

	mail_prefix_of(address, prefix);
	return ask_about(b, RP_MAIL_RANGE, prefix, address, status);
}

const struct mail_found *mail_exact(const struct breach *b, const char *address, enum rp_range_status status)
{
	return ask_about(b, RP_MAIL_EXACT, address, address, status);
}

const struct rp_breach *mail_breach(const struct mail_found *f, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (!strcmp(f->all[i].name, name))
			return &f->all[i];
	return NULL;
}

void mail_is_in(const struct mail_found *f, const char *names)
{
	char *copy = strdup(names), *save;
	int n = 0;

	assert_non_null(copy);
	for (const char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save), n++)
		assert_non_null(mail_breach(f, name));
	free(copy);
	assert_int_equal(f->n, n);
}

unsigned mail_said(const struct breach *b, const char *what)
{
	char *log = file_read(b->fetch_log);
	unsigned n = text_count(log, what);

	free(log);
	return n;
}
