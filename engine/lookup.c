#include "engine/lookup.h"

#include <stdio.h>
#include <string.h>
#include "common/secret.h"
#include "engine/mailbox.h"

bool en_lookup_concerns(const struct rp_request *req)
{
	return req->verb == RP_RESET || req->verb == RP_MAILBOX;
}

void en_lookup_want(struct en_lookup *k, const struct rp_config *config, const struct en_address *address)
{
	memcpy(k->digest, address->digest, sizeof k->digest);
	k->ask.verb = config->email_exact ? RP_MAIL_EXACT : RP_MAIL_RANGE;
	if (config->email_exact)
		strcpy(k->ask.argument, address->mailbox);
	else
		rp_mail_prefix(address->digest, k->ask.argument);
}

static void set_cause(struct en_lookup *k, const char *cause)
{
	snprintf(k->cause, sizeof k->cause, "%s", cause);
}

int en_lookup_ask(struct en_lookup *k, const struct rp_config *config, struct en_link *link, int64_t now)
{
	uint8_t buf[RP_ADDRESS_MAX + 16];
	const char *cause = "not-configured";
	int n = rp_mail_request_encode(&k->ask, buf, sizeof buf), fd = -1;

	if (n > 0 && config->fetch[0])
		fd = en_link_ask(link, config->fetch, buf, (size_t)n, now, &cause);
	rp_wipe(buf, sizeof buf);
	if (fd < 0)
		set_cause(k, cause);
	return fd;
}

struct adding {
	const struct rp_config *config;
	struct st_mailbox *mailbox;
};

static void add(const struct rp_breach *b, void *ctx)
{
	const struct adding *a = ctx;

	en_mailbox_add(a->config, b, a->mailbox);
}

/* False: what came is no answer. */
static bool take_answer(struct en_lookup *k, const struct rp_config *config, const uint8_t *packet,
			size_t len)
{
	struct adding adding = {config, &k->mailbox};
	struct rp_mail_answer a;

	if (rp_mail_answer_decode(&a, k->ask.verb, packet, len))
		return false;
	k->status = a.status;
	k->detail = a.detail;
	if (a.status != RP_RANGE_OK) {
		rp_range_cause(a.status, a.detail, k->cause, sizeof k->cause);
		return true;
	}
	en_mailbox_begin(config, 0, &k->mailbox);
	k->found = rp_mail_each(&a, k->ask.verb, k->digest, add, &adding) >= 0;
	return k->found;
}

bool en_lookup_hear(struct en_lookup *k, const struct rp_config *config, struct en_link *link, int fd,
		    int64_t now)
{
	const uint8_t *packet;
	const char *cause;
	size_t len;
	int came = en_link_hear(link, fd, now, &packet, &len, &cause);
	bool answer;

	if (!came)
		return false;
	if (came < 0) {
		set_cause(k, cause);
		return true;
	}
	answer = take_answer(k, config, packet, len);
	if (!answer)
		set_cause(k, "bad-answer");
	en_link_said(link, answer, "what came is no answer", now);
	en_link_forget(link);
	return true;
}

void en_lookup_give_up(struct en_lookup *k, struct en_link *link, bool asked, int64_t now)
{
	if (asked)
		en_link_said(link, false, "it takes too long", now);
	set_cause(k, asked ? "timeout" : "busy");
}
