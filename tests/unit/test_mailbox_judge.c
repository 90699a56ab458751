/* engine/mailbox.h: what is made of all that is known of a mailbox, however old. What is expected comes from
 * a table of letters here. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/mailbox.h"

#define NOW 1700000000
#define DAY 86400
#define COUNTED(a) (sizeof(a) / sizeof *(a))

static struct rp_config config;
static struct st_mailbox box;
static struct en_mail_verdict verdict;

static int start(void **state)
{
	(void)state;
	rp_config_defaults(&config);
	config.mailbox_lookup = 1;
	memset(&box, 0, sizeof box);
	return 0;
}

static bool fits(const char *pattern, const char *text)
{
	for (; *pattern; pattern++, text++)
		if (*pattern != '.' && *pattern != *text)
			return false;
	return true;
}

/* Each key of the rule has a part in it, and since-proof or always has none: the proof is looked at later. */
static void other_rules(void **state)
{
	unsigned *keys[] = {&config.without_passwords, &config.unverified, &config.fabricated,
			    &config.spam_lists};
	(void)state;

	en_mailbox_begin(&config, NOW, &box);
	for (unsigned i = 0; i < 6; i++) {
		unsigned *key = i < 4	 ? keys[i]
				: i == 4 ? &config.stealer_logs
					 : &config.breaches,
			 was = *key;

		*key = i < 4 ? 1 : RP_COUNTS_NEVER;
		en_mailbox_judge(&config, &box, 0, NOW, &verdict);
		assert_int_equal(verdict.known, EN_MAIL_UNKNOWN);
		assert_string_equal(verdict.cause, "other-rules");
		assert_true(en_mailbox_is_stale(&config, &box, NOW));
		*key = i < 4 ? was : RP_COUNTS_ALWAYS;
		en_mailbox_judge(&config, &box, 0, NOW, &verdict);
		assert_int_equal(verdict.known, EN_MAIL_CLEAN);
		*key = was;
	}
}

/*
 * Everything that may be known of a mailbox, as letters:
 *   0 list        - not on it, a(dministrator), s(tealer log)
 *   1 its end     y: over, n: to come or never
 *   2 since       h(eld) or not: put there after the last proof
 *   3 lookups     y, n
 *   4 checked     0 never, f(resh), o(ld), t: a time to come
 *   5 rules       = or !
 *   6 stealer     - none, h(eld), b(efore the proof)
 *   7 breach      the same
 *   8 no record   y, n
 *   9 stealer_logs, 10 breaches: a, s, n
 */
static const struct {
	const char *pattern, *is;
} judgements[] = {
	/* the list */
	{"an.........", "list"},
	{"sn.......a.", "stealer-list"},
	{"snh......s.", "stealer-list"},
	{"...n.......", "clean"},
	/* a lookup that says nothing */
	{"....0......", "never-looked-up"},
	{".....!.....", "other-rules"},
	/* one that found something, however old */
	{"......h..s.", "hibp Stealer"},
	{"......h..a.", "hibp Stealer"},
	{"......b..a.", "hibp Stealer"},
	{".......h..s", "hibp Breach"},
	{".......h..a", "hibp Breach"},
	{".......b..a", "hibp Breach"},
	/* one that found nothing that counts */
	{"....o......", "too-old"},
	{"....t......", "too-old"},
	{"........y..", "no-breach-record"},
	{"...........", "clean"},
};

static unsigned long seen;

static const char *expected_of(const char *letters_of_it)
{
	for (size_t i = 0; i < COUNTED(judgements); i++)
		if (fits(judgements[i].pattern, letters_of_it))
			return judgements[i].is;
	return "nothing";
}

/* Where letters stand for more than one time: each of them, with the one at the edge. */
static const struct {
	char letter;
	int64_t times[3];
} ends[] = {{'y', {1, NOW - 1, NOW}}, {'n', {0, NOW + 1, INT64_MAX}}},
  checks[] = {{'0', {0, 0, 0}},
	      {'f', {NOW, NOW - DAY, NOW - 30 * DAY}},
	      {'o', {NOW - 30 * DAY - 1, NOW - 400 * DAY, 1}},
	      {'t', {NOW + 1, NOW + DAY, INT64_MAX}}},
  /* since, or added, with the proof at NOW - DAY */
	held[] = {{'b', {1, NOW - DAY - 1, NOW - DAY}}, {'h', {NOW - DAY + 1, NOW, NOW + 1}}};

