/* en_address_read with whatever text: refused and wiped, or one spelling, which is its own. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "engine/address.h"

static void must_be_whole(const struct en_address *a)
{
	const char *at = strrchr(a->normal, '@');

	MUST(memchr(a->normal, '\0', sizeof a->normal) && memchr(a->mailbox, '\0', sizeof a->mailbox));
	MUST(at && at > a->normal && at - a->normal <= 64 && strchr(at, '.'));
	for (const char *p = a->normal; *p; p++)
		MUST((unsigned char)*p >= ' ' && *p != 0x7f && !(*p >= 'A' && *p <= 'Z'));
	for (const char *p = at; *p; p++)
		MUST((unsigned char)*p < 0x80 && *p != ' ');
}

static void take(const char *text, bool fold)
{
	static const struct en_address nothing;
	struct en_address a, again;
	int err = en_address_read(text, fold, &a);

	if (err) {
		MUST(err == RP_EINVAL && !memcmp(&a, &nothing, sizeof a));
		return;
	}
	must_be_whole(&a);
	MUST(fold || !strcmp(a.normal, a.mailbox));
	MUST(!en_address_read(a.normal, fold, &again) && !memcmp(&a, &again, sizeof a));
	MUST(!en_address_read(a.mailbox, fold, &again) && !strcmp(a.mailbox, again.mailbox));
	MUST(!memcmp(a.digest, again.digest, RP_DIGEST_LEN));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	take(text, false);
	take(text, true);
	free(text);
	return 0;
}
