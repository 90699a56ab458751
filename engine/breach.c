#include "engine/breach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "common/log.h"
#include "common/packet.h"
#include "common/range.h"
#include "common/secret.h"
#include "engine/offline.h"
#include "engine/recall.h"

#define KIND RP_RANGE_PASSWORD_SHA1
/* A trouble that comes and goes is said again after so many milliseconds. */
#define SAY_AGAIN_MS 60000

struct en_breach {
	const struct rp_config *config;
	struct en_offline *offline;
	struct en_recall *recall; /* NULL: fetch was never needed, or no memory */
	bool said;		  /* that rempart-fetch does not answer, and it is not over */
	int64_t said_at;
	uint8_t range[RP_RANGE_PACKET_MAX + 1];
};

struct en_breach *en_breach_new(const struct rp_config *config)
{
	struct en_breach *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->config = config;
	b->offline = en_offline_new();
	if (!b->offline) {
		free(b);
		return NULL;
	}
	return b;
}

void en_breach_free(struct en_breach *b)
{
	if (!b)
		return;
	en_offline_free(b->offline);
	en_recall_free(b->recall);
	free(b);
}

static bool is_checked(const struct rp_request *req)
{
	if (!req->has_digest)
		return false;
	return req->verb == RP_ACCOUNT || req->verb == RP_CHECK_PASSWORD ||
	       (req->verb == RP_CHAUTHTOK && !(req->flags & RP_FLAG_PRELIM));
}

/* Whether policy takes "unknown" for checked here, and so for a day. */
static bool allows_unknown(const struct en_breach *b, const struct rp_request *req)
{
	return (req->verb == RP_ACCOUNT && b->config->unknown_login == RP_UNKNOWN_ALLOW) ||
	       (req->verb == RP_CHAUTHTOK && b->config->unknown_change == RP_UNKNOWN_ALLOW);
}

/* Seen so often, policy has its answer. */
static uint64_t enough(const struct en_breach *b, const struct rp_request *req)
{
	return (uint64_t)(req->verb == RP_ACCOUNT     ? b->config->login_min
			  : req->verb == RP_CHAUTHTOK ? b->config->change_min
						      : 1);
}

/* A question about nobody in particular is not remembered: how fast it is answered would tell who asks what
 * passwords others have. */
static bool is_remembered(const struct rp_request *req)
{
	return req->verb != RP_CHECK_PASSWORD;
}

static bool recall(const struct en_breach *b, const struct rp_request *req, int64_t now, struct en_finding *f)
{
	return b->recall && is_remembered(req) && en_recall_get(b->recall, req, now, f) &&
	       (f->known != EN_UNKNOWN || allows_unknown(b, req));
}

static void learn(struct en_breach *b, const struct rp_request *req, int64_t now, const struct en_finding *f)
{
	if (!is_remembered(req) || (f->known == EN_UNKNOWN && !allows_unknown(b, req)))
		return;
	if (!b->recall)
		b->recall = en_recall_new();
	if (b->recall)
		en_recall_put(b->recall, req, now, f);
}

static void set_unknown(struct en_finding *f, const char *cause)
{
	*f = (struct en_finding){.known = EN_UNKNOWN};
	snprintf(f->cause, sizeof f->cause, "%s", cause);
}

static const char *ask_corpus(struct en_breach *b, const struct rp_request *req, int64_t now,
			      uint64_t *prevalence, bool *whole)
{
	const char *corpus = b->config->corpus;

	return corpus[0] ? en_offline_ask(b->offline, corpus, req->digest, now, prevalence, whole) : NULL;
}

void en_breach_look(struct en_breach *b, const struct rp_request *req, bool may_ask, int64_t now,
		    struct en_finding *f)
{
	bool whole = false, fetch = b->config->fetch[0];
	uint64_t prevalence = 0;
	const char *trouble;

	*f = (struct en_finding){.known = EN_NOT_ASKED};
	if (!is_checked(req) || (!b->config->corpus[0] && !fetch))
		return;
	trouble = ask_corpus(b, req, now, &prevalence, &whole);
	if (prevalence && (prevalence >= enough(b, req) || whole || !fetch))
		*f = (struct en_finding){.known = EN_KNOWN_LEAKED, .prevalence = prevalence};
	else if (whole || (!trouble && !fetch))
		f->known = EN_KNOWN_CLEAN;
	else if (!fetch)
		set_unknown(f, trouble);
	else if (may_ask && !recall(b, req, now, f))
		*f = (struct en_finding){.known = EN_ASK_FETCH};
	else if (!may_ask && req->verb == RP_CHECK_PASSWORD)
		set_unknown(f, "root-only");
}

