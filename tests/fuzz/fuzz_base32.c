/* rp_base32_decode with whatever text: refused, or bytes that come back from what rp_base32_encode makes of
 * them; and whatever bytes survive the way there and back. */
#include "tests/fuzz/fuzz.h"

#include "common/base32.h"
#include "common/error.h"

#define MAX 64

static void there_and_back(const uint8_t *bytes, size_t n)
{
	char text[RP_BASE32_LEN(MAX) + 1];
	uint8_t back[MAX];

	rp_base32_encode(bytes, n, text);
	MUST(strlen(text) == RP_BASE32_LEN(n));
	MUST(rp_base32_decode(text, back, n) == (int)n);
	MUST(!memcmp(back, bytes, n));
	if (n)
		MUST(rp_base32_decode(text, back, n - 1) == RP_EFULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	uint8_t bytes[MAX];
	int n = rp_base32_decode(text, bytes, sizeof bytes);

	MUST(n == RP_EINVAL || n == RP_EFULL || (n >= 0 && n <= MAX));
	if (n >= 0)
		there_and_back(bytes, (size_t)n);
	there_and_back((const uint8_t *)text, size < MAX ? size : MAX);
	free(text);
	return 0;
}
