#include "tests/pam/peer.h"

#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "common/reply.h"
#include "tests/unit/cmocka_all.h"

#define HEARD_MAX 64

const uint8_t peer_leaked_inverted[9] = {0x9e, 0x85, 0x9a, 0x8d, 0x8b, 0x86, 0xce, 0xcd, 0xcc};
const uint8_t peer_leaked_digest_inverted[RP_DIGEST_LEN] = {
	0xc4, 0xff, 0xb5, 0x39, 0x27, 0x59, 0xfd, 0x97, 0xe0, 0xa1,
	0x1c, 0xa7, 0x83, 0x6d, 0xb7, 0xaa, 0x98, 0x61, 0xde, 0x26,
};

/* Shared with the process that serves. */
static struct heard {
	unsigned n;
	struct rp_request requests[HEARD_MAX];
} * heard;

bool peer_is_about(const struct rp_request *req, const char *password)
{
	uint8_t digest[SHA_DIGEST_LENGTH];

	SHA1((const uint8_t *)password, strlen(password), digest);
	return req->has_digest && !memcmp(req->digest, digest, sizeof digest);
}

const struct rp_request *peer_heard(unsigned n)
{
	return n < heard->n ? &heard->requests[n] : NULL;
}

static void note(const struct rp_request *req)
{
	if (heard->n < HEARD_MAX)
		heard->requests[heard->n++] = *req;
}

static uint8_t breach_verdict(const struct rp_request *req)
{
	if (peer_is_about(req, PEER_LEAKED) || peer_is_about(req, PEER_LEAKED_SLOWLY))
		return RP_LEAKED;
	if (peer_is_about(req, PEER_UNKNOWN))
		return RP_UNKNOWN;
	return req->verb == RP_CHAUTHTOK && req->has_digest ? (uint8_t)atoi(req->user) : RP_OK;
}

static uint8_t prelim_verdict(const struct rp_request *req)
{
	static bool seen;

	if (req->flags & RP_FLAG_PRELIM)
		seen = true;
	else
		return seen ? RP_LOCKED : RP_DENIED;
	return RP_OK;
}

static uint8_t enrol_verdict(const struct rp_request *req)
{
	static bool enrolled;
	int n = atoi(req->user);
	bool before = enrolled;

	enrolled = req->verb == RP_ENROL_CONFIRM && n - 100 == RP_OK;
	if (req->verb == RP_ACCOUNT)
		return before ? breach_verdict(req) : RP_ENROL;
	if (req->verb == RP_ENROL_CONFIRM)
		return (uint8_t)(n - 100);
	return n < 100 ? (uint8_t)n : RP_OK;
}

/* Names of users are what this stand-in is told its answers with. */
static uint8_t reset_verdict(const struct rp_request *req)
{
	unsigned number[3] = {0};

	if (req->verb != RP_RESET)
		return peer_is_about(req, PEER_LEAKED) ? RP_LEAKED : RP_OK;
	sscanf(req->user, "%u-%u-%u", &number[0], &number[1], &number[2]);
	return (uint8_t)number[req->flags & RP_FLAG_DONE ? 2 : req->code[0] ? 1 : 0];
}

static uint8_t verdict_for(enum peer_kind kind, const struct rp_request *req)
{
	bool shape = req->verb == RP_SHAPE;

	switch (kind) {
	case PEER_VERDICT:
		return shape ? RP_OK : (uint8_t)atoi(req->user);
	case PEER_EXPECT:
		return shape || !strcmp(req->code, req->user) ? RP_OK : RP_DENIED;
	case PEER_PRELIM:
		return prelim_verdict(req);
	case PEER_NO_SHAPE:
		return shape ? RP_UNAVAILABLE : RP_OK;
	case PEER_ENROL:
		return enrol_verdict(req);
	case PEER_RESET:
	case PEER_RESET_SLOW:
		return reset_verdict(req);
	case PEER_BREACH:
		return breach_verdict(req);
	case PEER_NO_VERDICT:
		return RP_VERDICT_END;
	default:
		return RP_OK;
	}
}