static void say_gone(struct en_breach *b, int64_t now, const char *why)
{
	if (b->said || (b->said_at && now - b->said_at < SAY_AGAIN_MS))
		return;
	rp_log(LOG_ERR, "rempart-fetch at %s does not answer: %s", b->config->fetch, why);
	b->said = true;
	b->said_at = now;
}

static void say_back(struct en_breach *b)
{
	if (b->said)
		rp_log(LOG_NOTICE, "rempart-fetch at %s answers again", b->config->fetch);
	b->said = false;
}

static void give_up(struct en_breach *b, const struct rp_request *req, int64_t now, const char *cause,
		    struct en_finding *f)
{
	set_unknown(f, cause);
	learn(b, req, now, f);
}

void en_breach_give_up(struct en_breach *b, const struct rp_request *req, int64_t now, bool asked,
		       struct en_finding *f)
{
	if (asked)
		say_gone(b, now, "it takes too long");
	give_up(b, req, now, asked ? "timeout" : "busy", f);
}

static bool send_prefix(int fd, const struct rp_request *req)
{
	struct rp_range_request range = {.kind = KIND};
	uint8_t buf[64];
	bool sent;
	int n;

	rp_range_prefix(KIND, req->digest, range.prefix);
	n = rp_range_request_encode(&range, buf, sizeof buf);
	sent = n > 0 && send(fd, buf, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n;
	rp_wipe(&range, sizeof range);
	rp_wipe(buf, sizeof buf);
	return sent;
}

int en_breach_ask(struct en_breach *b, const struct rp_request *req, int64_t now, struct en_finding *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if ((size_t)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", b->config->fetch) >=
	    sizeof sun.sun_path)
		errno = ENAMETOOLONG;
	else if (fd >= 0 && !connect(fd, (struct sockaddr *)&sun, sizeof sun) && send_prefix(fd, req))
		return fd;
	/* Its queue is full: it is there, but has too much to do. */
	if (fd >= 0 && errno == EAGAIN) {
		give_up(b, req, now, "busy", f);
	} else {
		say_gone(b, now, strerror(errno));
		give_up(b, req, now, "fetch-gone", f);
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Of what the corpus and the range say the higher counts: each may know what the other does not. */
static void take_answer(struct en_breach *b, const struct rp_range_answer *a, const struct rp_request *req,
			int64_t now, struct en_finding *f)
{
	uint64_t count, offline = 0;
	bool whole;

	if (a->status != RP_RANGE_OK) {
		*f = (struct en_finding){.known = EN_UNKNOWN};
		rp_range_cause(a->status, a->detail, f->cause, sizeof f->cause);
		return;
	}
	count = rp_range_count(KIND, a, req->digest);
	ask_corpus(b, req, now, &offline, &whole);
	count = count > offline ? count : offline;
	*f = (struct en_finding){.known = count ? EN_KNOWN_LEAKED : EN_KNOWN_CLEAN, .prevalence = count};
}

bool en_breach_hear(struct en_breach *b, int fd, const struct rp_request *req, int64_t now,
		    struct en_finding *f)
{
	ssize_t n = recv(fd, b->range, sizeof b->range, MSG_DONTWAIT | MSG_TRUNC);
	struct rp_range_answer a;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		say_gone(b, now, n ? strerror(errno) : "it hung up");
		give_up(b, req, now, "fetch-gone", f);
		return true;
	}
	if (n > RP_RANGE_PACKET_MAX || rp_range_answer_decode(&a, b->range, (size_t)n)) {
		say_gone(b, now, "what came is no answer");
		give_up(b, req, now, "bad-answer", f);
	} else {
		say_back(b);
		take_answer(b, &a, req, now, f);
		learn(b, req, now, f);
	}
	rp_wipe(b->range, (size_t)n < sizeof b->range ? (size_t)n : sizeof b->range);
	return true;
}
