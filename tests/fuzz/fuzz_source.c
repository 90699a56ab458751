/* en_source_normal with whatever text: printable, in lower case, within its bound, and already normal. */
#include "tests/fuzz/fuzz.h"

#include "engine/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), out[EN_SOURCE_MAX + 1], again[EN_SOURCE_MAX + 1];

	memset(out, 'E', sizeof out);
	en_source_normal(text, out);
	MUST(memchr(out, '\0', sizeof out));
	MUST(!out[0] == !text[0]);
	for (const char *p = out; *p; p++)
		MUST(*p > ' ' && *p < 0x7f && !(*p >= 'A' && *p <= 'Z'));
	en_source_normal(out, again);
	MUST(!strcmp(again, out));
	free(text);
	return 0;
}
