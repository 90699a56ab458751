/* The packets about mailboxes between rempartd and rempart-fetch: whatever comes is refused, or read within
 * its bounds; and of an answer, either nothing or only what is in it. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "common/mailbox.h"

static void take_request(const uint8_t *packet, size_t len)
{
	struct rp_mail_request req;
	uint8_t again[512];

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
	size_t n = strnlen(b->name, sizeof b->name);

	MUST(n && n <= RP_BREACH_NAME_MAX);
	++*(int *)ctx;
}

/* About the addresses that are in it, and one that may not be. */
static void take_addresses(const struct rp_mail_answer *a, enum rp_mail_verb verb)
{
	uint8_t digest[RP_DIGEST_LEN] = {1, 2, 3, 4};
	int first = 0, n = rp_mail_each(a, verb, digest, take_breach, &first);

	MUST(n == RP_EINVAL || n == first);
	for (size_t at = 0; at + RP_MAIL_SUFFIX_LEN < a->second_len && at < 256;
	     at += RP_MAIL_SUFFIX_LEN + 1 + 2u * a->second[at + RP_MAIL_SUFFIX_LEN]) {
		int heard = 0, found;

		memcpy(digest + RP_DIGEST_LEN - RP_MAIL_SUFFIX_LEN, a->second + at, RP_MAIL_SUFFIX_LEN);
		found = rp_mail_each(a, verb, digest, take_breach, &heard);
		MUST(found == RP_EINVAL || found == heard);
		if (found != RP_EINVAL && verb == RP_MAIL_RANGE)
			MUST(found >= a->second[at + RP_MAIL_SUFFIX_LEN]);
	}
}

static void take_answer(const uint8_t *packet, size_t len, enum rp_mail_verb verb)
{
	struct rp_mail_answer a;
	uint8_t *again = malloc(len);

	MUST(again || !len);
	if (rp_mail_answer_decode(&a, verb, packet, len)) {
		MUST(!a.status && !a.first && !a.first_len && !a.second && !a.second_len);
	} else {
		MUST(a.status && a.status < RP_RANGE_STATUS_END);
		MUST(a.first > packet && a.first + a.first_len <= packet + len);
		MUST(a.second > packet && a.second + a.second_len <= packet + len);
		MUST(rp_mail_answer_encode(&a, verb, again, len) == (int)len);
		MUST(!memcmp(again + 4, packet + 4, len - 4));
		if (verb == RP_MAIL_RANGE || verb == RP_MAIL_EXACT)
			take_addresses(&a, verb);
	}
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = (uint8_t *)fuzz_text(data, size);

	packet = realloc(packet, size ? size : 1); /* without the NUL, so that a read past the end is seen */
	MUST(packet);
	take_request(packet, size);
	for (int verb = RP_MAIL_RANGE; verb < RP_MAIL_VERB_END; verb++)
		take_answer(packet, size, (enum rp_mail_verb)verb);
	free(packet);
	return 0;
}