static void fill_breach(struct st_breach *b, char letter, unsigned variant, const char *name)
{
	memset(b, 0, sizeof *b);
	if (letter == '-')
		return;
	b->added = held[letter == 'h'].times[variant];
	b->classes = RP_BREACH_PASSWORDS;
	strcpy(b->name, name);
}

static unsigned counts_from(char letter)
{
	return letter == 'a' ? RP_COUNTS_ALWAYS : letter == 's' ? RP_COUNTS_SINCE_PROOF : RP_COUNTS_NEVER;
}

static void fill(const char *c, unsigned variant)
{
	config.stealer_logs = counts_from(c[9]);
	config.breaches = counts_from(c[10]);
	config.mailbox_lookup = c[3] == 'y';
	memset(&box, 0, sizeof box);
	en_mailbox_begin(&config, 0, &box);
	for (unsigned i = 0; i < COUNTED(checks); i++)
		if (checks[i].letter == c[4])
			box.checked = checks[i].times[variant];
	box.rules ^= c[5] == '!' ? 1U << variant : 0;
	box.listed = c[0] == 'a' ? ST_LISTED_ADMIN : c[0] == 's' ? ST_LISTED_STEALER : ST_LISTED_NOT;
	box.until = ends[c[1] == 'n'].times[variant];
	box.since = held[c[2] == 'h'].times[variant];
	strcpy(box.reason, "CERT-FR");
	box.no_record = c[8] == 'y';
	fill_breach(&box.stealer, c[6], variant, "Stealer");
	fill_breach(&box.breach, c[7], variant, "Breach");
}

static void is_as_expected(const char *c, unsigned variant, int64_t proved)
{
	const char *want = expected_of(c);
	char is[160];

	en_mailbox_judge(&config, &box, proved, NOW, &verdict);
	if (verdict.known == EN_MAIL_FLAGGED)
		snprintf(is, sizeof is, "%s%s%s", verdict.source, verdict.name[0] ? " " : "", verdict.name);
	else
		snprintf(is, sizeof is, "%s", verdict.known == EN_MAIL_CLEAN ? "clean" : verdict.cause);
	if (strcmp(is, want))
		fail_msg("%s, %u: %s, not %s", c, variant, is, want);
	assert_true(verdict.known >= EN_MAIL_CLEAN && verdict.known <= EN_MAIL_UNKNOWN);
	assert_int_equal(verdict.cause[0] != '\0', verdict.known == EN_MAIL_UNKNOWN);
	assert_int_equal(verdict.note[0] != '\0', !strcmp(want, "list"));
	/* Asked about again, unless the last answer is fresh; a record that was missing is, after an hour. */
	if (c[3] == 'n' || (c[4] == 'f' && c[5] == '=' && (c[8] == 'n' || !variant)))
		assert_false(en_mailbox_is_stale(&config, &box, NOW));
	else
		assert_true(en_mailbox_is_stale(&config, &box, NOW));
	/* With lookups on, nothing is clean that was not looked up lately, by these rules and with all
	 * records. */
	if (c[3] == 'y' && (strchr("0ot", c[4]) || c[5] == '!' || c[8] == 'y'))
		assert_int_not_equal(verdict.known, EN_MAIL_CLEAN);
	seen++;
}

static void everything_that_may_be_known(void **state)
{
	static const char *const letters_at[] = {"-as", "yn",  "bh", "yn",  "0fot", "=!",
						 "-hb", "-hb", "yn", "asn", "asn"};
	unsigned long all = 1;
	(void)state;

	for (unsigned i = 0; i < COUNTED(letters_at); i++)
		all *= strlen(letters_at[i]);
	seen = 0;
	for (unsigned long n = 0; n < all; n++) {
		unsigned long rest = n;
		char c[COUNTED(letters_at) + 1] = "";

		for (unsigned i = 0; i < COUNTED(letters_at); i++) {
			c[i] = letters_at[i][rest % strlen(letters_at[i])];
			rest /= strlen(letters_at[i]);
		}
		for (unsigned variant = 0; variant < 3; variant++) {
			fill(c, variant);
			config.proved_before = 0;
			is_as_expected(c, variant, NOW - DAY);
			config.proved_before = NOW - DAY; /* for who gave none, */
			is_as_expected(c, variant, 0);
			is_as_expected(c, variant, NOW + 1); /* or in the future */
		}
	}
	assert_int_equal(seen, all * 9);
}

