/* cli/flaglist.h: what a list of addresses may look like, and what is said of one that may not. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "cli/flaglist.h"
#include "engine/address.h"

#define MANY 16

/* What came of a list. */
static struct {
	uint8_t digests[MANY][RP_DIGEST_LEN];
	size_t n, lines[MANY], n_bad;
	const char *whys[MANY];
} got;

static void entry(const uint8_t digest[RP_DIGEST_LEN], void *ctx)
{
	(void)ctx;
	assert_true(got.n < MANY);
	memcpy(got.digests[got.n++], digest, RP_DIGEST_LEN);
}

static void bad(size_t line, const char *why, void *ctx)
{
	(void)ctx;
	assert_true(got.n_bad < MANY);
	got.lines[got.n_bad] = line;
	got.whys[got.n_bad++] = why;
}

static void read_bytes(const char *text, size_t len, bool fold)
{
	const struct cli_flaglist_calls calls = {entry, bad, NULL};

	memset(&got, 0, sizeof got);
	cli_flaglist_read(text, len, fold, &calls);
}

static void read_text(const char *text)
{
	read_bytes(text, strlen(text), false);
}

static void is_digest_of(const uint8_t *digest, const char *address)
{
	struct en_address a;

	assert_int_equal(en_address_read(address, false, &a), 0);
	assert_memory_equal(digest, a.digest, RP_DIGEST_LEN);
}

/* text gives claire@example.org, then paul@example.org, and nothing is wrong with it. */
static void gives_both(const char *text)
{
	read_text(text);
	if (got.n_bad)
		fail_msg("%s: line %zu: %s", text, got.lines[0], got.whys[0]);
	if (got.n != 2)
		fail_msg("%s: %zu addresses", text, got.n);
	is_digest_of(got.digests[0], "claire@example.org");
	is_digest_of(got.digests[1], "paul@example.org");
}

/* The only bad line of text is this one, for a reason with these words in it. */
static void refused(const char *text, size_t line, const char *words)
{
	read_text(text);
	if (got.n_bad != 1)
		fail_msg("%s: %zu bad lines", text, got.n_bad);
	assert_int_equal(got.lines[0], line);
	if (!strstr(got.whys[0], words))
		fail_msg("%s: \"%s\", not \"%s\"", text, got.whys[0], words);
}

static void one_a_line(void **state)
{
	(void)state;
	gives_both("claire@example.org\npaul@example.org\n");
	gives_both("claire@example.org\npaul@example.org");
	gives_both("\xef\xbb\xbf"
		   "claire@example.org\r\n\r\n# from the CERT\r\n \t\r\npaul@example.org\r\n");
	gives_both("# claire, paul; and others\nclaire@example.org\n  # anna@example.org\npaul@example.org");
	gives_both("  Claire@Example.ORG\t\n<paul@example.org>  \n");
	gives_both("\"claire@example.org\"\n\"paul@example.org\"\n");
	gives_both("email\nclaire@example.org\npaul@example.org\n");
	gives_both("\"Adresse e-mail\"\nclaire@example.org\npaul@example.org\n");
}

static void digests(void **state)
{
	(void)state;
	read_text("567159d622ffbb50b11b0efd307be358624a26ee\n"
		  "567159D622FFBB50B11B0EFD307BE358624A26EE\n"
		  "test@example.com\n");
	assert_int_equal(got.n_bad, 0);
	assert_int_equal(got.n, 3);
	for (size_t i = 0; i < got.n; i++)
		assert_memory_equal(
			got.digests[i],
			"\x56\x71\x59\xd6\x22\xff\xbb\x50\xb1\x1b\x0e\xfd\x30\x7b\xe3\x58\x62\x4a\x26\xee",
			RP_DIGEST_LEN);
	read_text("sha1;seen\n567159d622ffbb50b11b0efd307be358624a26ee;2026\n");
	assert_int_equal(got.n, 1);
	assert_int_equal(got.n_bad, 0);
	refused("567159d622ffbb50b11b0efd307be358\n", 1, "SHA-1");
	refused("a@example.org\n567159d622ffbb50b11b0efd307be358624a26ee567159d622ffbb50b11b0efd\n", 2,
		"SHA-1");
	refused("567159d622ffbb50b11b0efd307be358624a26e\n", 1, "not an e-mail address");
	refused("567159d622ffbb50b11b0efd307be358624a26eg\n", 1, "not an e-mail address");
}

static void tables(void **state)
{
	(void)state;
	gives_both("email,seen\nclaire@example.org,2026\npaul@example.org,2026\n");
	gives_both("seen;E-Mail\r\n2026;claire@example.org\r\n2026;paul@example.org\r\n");
	gives_both(
		"id\tAdresse \xc3\x89lectronique\tnom\n1\tclaire@example.org\tX\n2\tpaul@example.org\tY\n");
	gives_both("id;adresse \xe9lectronique\n1;claire@example.org\n2;paul@example.org\n"); /* ISO-8859-1 */
	gives_both("nom,courriel\n\"Martin, Claire\",claire@example.org\n\"P. \"\"Paul\"\" "
		   "D\",\"paul@example.org\"");
	gives_both(
		"email;comment\nclaire@example.org;\"two\nlines; of it\"\n# none\n\npaul@example.org;x\n;\n");
	gives_both("email;comment\n claire@example.org ; x\n\"paul@example.org\" ;\n");
	gives_both("login;adresse\nclaire@example.org;1 rue X\npaul@example.org;2 rue Y\n");
	gives_both("login;adresse;e_mail\nc;1 rue X;claire@example.org\np;2 rue Y;paul@example.org\n");
	gives_both("compromised_email,date\nclaire@example.org,1\npaul@example.org,2\n");
	gives_both("email,date\nclaire@example.org\npaul@example.org,2\n"); /* shorter than its heading */
	gives_both("email;name\nclaire@example.org;Claire\xe9\npaul@example.org;\xff\n");
}

