/* The packets between rempartd and rempart-fetch: whatever comes is refused, or read within its bounds. */
#include "tests/fuzz/fuzz.h"

#include "common/range.h"

static void take_request(const uint8_t *packet, size_t len)
{
	struct rp_range_request req;
	uint8_t again[64];

	if (rp_range_request_decode(&req, packet, len))
		return;
	MUST(rp_range_request_encode(&req, again, sizeof again) == (int)len);
	/* Flags are for later versions. */
	MUST(!memcmp(again, packet, 2) && !memcmp(again + 4, packet + 4, len - 4));
}

/* The digest of a row is found, with the row's count or a higher one. */
static void take_row(const struct rp_range_answer *a, const uint8_t *row)
{
	uint8_t digest[RP_DIGEST_LEN] = {0x5b, 0xaa};
	const uint8_t *c = row + 18;
	uint32_t count = (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | c[3];

	memcpy(digest + 2, row, 18);
	digest[2] |= 0x60; /* the prefix's last digit */
	if (!(row[0] & 0xf0))
		MUST(rp_range_count(RP_RANGE_PASSWORD_SHA1, a, digest) >= count);
}

static void take_answer(const uint8_t *packet, size_t len)
{
	struct rp_range_answer a;
	char cause[32];

	if (rp_range_answer_decode(&a, packet, len)) {
		MUST(!a.status && !a.n_rows[0] && !a.n_rows[1]);
		return;
	}
	MUST(a.status && a.status < RP_RANGE_STATUS_END);
	MUST(strlen(rp_range_cause(a.status, a.detail, cause, sizeof cause)) > 2);
	for (int f = 0; f < 2; f++) {
		MUST(!a.n_rows[f] ||
		     (a.rows[f] > packet && a.rows[f] + a.n_rows[f] * RP_RANGE_ROW_LEN <= packet + len));
		for (size_t i = 0; i < a.n_rows[f] && i < 4; i++)
			take_row(&a, a.rows[f] + i * RP_RANGE_ROW_LEN);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = malloc(size ? size : 1); /* its own block, so that a read past its end is seen */

	MUST(packet);
	if (size)
		memcpy(packet, data, size);
	take_request(packet, size);
	take_answer(packet, size);
	free(packet);
	return 0;
}
