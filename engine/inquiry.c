#include "engine/inquiry.h"

int en_inquiry_ask(struct en_inquiry *q, const struct rp_request *req, int64_t now, struct en_finding *f,
		   struct en_lookup *k)
{
	if (!en_lookup_concerns(req))
		return en_breach_ask(q->breach, req, now, f);
	return k->ask.verb ? en_lookup_ask(k, q->config, q->link, now) : -1;
}

bool en_inquiry_hear(struct en_inquiry *q, int fd, const struct rp_request *req, int64_t now,
		     struct en_finding *f, struct en_lookup *k)
{
	if (!en_lookup_concerns(req))
		return en_breach_hear(q->breach, fd, req, now, f);
	return en_lookup_hear(k, q->config, q->link, fd, now);
}

void en_inquiry_give_up(struct en_inquiry *q, const struct rp_request *req, int64_t now, bool asked,
			struct en_finding *f, struct en_lookup *k)
{
	if (!en_lookup_concerns(req))
		en_breach_give_up(q->breach, req, now, asked, f);
	else
		en_lookup_give_up(k, q->link, asked, now);
}
