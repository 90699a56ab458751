/* docs/CORPUS.md against the code: its example is what a build makes, byte for byte, and a reader that does
 * what the page says, bit by bit, finds in a corpus what was put there. Run from the source tree. */
#include "tests/unit/test_corpus.h"

#include <openssl/sha.h>
#include <xxhash.h>
#include "corpus/header.h"

#define FILE_MAX (257 * 4096)

static char doc[16384];
static uint8_t file[FILE_MAX];
static size_t file_len;

static int read_doc(void **state)
{
	FILE *f = fopen("docs/CORPUS.md", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(doc, 1, sizeof doc - 1, f);
	assert_in_range(n, 1, sizeof doc - 2);
	fclose(f);
	return 0;
}

static void read_corpus(void)
{
	FILE *f = fopen(corpus_path, "r");

	assert_non_null(f);
	file_len = fread(file, 1, sizeof file, f);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

/* The block "```corpus": lines of "offset: bytes", zeros elsewhere. */
static void read_example(uint8_t *out, size_t size)
{
	const char *line = strstr(doc, "\n```corpus\n");
	unsigned offset, byte;
	int used;

	assert_non_null(line);
	memset(out, 0, size);
	for (line += strlen("\n```corpus\n"); sscanf(line, "%x:%n", &offset, &used) == 1;) {
		for (line += used; sscanf(line, "%*1[ ]%2x%n", &byte, &used) == 1; line += used) {
			assert_true(offset < size);
			out[offset++] = (uint8_t)byte;
		}
		assert_int_equal(*line++, '\n');
	}
	assert_int_equal(strncmp(line, "```\n", 4), 0);
}

static void the_example_is_what_a_build_makes(void **state)
{
	static const struct {
		const char *password;
		uint64_t count;
	} leaked[] = {{"password", 10434004}, {"Tr0ub4dor&3", 35}, {"azerty", 316405}};
	struct co_build *b =
		begin(&(struct co_build_options){.profile = CO_FULL, .expected = 3, .made = MADE});
	uint8_t example[2 * CO_PAGE_LEN], digest[CO_DIGEST_LEN];
	char line[128], *p = line;

	(void)state;
	for (size_t i = 0; i < 3; i++, p = line) {
		SHA1((const uint8_t *)leaked[i].password, strlen(leaked[i].password), digest);
		assert_int_equal(co_build_add(b, digest, leaked[i].count), 0);
		for (size_t d = 0; d < sizeof digest; d++)
			p += sprintf(p, "%02X", digest[d]);
		sprintf(p, "    %s\n", leaked[i].password);
		assert_non_null(strstr(doc, line));
		sprintf(line, "%llu", (unsigned long long)leaked[i].count);
		assert_non_null(strstr(doc, line));
	}
	finish(b);
	read_corpus();
	assert_int_equal(file_len, sizeof example);
	read_example(example, sizeof example);
	assert_memory_equal(file, example, sizeof example);
}

static uint64_t number(const uint8_t *at, unsigned bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | at[bytes];
	return n;
}

static unsigned bit(const uint8_t *page, unsigned i)
{
	return page[i / 8] >> i % 8 & 1;
}

/* bits of the digest from a bit on, the highest first. */
static uint64_t bits_of(const uint8_t *digest, unsigned from, unsigned n)
{
	uint64_t out = 0;

	for (unsigned i = from; i < from + n; i++)
		out = out << 1 | (digest[i / 8] >> (7 - i % 8) & 1);
	return out;
}

static unsigned zeros_from(const uint8_t *page, unsigned *at)
{
	unsigned n = 0;

	while (!bit(page, (*at)++))
		n++;
	return n;
}

static uint64_t read_as_written(const uint8_t *digest)
{
	unsigned b = file[13], logs_at, at = 64;
	const uint8_t *page = file + (1 + bits_of(digest, 0, b)) * 4096;
	uint64_t n = number(page, 2), factor = number(page + 2, 2), q = 0, count = 0;
	unsigned shift = page[4], r = page[5];
	uint64_t wanted = bits_of(digest, b, 48) * factor >> (48 - shift);

	assert_int_equal(number(page + 4088, 8),
			 XXH3_64bits_withSeed(page, 4088,
					      number(file + 40, 8) << 32 ^ (uint64_t)((page - file) / 4096)));
	logs_at = (unsigned)number(page + 6, 2);
	for (unsigned i = 0; i < n; i++) {
		uint64_t gap = (uint64_t)zeros_from(page, &at) << r, seen = zeros_from(page, &logs_at);

		for (unsigned j = 0; j < r; j++)
			gap += (uint64_t)bit(page, 32704 - (unsigned)(n - i) * r + j) << j;
		q += gap;
		if (q == wanted && (uint64_t)1 << seen > count)
			count = (uint64_t)1 << seen;
	}
	return count;
}

static void a_reader_of_the_page_finds_all(void **state)
{
	struct leak *leaks = draw_leaks(3, 200000);
	struct co_info info = build(CO_FULL, 0, leaks, 200000);
	uint64_t seed = 1;

	(void)state;
	read_corpus();
	assert_int_equal(file_len, ((1 << info.bits) + 1) * 4096);
	assert_int_equal(number(file + 4088, 8), XXH3_64bits_withSeed(file, 4088, 0));
	assert_string_equal((const char *)file, "rempart");
	assert_int_equal(number(file + 8, 4), 1);
	assert_int_equal(file[12], CO_FULL);
	assert_int_equal(number(file + 16, 8), 200000);
	assert_int_equal(number(file + 40, 8), MADE);
	for (unsigned i = 0; i < 200000; i += 97)
		assert_int_equal(read_as_written(leaks[i].digest), power_of_two(leaks[i].count));
	for (unsigned i = 0; i < 1000; i++) {
		uint8_t digest[CO_DIGEST_LEN];

		draw_digest(&seed, digest);
		assert_int_equal(read_as_written(digest), 0);
	}
	free(leaks);
}

static void numbers_are_the_header_s(void **state)
{
	char said[64];

	(void)state;
	snprintf(said, sizeof said, "| b, at most %d |", CO_BITS_MAX);
	assert_non_null(strstr(doc, said));
	snprintf(said, sizeof said, "profile: %d full, %d small, %d top", CO_FULL, CO_SMALL, CO_TOP);
	assert_non_null(strstr(doc, said));
	snprintf(said, sizeof said, "Its next %d bits are its **key**", CO_KEY_BITS);
	assert_non_null(strstr(doc, said));
	snprintf(said, sizeof said, "digests, %d bytes each", CO_PAGE_LEN);
	assert_non_null(strstr(doc, said));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORPUS_TEST(the_example_is_what_a_build_makes),
		CORPUS_TEST(a_reader_of_the_page_finds_all),
		cmocka_unit_test(numbers_are_the_header_s),
	};

	return cmocka_run_group_tests(tests, read_doc, NULL);
}
