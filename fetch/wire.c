#include "fetch/wire.h"

#include <string.h>
#include "common/error.h"
#include "common/secret.h"

/* Which verb asks for what. Passwords have one of their own, in another packet. */
static const enum rp_mail_verb verbs[FE_KINDS] = {
	[FE_RANGE] = RP_MAIL_RANGE,
	[FE_EXACT] = RP_MAIL_EXACT,
	[FE_STEALERS] = RP_MAIL_STEALERS,
	[FE_PLAN] = RP_MAIL_PLAN,
};

int fe_wire_read(struct fe_question *q, const uint8_t *packet, size_t len)
{
	struct rp_range_request range;
	struct rp_mail_request mail;
	int err;

	memset(q, 0, sizeof *q);
	for (unsigned i = FE_RANGE; len > 1 && i < FE_RECORDS; i++)
		if (verbs[i] == packet[1])
			q->kind = i;
	if (q->kind == FE_PASSWORDS) {
		err = rp_range_request_decode(&range, packet, len);
		memcpy(q->argument, range.prefix, sizeof range.prefix);
		return err;
	}
	err = rp_mail_request_decode(&mail, packet, len);
	memcpy(q->argument, mail.argument, sizeof mail.argument);
	rp_wipe(&mail, sizeof mail);
	return err;
}

int fe_wire_write(unsigned kind, const struct fe_answer *a, uint8_t *buf, size_t size)
{
	const struct rp_mail_answer mail = {(uint8_t)a->status, a->detail,    a->first,
					    a->second,		a->first_len, a->second_len};

	if (kind == FE_PASSWORDS)
		return rp_range_answer_encode(a->status, a->detail, a->first, a->first_len / RP_RANGE_ROW_LEN,
					      buf, size);
	return rp_mail_answer_encode(&mail, verbs[kind], buf, size);
}
