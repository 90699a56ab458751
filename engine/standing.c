#include "engine/standing.h"

unsigned en_standing_tokens(const struct st_account *a)
{
	unsigned n = 0;

	for (int i = 0; a->exists && i < a->n_tokens; i++)
		n += a->tokens[i].state == ST_TOKEN_ACTIVE;
	return n;
}

bool en_standing_asks_after_reset(const struct rp_config *config)
{
	return config->code_after_reset && !config->mailbox_audit;
}

bool en_standing_reset(const struct rp_config *config, const struct en_case *c)
{
	return en_standing_asks_after_reset(config) && c->account->exists && c->account->mail.reset;
}

bool en_standing_is_short(enum en_reason reason)
{
	return reason == EN_PAST_DEADLINE || reason == EN_AFTER_RESET;
}

struct en_standing en_standing(const struct rp_config *config, const struct en_case *c, int64_t now)
{
	int64_t own = c->account->exists ? c->account->deadline : RP_NO_DEADLINE;
	int64_t deadline = own ? own : config->deadline;

	if (c->exempt_group)
		return (struct en_standing){EN_EXEMPT_GROUP, 0};
	if (rp_list_has(config->exempt_services, c->req->service))
		return (struct en_standing){EN_EXEMPT_SERVICE, 0};
	if (en_standing_tokens(c->account))
		return (struct en_standing){EN_ENROLLED, 0};
	if (en_standing_reset(config, c))
		return (struct en_standing){EN_AFTER_RESET, 0};
	/* A deadline of one's own asks for a token even where the others are free: that is how waves begin.
	 */
	if (!config->required && !own)
		return (struct en_standing){EN_NOT_ENROLLED, 0};
	if (deadline && now < deadline)
		return (struct en_standing){EN_BEFORE_DEADLINE, deadline};
	if (rp_list_has(config->self_enrolment, c->req->service))
		return (struct en_standing){EN_MAY_ENROL, 0};
	return (struct en_standing){EN_PAST_DEADLINE, 0};
}
