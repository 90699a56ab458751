#include "engine/breach.h"

#include <stdio.h>
#include <stdlib.h>
#include "common/range.h"
#include "common/secret.h"
#include "engine/offline.h"
#include "engine/recall.h"

#define KIND RP_RANGE_PASSWORD_SHA1

struct en_breach {
	const struct rp_config *config;
	struct en_offline *offline;
	struct en_recall *recall; /* NULL: fetch was never needed, or no memory */
	struct en_link *link;
};

struct en_breach *en_breach_new(const struct rp_config *config, struct en_link *link)
{
	struct en_breach *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->config = config;
	b->link = link;
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
		en_link_said(b->link, false, "it takes too long", now);
	give_up(b, req, now, asked ? "timeout" : "busy", f);
}

int en_breach_ask(struct en_breach *b, const struct rp_request *req, int64_t now, struct en_finding *f)
{
	struct rp_range_request range = {.kind = KIND};
	const char *cause = "busy";
	uint8_t buf[64];
	int fd = -1, n;

	rp_range_prefix(KIND, req->digest, range.prefix);
	n = rp_range_request_encode(&range, buf, sizeof buf);
	if (n > 0)
		fd = en_link_ask(b->link, b->config->fetch, buf, (size_t)n, now, &cause);
	if (fd < 0)
		give_up(b, req, now, cause, f);
	rp_wipe(&range, sizeof range);
	rp_wipe(buf, sizeof buf);
	return fd;
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
	struct rp_range_answer a;
	const uint8_t *packet;
	const char *cause;
	size_t len;
	int came = en_link_hear(b->link, fd, now, &packet, &len, &cause);
	bool answer;

	if (!came)
		return false;
	if (came < 0) {
		give_up(b, req, now, cause, f);
		return true;
	}
	answer = !rp_range_answer_decode(&a, packet, len);
	en_link_said(b->link, answer, "what came is no answer", now);
	if (answer) {
		take_answer(b, &a, req, now, f);
		learn(b, req, now, f);
	} else {
		give_up(b, req, now, "bad-answer", f);
	}
	en_link_forget(b->link);
	return true;
}
