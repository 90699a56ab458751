/* The module's reading of what a person typed: whatever it is, only what is shaped like a code comes out.
 * Input: a byte for the shape, then the text. */
#include "tests/fuzz/fuzz.h"

#include "pam_module/code.h"

#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567"

static int digits_only(const char *code)
{
	size_t n = strlen(code);

	return n >= 6 && n <= 8 && strspn(code, "0123456789") == n;
}

static void must_be_a_code(const char *code)
{
	MUST(!code[0] || !strcmp(code, PM_CODE_NONE) || digits_only(code) ||
	     (strlen(code) == 24 && strspn(code, BASE32) == 24));
}

static void must_be_its_end(const char *field, size_t at, unsigned shape, const char *code)
{
	size_t n = strlen(code);

	MUST(at + n == strlen(field) && !strcmp(field + at, code));
	MUST(!n || (digits_only(code) && shape & RP_SHAPE_DIGITS(n)) ||
	     (n == 29 && strspn(code, BASE32 "-") == n));
	if (!shape)
		MUST(!n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned shape = size ? (unsigned)data[0] << 2 : 0;
	char *text = fuzz_text(data + (size > 0), size - (size > 0));
	char out[RP_CODE_MAX + 1];

	memset(out, 'E', sizeof out);
	pm_code_read(text, out);
	MUST(memchr(out, '\0', sizeof out));
	must_be_a_code(out);
	memset(out, 'E', sizeof out);
	must_be_its_end(text, pm_code_split(text, shape, out), shape, out);
	free(text);
	return 0;
}
