/* The packets about mailboxes between rempartd and rempart-fetch, and what is made of an answer: whatever
 * comes is refused or read within its bounds, and nothing but an answer makes a mailbox clean. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "engine/mailbox.h"

#define NOW 1700000000

static const uint8_t digest[RP_DIGEST_LEN] = {0x56, 0x71, 0x59, 0xd6, 0x22};

struct heard {
	struct rp_config config;
	struct st_mailbox box;
	int n, counts, no_record;
};

static void take_request(const uint8_t *packet, size_t len)
{
	struct rp_mail_request req;
	uint8_t again[RP_ADDRESS_MAX + 16];

	if (rp_mail_request_decode(&req, packet, len)) {
		MUST(!req.verb && !req.argument[0]);
		return;
	}
	MUST(rp_mail_request_encode(&req, again, sizeof again) == (int)len);
	/* Flags are for later versions. */
	MUST(!memcmp(again, packet, 2) && !memcmp(again + 4, packet + 4, len - 4));
}

static void take_breach(const struct rp_breach *b, void *ctx)
{
	struct heard *h = ctx;
	enum en_breach_rule rule = en_mailbox_rule(&h->config, b, 0);

	MUST(b->name[0] && memchr(b->name, '\0', sizeof b->name));
	MUST(en_mailbox_rule_name(rule)[0]);
	h->n++;
	h->counts += rule == EN_RULE_COUNTS;
	h->no_record += rule == EN_RULE_NO_RECORD;
	en_mailbox_add(&h->config, b, &h->box);
}

static void judge(struct heard *h)
{
	struct en_mail_verdict v;
	char words[ST_EVENT_TEXT_MAX + 1];

	en_mailbox_judge(&h->config, &h->box, 0, NOW, &v);
	MUST(v.known == (h->counts ? EN_MAIL_FLAGGED : h->no_record ? EN_MAIL_UNKNOWN : EN_MAIL_CLEAN));
	MUST(strlen(en_mailbox_words(&v, words, sizeof words)) > 4);
	en_mailbox_judge(&h->config, &h->box, NOW, NOW, &v); /* after a proof */
	MUST(v.known != EN_MAIL_CLEAN || !h->no_record);
}

static void take_answer(const uint8_t *packet, size_t len, enum rp_mail_verb verb)
{
	static struct heard h;
	struct rp_mail_answer a;
	int n;

	if (rp_mail_answer_decode(&a, verb, packet, len)) {
		MUST(!a.status && !a.first && !a.second);
		return;
	}
	MUST(a.status && a.status < RP_RANGE_STATUS_END);
	MUST(a.first + a.first_len <= packet + len && a.second + a.second_len <= packet + len);
	memset(&h, 0, sizeof h);
	rp_config_defaults(&h.config);
	h.config.mailbox_lookup = 1;
	en_mailbox_begin(&h.config, NOW, &h.box);
	n = rp_mail_each(&a, verb, digest, take_breach, &h);
	MUST(n == h.n || n == RP_EINVAL);
	if (n >= 0)
		judge(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = malloc(size ? size : 1); /* its own block, so that a read past its end is seen */

	MUST(packet);
	if (size)
		memcpy(packet, data, size);
	take_request(packet, size);
	for (unsigned verb = RP_MAIL_RANGE; verb < RP_MAIL_VERB_END; verb++)
		take_answer(packet, size, verb);
	free(packet);
	return 0;
}
