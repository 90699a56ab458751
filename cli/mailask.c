#include "cli/mailask.h"

#include <stdio.h>
#include "common/secret.h"

/* As long as rempart-fetch takes at most, and a little. */
#define BUDGET_MS (RP_FETCH_BUDGET_MS + 500)

static int wait_for(const struct cli *c, struct en_link *link, const struct rp_mail_request *req,
		    const uint8_t **packet, size_t *len, const char **cause)
{
	uint8_t buf[RP_ADDRESS_MAX + 16];
	int n = rp_mail_request_encode(req, buf, sizeof buf), came = -1;

	*cause = "not-configured";
	if (n > 0 && c->config.fetch[0])
		came = en_link_wait(link, c->config.fetch, buf, (size_t)n, BUDGET_MS, packet, len, cause);
	rp_wipe(buf, sizeof buf);
	return came;
}

int cli_mail_ask(const struct cli *c, struct en_link *link, enum rp_mail_verb verb, const char *argument,
		 struct rp_mail_answer *a, char cause[EN_CAUSE_MAX + 1])
{
	struct rp_mail_request req = {.verb = (uint8_t)verb};
	const uint8_t *packet;
	const char *why;
	size_t len;
	int came;

	snprintf(req.argument, sizeof req.argument, "%s", argument);
	came = wait_for(c, link, &req, &packet, &len, &why);
	rp_wipe(&req, sizeof req);
	if (came < 0) {
		snprintf(cause, EN_CAUSE_MAX + 1, "%s", why);
		return -1;
	}
	if (rp_mail_answer_decode(a, verb, packet, len)) {
		snprintf(cause, EN_CAUSE_MAX + 1, "bad-answer");
		return -1;
	}
	rp_range_cause(a->status, a->detail, cause, EN_CAUSE_MAX + 1);
	return a->status == RP_RANGE_OK ? 0 : -1;
}