/* Without a heading, and one of whose names none says what it is. */
static void tables_without_names(void **state)
{
	(void)state;
	gives_both("2026;claire@example.org;x\n2027;paul@example.org;y\n");
	gives_both("claire@example.org;\npaul@example.org;\n");
	gives_both("user;claire@example.org\nadmin;paul@example.org\n");
	refused("2026;x\n2027;claire@example.org\n", 1, "no column is called email");
	refused("claire@example.org,cert@example.org\npaul@example.org,cert@example.org\n", 1,
		"several columns");
	refused("# x\nmail,email\na@example.org,b@example.org\n", 2, "several columns");
	refused("claire@example.org, paul@example.org", 1, "several columns");
}

static void bad_lines(void **state)
{
	(void)state;
	refused("claire@example.org\npaul\nanna@example.org\n", 2, "not an e-mail address");
	assert_int_equal(got.n, 2);
	refused("paul.gmail.com\nclaire@example.org\n", 1, "not an e-mail address");
	refused("a@example.org\nclaire@example.org,paul@example.org\n", 2, "not an e-mail address");
	refused("a@example.org\n\xe9lodie@example.org\n", 2, "UTF-8");
	refused("email;x\na@example.org;1\nclaire\n", 3, "not an e-mail address");
	refused("email;x\n;1\n", 2, "no address");
	refused("x;email\n1\n", 2, "no address");
	refused("email;x\na@example.org;1;2\n", 2, "more fields");
	refused("email;x\na@example.org;\"two\nlines\"\nclaire;x\n", 4, "not an e-mail address");
	refused("\"e\nmail\";x\nclaire;1\n", 3, "not an e-mail address");
	refused("email;x\na@example.org;\"open\nb@example.org;1\n", 2, "malformed");
	refused("email;x\n\"a@example.org\"b;1\nb@example.org;1\n", 2, "malformed");
	assert_int_equal(got.n, 1);
	refused("\"email;x\na@example.org;1\n", 1, "malformed");
	read_text("\xff\xfe"
		  "a");
	assert_int_equal(got.n_bad, 1);
	assert_non_null(strstr(got.whys[0], "UTF-16"));
	read_bytes("a@example.org\nb@exa\0mple.org\n", 29, false);
	assert_int_equal(got.n_bad, 1);
	assert_int_equal(got.lines[0], 2);
	assert_non_null(strstr(got.whys[0], "readable"));
}

static void a_cell_that_is_too_long(void **state)
{
	char text[2048];
	(void)state;

	snprintf(text, sizeof text, "%0600d@example.org\na@example.org\n", 0);
	refused(text, 1, "too long");
	snprintf(text, sizeof text, "email;note\na@example.org;%0900d\n", 0);
	read_text(text);
	assert_int_equal(got.n_bad, 0);
	assert_int_equal(got.n, 1);
}

static void nothing_in_it(void **state)
{
	static const char *const texts[] = {"", "\n", "\xef\xbb\xbf", "# none\n", "email\n", "email;x\n;\n"};
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		read_text(texts[i]);
		assert_int_equal(got.n + got.n_bad, 0);
	}
}

/* The text lies in a block of its own size: nothing is read behind it. */
static void no_further_than_its_end(void **state)
{
	static const char text[] = "claire@example.org,paul";
	(void)state;

	read_bytes(text, strlen("claire@example.org"), false);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.n_bad, 0);
	is_digest_of(got.digests[0], "claire@example.org");
	read_bytes(text, strlen("claire@example"), false);
	assert_int_equal(got.n, 0);
	assert_int_equal(got.n_bad, 1);
}

static void ranks(void **state)
{
	(void)state;
	assert_int_equal(cli_flaglist_rank("E-Mail"), 1);
	assert_int_equal(cli_flaglist_rank("Adresse \xc3\xa9lectronique"), 1);
	assert_int_equal(cli_flaglist_rank("victim_email"), 2);
	assert_int_equal(cli_flaglist_rank("SHA-1"), 3);
	assert_int_equal(cli_flaglist_rank("Login"), 4);
	assert_int_equal(cli_flaglist_rank("date"), 0);
	assert_int_equal(cli_flaglist_rank(""), 0);
	assert_int_equal(cli_flaglist_rank("mail@"), 0);
	assert_int_equal(cli_flaglist_rank("paul.gmail.com"), 0);
}

/* One mailbox's spellings, where they are folded. */
static void folded(void **state)
{
	static const char text[] = "claire.martin+x@gmail.com\nclairemartin@gmail.com\n";
	(void)state;

	read_bytes(text, strlen(text), true);
	assert_int_equal(got.n, 2);
	assert_memory_equal(got.digests[0], got.digests[1], RP_DIGEST_LEN);
	read_bytes(text, strlen(text), false);
	assert_int_equal(got.n, 2);
	assert_memory_not_equal(got.digests[0], got.digests[1], RP_DIGEST_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_a_line),	 cmocka_unit_test(digests),
		cmocka_unit_test(tables),	 cmocka_unit_test(tables_without_names),
		cmocka_unit_test(bad_lines),	 cmocka_unit_test(a_cell_that_is_too_long),
		cmocka_unit_test(nothing_in_it), cmocka_unit_test(no_further_than_its_end),
		cmocka_unit_test(ranks),	 cmocka_unit_test(folded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
