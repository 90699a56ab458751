/* The reader of a page with whatever bytes, as if the checksum had been forged: it comes back, stays within
 * the page, and what a search finds is what the page has. Encoding what was read gives the same answers. */
#include "tests/fuzz/fuzz.h"

#include "corpus/page.h"

#define KEYS ((uint64_t)1 << CO_KEY_BITS)

static uint64_t key_from(const uint8_t *data, size_t size, size_t i)
{
	uint64_t key = 0;

	for (size_t at = 0; at < CO_KEY_BITS / 8; at++)
		key = key << 8 | data[(i + at) % size];
	return key;
}

/* The input's bytes as sorted keys: all that is encoded must be found. */
static void round_trip(const uint8_t *data, size_t size)
{
	static struct co_key keys[CO_PAGE_KEYS];
	static uint8_t page[CO_PAGE_LEN];
	unsigned n = 0, found;
	uint64_t count;
	double epsilon;

	for (size_t i = 0; i + 4 <= size && n < CO_PAGE_KEYS; i += 4) {
		uint64_t gap = 1 + ((uint64_t)(data[i] | data[i + 1] << 8) << data[i + 2] % 32);

		if (n && keys[n - 1].bits + gap >= KEYS)
			break;
		keys[n] = (struct co_key){n ? keys[n - 1].bits + gap : gap - 1, data[i + 3] % 64};
		n++;
	}
	if (co_page_encode(page, keys, n, &epsilon))
		return;
	MUST(epsilon >= 0 && epsilon <= 1.0 / 256);
	MUST(!co_page_check(page, &found) && found == n);
	for (unsigned i = 0; i < n; i += 1 + n / 32)
		MUST(!co_page_find(page, keys[i].bits, &count) && count >= (uint64_t)1 << keys[i].log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *page = calloc(1, CO_PAGE_LEN); /* its own block, so that a read past its end is seen */
	uint64_t count;
	unsigned n;
	int err;

	MUST(page);
	if (size)
		memcpy(page, data, size < CO_PAGE_LEN ? size : CO_PAGE_LEN);
	err = co_page_check(page, &n);
	MUST(!err || !n);
	for (size_t i = 0; i < size && i < 64; i += 6) {
		int found = co_page_find(page, key_from(data, size, i), &count);

		MUST(found <= 0 && (!found || !count) && !(count & (count - 1)));
		MUST(err || !found); /* a page that is sound has no corner that is not */
		MUST(err || n || !count);
	}
	free(page);
	round_trip(data, size);
	return 0;
}
