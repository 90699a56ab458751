/* What is made of whatever rempart-fetch answers about a mailbox: flagged, unknown, or clean, and that only
 * if all of it was an answer and had a record for every name. */
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

	if (rp_mail_answer_decode(&a, verb, packet, len) || a.status != RP_RANGE_OK)
		return;
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
	take_answer(packet, size, RP_MAIL_RANGE);
	take_answer(packet, size, RP_MAIL_EXACT);
	free(packet);
	return 0;
}
