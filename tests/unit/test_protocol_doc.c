/* docs/PROTOCOL.md against the code, both ways: its numbers are those of common/protocol.h, its bytes are
 * the codec's, and who may ask what is engine/permit.h's table. Run from the source tree. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/reply.h"
#include "common/request.h"
#include "engine/loop.h"
#include "engine/permit.h"
#include "engine/quota.h"

#define CELLS 4

static char doc[32768], header[16384];

static void read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	assert_in_range(n, 1, size - 2);
	out[n] = '\0';
	fclose(f);
}

static int read_both(void **state)
{
	(void)state;
	read_file("docs/PROTOCOL.md", doc, sizeof doc);
	read_file("common/protocol.h", header, sizeof header);
	return 0;
}

/* The row number i under the heading row "| first | second |…": its cells without blanks around them. */
static int row(const char *first, const char *second, int i, char cells[CELLS][256])
{
	char heading[128];
	const char *at;

	snprintf(heading, sizeof heading, "\n| %s | %s |", first, second);
	at = strstr(doc, heading);
	assert_non_null(at);
	for (i += 2; i > 0; i--) /* past the heading and the line under it */
		at = strchr(at + 1, '\n');
	if (strncmp(at, "\n| ", 3))
		return 0;
	at += 2;
	for (int c = 0; c < CELLS; c++) {
		size_t n = strcspn(at, "|\n");

		cells[c][0] = '\0';
		if (*at == '\n' || at[n] == '\n')
			continue;
		assert_in_range(n, 1, 255);
		snprintf(cells[c], 256, "%.*s", n > 2 ? (int)n - 2 : 0, at + 1);
		at += n + 1;
	}
	return 1;
}

/* The value of "NAME = value" in the header's enumeration; -1: there is none. */
static long enumerated(const char *prefix, const char *name)
{
	char line[512];
	const char *at;
	long shift;

	snprintf(line, sizeof line, "\t%s%s = ", prefix, name);
	at = strstr(header, line);
	if (!at)
		return -1;
	at += strlen(line);
	return sscanf(at, "1 << %ld", &shift) == 1 ? 1L << shift : strtol(at, NULL, 10);
}

/* How many names the enumeration has, without RP_…_END. */
static int count_enumerated(const char *name)
{
	char opening[64];
	const char *at, *end;
	int n = 0;

	snprintf(opening, sizeof opening, "enum %s {", name);
	at = strstr(header, opening);
	assert_non_null(at);
	end = strstr(at, "};");
	while ((at = strstr(at + 1, "\tRP_")) && at < end)
		n += strncmp(at + strcspn(at, " ,"), " = ", 3) == 0;
	return n;
}

static void numbers_are_the_header_s(void **state)
{
	static const struct {
		const char *first, *second, *prefix, *name;
	} tables[] = {
		{"number", "verb", "RP_", "rp_verb"},
		{"number", "verdict", "RP_", "rp_verdict"},
		{"flag", "name", "RP_FLAG_", "rp_flag"},
	};
	char cells[CELLS][256];
	(void)state;

	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		int i = 0;

		for (; row(tables[t].first, tables[t].second, i, cells); i++)
			assert_int_equal(enumerated(tables[t].prefix, cells[1]), strtol(cells[0], NULL, 10));
		assert_int_equal(i, count_enumerated(tables[t].name));
		assert_true(i > 1);
	}
}

static void who_may_is_the_table_s(void **state)
{
	static const struct {
		const char *word;
		enum en_who who;
	} words[] = {{"root", EN_ROOT}, {"portal", EN_PORTAL}, {"self", EN_SELF}, {"anybody", EN_ANY}};
	char cells[CELLS][256];
	(void)state;

	for (int i = 0; row("number", "verb", i, cells); i++)
		for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
			bool said = strstr(cells[2], words[w].word) || !strcmp(cells[2], "anybody");

			assert_int_equal(said, en_permit((unsigned)i + 1, words[w].who));
		}
}

static long bound(const char *heading, const char *unit, const char *name)
{
	char cells[CELLS][256];

	for (int i = 0; row(heading, unit, i, cells); i++)
		if (!strcmp(cells[0], name))
			return strtol(cells[1] + strcspn(cells[1], "0123456789"), NULL, 10);
	fail_msg("%s is not in the table", name);
	return -1;
}

static int rows(const char *first, const char *second)
{
	char cells[CELLS][256];
	int n = 0;

	while (row(first, second, n, cells))
		n++;
	return n;
}

