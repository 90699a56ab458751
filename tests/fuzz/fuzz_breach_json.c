/* The parsers of the e-mail API's JSON with whatever a server sends: refused whole, or something that holds
 * together and fits into an answer. The first byte chooses the parser. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "fetch/json.h"
#include "fetch/mailbox.h"
#include "fetch/records.h"

static int (*const parsers[])(const char *, size_t, uint8_t **, size_t *) = {
	fe_records_parse, fe_records_exact, fe_mail_range, fe_mail_stealers, fe_mail_plan,
};

static void count(const struct rp_breach *b, void *ctx)
{
	MUST(b->name[0] && memchr(b->name, 0, sizeof b->name));
	++*(int *)ctx;
}

/* What an asker makes of it: it is well-formed. */
static void hand_out(const uint8_t *first, size_t first_len, const uint8_t *second, size_t second_len,
		     enum rp_mail_verb verb)
{
	static const uint8_t digest[RP_DIGEST_LEN] = {0};
	static uint8_t packet[RP_RANGE_PACKET_MAX];
	const struct rp_mail_answer a = {RP_RANGE_OK, 0, first, second, first_len, second_len};
	int heard = 0;

	MUST(rp_mail_answer_encode(&a, verb, packet, sizeof packet) > 0);
	if (verb == RP_MAIL_RANGE || verb == RP_MAIL_EXACT)
		MUST(rp_mail_each(&a, verb, digest, count, &heard) == heard);
}

static void look_records(const uint8_t *bytes, size_t n)
{
	const struct rp_breach *all = (const struct rp_breach *)bytes;

	MUST(n && n % sizeof *all == 0);
	for (size_t i = 0; i < n / sizeof *all; i++)
		MUST(fe_records_find(bytes, n, all[i].name) == &all[i]);
}

static void look_range(const uint8_t *bytes, size_t n)
{
	static uint8_t first[RP_MAIL_FIELD_MAX];
	struct rp_mail_writer w = {.buf = first, .size = sizeof first};
	struct fe_joined j;

	fe_mail_join(bytes, n, NULL, 0, &w, &j);
	MUST(j.missing == (w.at || w.full));
	MUST(j.addresses + j.addresses_len == bytes + n);
	if (!w.full)
		hand_out(w.buf, w.at, j.addresses, j.addresses_len, RP_MAIL_RANGE);
}

/* All pages, one after the other: all lines, each once. */
static void look_stealers(const uint8_t *bytes, size_t n)
{
	const uint8_t *page;
	uint64_t from = 0, all, lines;
	size_t len, sum = 0;

	while (all = fe_mail_page(bytes, n, from, &page, &len), len) {
		lines = 0;
		for (size_t i = 0; i < len; i++)
			lines += page[i] == '\n';
		MUST(lines && page[len - 1] == '\n');
		hand_out(page, len, NULL, 0, RP_MAIL_STEALERS);
		from += lines;
		sum += len;
	}
	MUST(from == all && sum + sizeof all == n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t which = size ? data[0] % (sizeof parsers / sizeof *parsers) : 0, n;
	char *text = malloc(size ? size : 1);
	uint8_t *bytes;
	int err;

	MUST(text);
	if (size)
		memcpy(text, data + 1, size - 1);
	fe_json_init();
	err = parsers[which](text, size ? size - 1 : 0, &bytes, &n);
	MUST(err == 0 || err == RP_EINVAL || err == RP_EFULL);
	MUST(!err == (bytes != NULL));
	if (!err && parsers[which] == fe_records_parse)
		look_records(bytes, n);
	if (!err && parsers[which] == fe_records_exact)
		hand_out(bytes, n, NULL, 0, RP_MAIL_EXACT);
	if (!err && parsers[which] == fe_mail_range)
		look_range(bytes, n);
	if (!err && parsers[which] == fe_mail_stealers)
		look_stealers(bytes, n);
	if (!err && parsers[which] == fe_mail_plan)
		hand_out(bytes, n, NULL, 0, RP_MAIL_PLAN);
	free(bytes);
	free(text);
	return 0;
}
