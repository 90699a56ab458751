/* Packets that are none: refused with an answer where one is possible, and rempartd goes on deciding. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/error.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

#define SEED 20260301
#define MUTATIONS 20000
#define AT_ONCE 100

static struct instance in;
static struct token token;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "");
	people_enrol(&in, "martin", &token);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static void assert_decides(void)
{
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_OK);
	assert_int_equal(ask_verb(&in, RP_PING, ""), RP_OK);
}

/* The answer to these bytes, as ask_hear gives it. */
static int answer_to(const uint8_t *bytes, size_t len, struct rp_reply *rep)
{
	int fd = ask_connect(&in);

	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
	return ask_hear(fd, rep);
}

static void assert_refused(const uint8_t *bytes, size_t len)
{
	struct rp_reply rep;

	assert_int_equal(answer_to(bytes, len, &rep), 0);
	assert_int_equal(rep.verdict, RP_BAD_REQUEST);
	assert_int_equal(rep.n1 | rep.n2 | (unsigned char)rep.t1[0] | (unsigned char)rep.t2[0] | rep.t3_len,
			 0);
	assert_decides();
}

static size_t usual(uint8_t buf[RP_PACKET_MAX])
{
	struct rp_request req = ask_request(RP_AUTH, "martin", "192.0.2.7", "000000");

	return (size_t)rp_request_encode(&req, buf, RP_PACKET_MAX);
}

static void cut_anywhere(void **state)
{
	uint8_t buf[RP_PACKET_MAX];
	size_t len = usual(buf);

	(void)state;
	for (size_t n = 1; n < len; n++)
		assert_refused(buf, n);
}

static void too_long(void **state)
{
	static uint8_t buf[65536];
	size_t len = usual(buf);

	(void)state;
	assert_refused(buf, len + 1);
	assert_refused(buf, RP_PACKET_MAX);
	assert_refused(buf, RP_PACKET_MAX + 1);
	assert_refused(buf, sizeof buf);
}

static void versions_and_verbs(void **state)
{
	uint8_t buf[RP_PACKET_MAX];
	size_t len = usual(buf);

	(void)state;
	for (unsigned v = 0; v < 256; v += v == RP_VERSION + 1 ? 255 - v : 1) {
		if (v >= RP_VERSION_OLDEST && v <= RP_VERSION)
			continue;
		buf[0] = (uint8_t)v;
		assert_refused(buf, len);
	}
	buf[0] = RP_VERSION;
	for (unsigned v = 0; v < 256; v = v ? v + 49 : RP_VERB_END) {
		buf[1] = (uint8_t)v;
		assert_refused(buf, len);
	}
}

/* A packet whose field number at is of len bytes, all of them byte. */
static size_t with_field(uint8_t *buf, unsigned at, size_t len, int byte)
{
	size_t n = 4;

	memcpy(buf, (uint8_t[]){RP_VERSION, RP_AUTH, 0, 0}, 4);
	for (unsigned i = 0; i < 4; i++) {
		size_t l = i == at ? len : 1;

		buf[n++] = (uint8_t)(l >> 8);
		buf[n++] = (uint8_t)l;
		memset(buf + n, i == at ? byte : 'x', l);
		n += l;
	}
	memset(buf + n, 0, 4); /* no digest, no address */
	return n + 4;
}

static void fields_out_of_bounds(void **state)
{
	static const size_t max[] = {RP_USER_MAX, RP_SERVICE_MAX, RP_SOURCE_MAX, RP_CODE_MAX};
	uint8_t buf[RP_PACKET_MAX];
	struct rp_reply rep;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		size_t len = with_field(buf, i, max[i] + 1, 'x');

		assert_refused(buf, len);
		assert_refused(buf, with_field(buf, i, 1, '\0'));
		len = with_field(buf, i, 3, 'x');
		buf[4 + 3 * i + 2 + 1] = '\0';
		assert_refused(buf, len);
		len = with_field(buf, i, max[i], 'x');
		assert_int_equal(answer_to(buf, len, &rep), 0);
		assert_int_equal(rep.verdict, RP_NOT_CONCERNED); /* the longest is no fault */
		buf[4 + 3 * i] = 0xff;
		assert_refused(buf, len);
	}
	assert_refused(buf, with_field(buf, 0, 0, 0)); /* an empty user */
}

/* An empty packet cannot be told from a hang-up; it has no answer, at once. */
static void an_empty_packet(void **state)
{
	struct rp_reply rep;

	(void)state;
	assert_int_equal(answer_to((const uint8_t *)"", 0, &rep), RP_ENOENT);
	assert_decides();
}