/* A side of 21 modules, all light: nothing that an app reads, but something that can be drawn. */
static void add_qr(struct rp_reply *rep)
{
	rep->t3[0] = 21;
	rep->t3_len = 1 + (21 * 21 + 7) / 8;
	strcpy(rep->t1, "ABCDEFGHIJKLMNOP");
}

/* The packet of one answer. Returns its length; 0: an empty one. */
static size_t make_answer(enum peer_kind kind, const struct rp_request *req, uint8_t *buf, size_t size)
{
	struct rp_reply rep = {.version = RP_VERSION,
			       .verb = req->verb,
			       .verdict = verdict_for(kind, req),
			       .n1 = RP_SHAPE_DIGITS(6)};
	int len;

	if (kind == PEER_EXPECT)
		rep.n1 |= RP_SHAPE_DIGITS(8);
	if (kind == PEER_ENROL && atoi(req->user) >= 100)
		add_qr(&rep);
	if (rep.verdict == RP_REFUSED || (req->verb == RP_SESSION && !strcmp(req->user, "flagged")))
		strcpy(rep.t2, PEER_HELP);
	if (kind == PEER_OTHER_VERB)
		rep.verb++;
	len = rp_reply_encode(&rep, buf, size);
	if (kind == PEER_VERSION)
		buf[0]++;
	switch (kind) {
	case PEER_EMPTY:
		return 0;
	case PEER_NOISE:
		memset(buf, 0xa5, 64);
		return 64;
	case PEER_SHORT:
		return (size_t)len - 1;
	case PEER_LONG:
		buf[len] = 0;
		return (size_t)len + 1;
	case PEER_HUGE:
		return RP_PACKET_MAX + 1;
	default:
		return (size_t)len;
	}
}

static void serve_one(int fd, enum peer_kind kind)
{
	uint8_t in[RP_PACKET_MAX], out[RP_PACKET_MAX + 1] = {0};
	ssize_t n = recv(fd, in, sizeof in, 0);
	struct rp_request req;

	if (n <= 0 || rp_request_decode(&req, in, (size_t)n)) {
		close(fd);
		return;
	}
	note(&req);
	if (kind == PEER_GONE) {
		close(fd);
	} else if (kind == PEER_SILENT) {
		recv(fd, in, sizeof in, 0); /* until the other side gives up */
		close(fd);
	} else {
		if (kind == PEER_SLOW || kind == PEER_RESET_SLOW || peer_is_about(&req, PEER_LEAKED_SLOWLY))
			nanosleep(&(struct timespec){PEER_SLOW_MS / 1000, PEER_SLOW_MS % 1000 * 1000000},
				  NULL);
		send(fd, out, make_answer(kind, &req, out, sizeof out), MSG_NOSIGNAL);
		close(fd);
	}
}

/* Listening decides whose socket it is, so that is done as uid; the test waits on the pipe for it. */
static void serve(enum peer_kind kind, uid_t uid, int fd, int ready)
{
	if ((uid != geteuid() && setuid(uid)) || listen(fd, 64))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of user clears it */
	if (write(ready, "r", 1) != 1)
		_exit(1);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c >= 0)
			serve_one(c, kind);
	}
}

pid_t peer_start(const struct instance *in, enum peer_kind kind, uid_t uid)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), ready[2];
	char byte;
	pid_t pid;

	if (!heard)
		heard = mmap(NULL, sizeof *heard, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(heard != MAP_FAILED);
	heard->n = 0;
	strcpy(sun.sun_path, in->socket);
	unlink(in->socket);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(chmod(in->socket, 0666), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		serve(kind, uid, fd, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(fd);
	return pid;
}

void peer_stop(pid_t peer)
{
	assert_int_equal(kill(peer, SIGTERM), 0);
	assert_int_equal(waitpid(peer, NULL, 0), peer);
}
