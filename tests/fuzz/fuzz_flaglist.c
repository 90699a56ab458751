/* cli_flaglist_read with whatever list: each line is an entry, a bad one with its number and a reason, or
 * idle. */
#include "tests/fuzz/fuzz.h"

#include "cli/flaglist.h"

struct seen {
	size_t lines, last, entries, bad;
};

static void entry(const uint8_t digest[RP_DIGEST_LEN], void *ctx)
{
	(void)digest;
	((struct seen *)ctx)->entries++;
}

static void bad(size_t line, const char *why, void *ctx)
{
	struct seen *s = ctx;

	MUST(line > s->last && line <= s->lines);
	MUST(why[0]);
	s->last = line;
	s->bad++;
}

static void read_list(const char *text, size_t size, bool fold, struct seen *s)
{
	const struct cli_flaglist_calls calls = {entry, bad, s};

	*s = (struct seen){.lines = 1};
	for (size_t i = 0; i < size; i++)
		s->lines += text[i] == '\n';
	cli_flaglist_read(text, size, fold, &calls);
	MUST(s->entries + s->bad <= s->lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* no NUL behind it: what is read of a file has none either */
	char *text = malloc(size ? size : 1);
	struct seen plain, folded;

	MUST(text);
	if (size)
		memcpy(text, data, size);
	read_list(text, size, false, &plain);
	read_list(text, size, true, &folded);
	/* Folding makes one mailbox of two, but no address of what is none. */
	MUST(plain.entries == folded.entries && plain.bad == folded.bad);
	free(text);
	return 0;
}