static void bounds_are_the_header_s(void **state)
{
	(void)state;
	assert_int_equal(bound("field", "at most", "user"), RP_USER_MAX);
	assert_int_equal(bound("field", "at most", "service"), RP_SERVICE_MAX);
	assert_int_equal(bound("field", "at most", "source"), RP_SOURCE_MAX);
	assert_int_equal(bound("field", "at most", "code"), RP_CODE_MAX);
	assert_int_equal(bound("field", "at most", "digest"), RP_DIGEST_LEN);
	assert_int_equal(bound("field", "at most", "address"), RP_ADDRESS_MAX);
	assert_int_equal(rows("field", "at most"), 6);
	assert_int_equal(bound("field", "bytes", "verdict"), 1);
	assert_int_equal(bound("field", "bytes", "n1"), 8);
	assert_int_equal(bound("field", "bytes", "n2"), 8);
	assert_int_equal(bound("field", "bytes", "t1"), RP_T1_MAX);
	assert_int_equal(bound("field", "bytes", "t2"), RP_T2_MAX);
	assert_int_equal(bound("field", "bytes", "t3"), RP_T3_MAX);
	assert_int_equal(rows("field", "bytes"), 6);
	assert_int_equal(bound("budget", "ms", "module"), RP_MODULE_BUDGET_MS);
	assert_int_equal(bound("budget", "ms", "daemon"), RP_DAEMON_BUDGET_MS);
	assert_int_equal(rows("budget", "ms"), 2);
}

/* The page says so around the number, line breaks aside. */
static void assert_said(const char *before, unsigned n, const char *after)
{
	static char flat[sizeof doc];
	char sentence[256];

	strcpy(flat, doc);
	for (char *p = flat; (p = strchr(p, '\n')); *p = ' ')
		;
	snprintf(sentence, sizeof sentence, "%s%u%s", before, n, after);
	if (!strstr(flat, sentence))
		fail_msg("the page does not say: %s", sentence);
}

static void sentences_with_numbers(void **state)
{
	(void)state;
	assert_said("A packet has at most ", RP_PACKET_MAX, " bytes.");
	assert_said("nothing is hung up on after ", EN_IDLE_MS / 1000, " seconds");
	assert_said("may hold ", EN_CONNECTIONS_UID, " connections");
	assert_said("and ask ", EN_QUOTA_RATE, " times a second");
	assert_said("This page describes version ", RP_VERSION, ".");
	assert_said("| version: ", RP_VERSION, " |");
	assert_said("as a bit set, ", RP_SHAPE_DIGITS(6), " for 6 digits");
	assert_said("6 digits, ", RP_SHAPE_DIGITS(8), " for 8;");
}

/* The bytes of the block "```name". */
static size_t example(const char *name, uint8_t *out, size_t size)
{
	char fence[32];
	const char *at;
	size_t n = 0;
	unsigned byte;
	int used;

	snprintf(fence, sizeof fence, "\n```%s\n", name);
	at = strstr(doc, fence);
	assert_non_null(at);
	for (at += strlen(fence); sscanf(at, " %2x%n", &byte, &used) == 1; at += used) {
		assert_true(n < size);
		out[n++] = (uint8_t)byte;
	}
	assert_int_equal(strncmp(at, "\n```\n", 5), 0);
	return n;
}

static void the_example_of_a_request(void **state)
{
	const struct rp_request said = {.version = RP_VERSION,
					.verb = RP_AUTH,
					.user = "martin",
					.service = "sshd",
					.source = "192.0.2.7",
					.code = "123456"};
	uint8_t bytes[256], ours[RP_PACKET_MAX];
	size_t n = example("request", bytes, sizeof bytes);
	struct rp_request req;
	(void)state;

	assert_int_equal(rp_request_encode(&said, ours, sizeof ours), n);
	assert_memory_equal(ours, bytes, n);
	assert_int_equal(rp_request_decode(&req, bytes, n), 0);
	assert_string_equal(req.code, "123456");
}

static void the_example_of_an_answer(void **state)
{
	const struct rp_reply said = {
		.version = RP_VERSION, .verb = RP_AUTH, .verdict = RP_THROTTLED, .n1 = 60};
	uint8_t bytes[256], ours[RP_PACKET_MAX];
	size_t n = example("answer", bytes, sizeof bytes);
	struct rp_reply rep;
	(void)state;

	assert_int_equal(rp_reply_encode(&said, ours, sizeof ours), n);
	assert_memory_equal(ours, bytes, n);
	assert_int_equal(rp_reply_decode(&rep, bytes, n), 0);
	assert_int_equal(rep.verdict, RP_THROTTLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_the_header_s), cmocka_unit_test(who_may_is_the_table_s),
		cmocka_unit_test(bounds_are_the_header_s),  cmocka_unit_test(sentences_with_numbers),
		cmocka_unit_test(the_example_of_a_request), cmocka_unit_test(the_example_of_an_answer),
	};
	return cmocka_run_group_tests(tests, read_both, NULL);
}