static void without_any_proof_all_is_held(void **state)
{
	struct rp_breach b = {.classes = RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, .added = 1};
	(void)state;

	en_mailbox_begin(&config, NOW, &box);
	en_mailbox_add(&config, &b, &box);
	en_mailbox_judge(&config, &box, 0, NOW, &verdict);
	assert_int_equal(verdict.known, EN_MAIL_FLAGGED);
	en_mailbox_judge(&config, &box, NOW + 1, NOW, &verdict); /* a clock that went back */
	assert_int_equal(verdict.known, EN_MAIL_FLAGGED);
	en_mailbox_judge(&config, &box, NOW, NOW, &verdict);
	assert_int_equal(verdict.known, EN_MAIL_CLEAN);
	config.mailbox_lookup = 0;
	config.stealer_logs = RP_COUNTS_SINCE_PROOF;
	box.listed = ST_LISTED_STEALER;
	box.since = 1;
	en_mailbox_judge(&config, &box, 0, NOW, &verdict);
	assert_int_equal(verdict.known, EN_MAIL_FLAGGED);
}

/* A clean mailbox for max_age; one with a breach that has no record for an hour. */
static void when_it_is_asked_about_again(void **state)
{
	(void)state;

	en_mailbox_begin(&config, NOW, &box);
	assert_false(en_mailbox_is_stale(&config, &box, NOW + 30 * DAY));
	assert_true(en_mailbox_is_stale(&config, &box, NOW + 30 * DAY + 1));
	assert_true(en_mailbox_is_stale(&config, &box, NOW - 1));
	box.no_record = true;
	assert_false(en_mailbox_is_stale(&config, &box, NOW + 3600));
	assert_true(en_mailbox_is_stale(&config, &box, NOW + 3601));
}

static void one_that_is_not_there(void **state)
{
	static const struct st_mailbox nothing;
	(void)state;

	en_mailbox_judge(&config, &nothing, 0, NOW, &verdict);
	assert_int_equal(verdict.known, EN_MAIL_UNKNOWN);
	assert_string_equal(verdict.cause, "never-looked-up");
	assert_true(en_mailbox_is_stale(&config, &nothing, NOW));
	config.mailbox_lookup = 0;
	en_mailbox_judge(&config, &nothing, 0, NOW, &verdict);
	assert_int_equal(verdict.known, EN_MAIL_CLEAN);
	assert_false(en_mailbox_is_stale(&config, &nothing, NOW));
}

static void in_words(void **state)
{
	static const struct {
		struct en_mail_verdict v;
		const char *words;
	} v[] = {
		{{.known = EN_MAIL_CLEAN}, "clean"},
		{{.known = EN_MAIL_UNKNOWN, .cause = "timeout"}, "unknown timeout"},
		{{.known = EN_MAIL_FLAGGED,
		  .source = "hibp",
		  .name = "Adobe",
		  .classes = RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED,
		  .date = 1386115200},
		 "hibp Adobe passwords,verified 2013-12-04"},
		{{.known = EN_MAIL_FLAGGED, .source = "hibp", .name = "Odd", .date = 0},
		 "hibp Odd 1970-01-01"},
		{{.known = EN_MAIL_FLAGGED, .source = "hibp", .name = "Odd", .date = INT64_MAX}, "hibp Odd"},
		{{.known = EN_MAIL_FLAGGED,
		  .source = "stealer-list",
		  .classes = RP_BREACH_STEALER_LOG,
		  .date = 1795132800},
		 "stealer-list 2026-11-20"},
		{{.known = EN_MAIL_FLAGGED, .source = "list", .note = "CERT-FR", .date = 1795132800},
		 "list 2026-11-20 \"CERT-FR\""},
		{{.known = EN_MAIL_FLAGGED, .source = "list", .date = 1795132800}, "list 2026-11-20"},
	};
	char words[160], few[8], classes[96];
	(void)state;

	for (size_t i = 0; i < COUNTED(v); i++)
		assert_string_equal(en_mailbox_words(&v[i].v, words, sizeof words), v[i].words);
	assert_string_equal(en_mailbox_words(&v[2].v, few, sizeof few), "hibp Ad");
	assert_string_equal(en_mailbox_classes(0, classes, sizeof classes), "");
	assert_string_equal(en_mailbox_classes(RP_BREACH_STEALER_LOG, classes, sizeof classes),
			    "stealer-log");
	assert_string_equal(en_mailbox_classes(0xffff, classes, sizeof classes),
			    "passwords,verified,fabricated,spam-list,stealer-log,malware,retired,no-record");
	assert_string_equal(en_mailbox_classes(0xffff, few, sizeof few), "passwor");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, start)
	const struct CMUnitTest tests[] = {
		TEST(everything_that_may_be_known), TEST(without_any_proof_all_is_held), TEST(other_rules),
		TEST(when_it_is_asked_about_again), TEST(one_that_is_not_there),	 TEST(in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