/* Only the first packet of a connection is heard. */
static void two_packets(void **state)
{
	struct rp_request req = ask_request(RP_ACCOUNT, "martin", NULL, NULL);
	uint8_t buf[RP_PACKET_MAX];
	size_t len = (size_t)rp_request_encode(&req, buf, sizeof buf);
	int fd = ask_connect(&in);

	(void)state;
	kill(in.rempartd, SIGSTOP);
	assert_int_equal(send(fd, buf, len, MSG_NOSIGNAL), len);
	assert_int_equal(send(fd, buf, len, MSG_NOSIGNAL), len);
	kill(in.rempartd, SIGCONT);
	close(fd);
	assert_decides();
}

static size_t mutated(uint8_t *buf, unsigned short seed[3])
{
	static const char *const names[] = {"martin", "durand", "", "root"};
	struct rp_request req = ask_request((enum rp_verb)(1 + nrand48(seed) % 8), names[nrand48(seed) % 4],
					    "192.0.2.7", "123");
	size_t len = (size_t)rp_request_encode(&req, buf, RP_PACKET_MAX);

	for (long n = nrand48(seed) % 4; n >= 0; n--) {
		size_t at = (size_t)nrand48(seed) % len;

		switch (nrand48(seed) % 4) {
		case 0:
			buf[at] ^= (uint8_t)(1 << nrand48(seed) % 8);
			break;
		case 1:
			buf[at] = (uint8_t)nrand48(seed);
			break;
		case 2:
			len = at + 1;
			break;
		default:
			memset(buf + len, (int)nrand48(seed), 40);
			len += (size_t)nrand48(seed) % 40;
		}
	}
	return len;
}

static void assert_sane(const uint8_t *bytes, size_t len, int fd)
{
	struct rp_request req;
	bool good = !rp_request_decode(&req, bytes, len);
	unsigned verdict = ask_verdict(fd);

	assert_int_equal(verdict == RP_BAD_REQUEST, !good);
	assert_int_not_equal(verdict, RP_UNAVAILABLE);
	if (good && req.verb == RP_AUTH)
		assert_true(verdict == RP_DENIED || verdict == RP_THROTTLED || verdict == RP_NOT_CONCERNED ||
			    (verdict == RP_NO_ACCOUNT && req.flags & RP_FLAG_AS_TYPED));
}

static void random_mutations(void **state)
{
	static uint8_t packets[AT_ONCE][RP_PACKET_MAX];
	unsigned short seed[3] = {SEED & 0xffff, SEED >> 16, 0};
	size_t len[AT_ONCE];
	int fds[AT_ONCE];

	(void)state;
	print_message("seed %d\n", SEED);
	for (int done = 0; done < MUTATIONS; done += AT_ONCE) {
		for (int i = 0; i < AT_ONCE; i++) {
			len[i] = mutated(packets[i], seed);
			fds[i] = ask_connect(&in);
			assert_int_equal(send(fds[i], packets[i], len[i], MSG_NOSIGNAL), len[i]);
		}
		for (int i = 0; i < AT_ONCE; i++)
			assert_sane(packets[i], len[i], fds[i]);
	}
	assert_decides();
}

/* The first is said at once with how many so far; not each of the thousands above. */
static void they_are_counted(void **state)
{
	unsigned lines = ask_logged(&in, "malformed packets so far");

	(void)state;
	assert_true(lines >= 1 && lines <= 3);
	assert_int_equal(ask_logged(&in, "refused 1 malformed packets so far"), 1);
}

/* What a stranger chose stands in the log as one word. */
static void names_forge_no_line(void **state)
{
	struct rp_request req = ask_request(RP_ACCOUNT, "x\nauth user=root verdict=ok", "a b\nauth", NULL);

	(void)state;
	strcpy(req.service, "s verdict=ok\r\n");
	assert_int_equal(ask(&in, &req).verdict, RP_NOT_CONCERNED);
	assert_int_equal(ask_logged(&in, "\nauth user=root"), 0);
	assert_int_equal(ask_logged(&in, " verdict=ok\\x0d"), 0);
	assert_int_equal(ask_logged(&in, "account user=x\\x0aauth\\x20user"), 1);
}

static void it_is_the_same_rempartd(void **state)
{
	(void)state;
	assert_int_equal(kill(in.rempartd, 0), 0);
	assert_int_equal(ask_right(&in, "durand-not-enrolled", NULL, &token), RP_NOT_CONCERNED);
	instance_pass_time(&in, 3600); /* the mutations that kept martin's name were failures of his */
	assert_int_equal(ask_right(&in, "martin", "198.51.100.1", &token), RP_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_anywhere),	       cmocka_unit_test(too_long),
		cmocka_unit_test(versions_and_verbs),  cmocka_unit_test(fields_out_of_bounds),
		cmocka_unit_test(an_empty_packet),     cmocka_unit_test(two_packets),
		cmocka_unit_test(random_mutations),    cmocka_unit_test(they_are_counted),
		cmocka_unit_test(names_forge_no_line), cmocka_unit_test(it_is_the_same_rempartd),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
