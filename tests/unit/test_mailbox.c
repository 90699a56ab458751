/* engine/mailbox.h: every breach, under every configuration, before and after every proof; and what is made
 * of all that is known of a mailbox, however old. What is expected comes from tables of words here. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include "engine/mailbox.h"

#define NOW 1700000000
#define DAY 86400
#define COUNTED(a) (sizeof(a) / sizeof *(a))

static struct rp_config config;
static struct st_mailbox box;

static int start(void **state)
{
	(void)state;
	rp_config_defaults(&config);
	memset(&box, 0, sizeof box);
	return 0;
}

static struct rp_breach breach_of(unsigned classes, int64_t added)
{
	struct rp_breach b = {.classes = (uint16_t)classes, .added = added, .date = added - 9 * DAY};

	strcpy(b.name, "Adobe");
	return b;
}

/* The rule of each line of the table, in words: what it is said of, and which key of the configuration, with
 * which letter, has it not said. Letters: n(o) y(es); a(lways) s(ince-proof) n(ever). */
static const char class_letters[] = "PVFSLMR";

/* A breach as letters of its classes, "-" for those it has not. */
static void letters(unsigned bits, char out[8])
{
	for (unsigned i = 0; i < 7; i++)
		out[i] = bits >> i & 1 ? class_letters[i] : '-';
	out[7] = '\0';
}

struct line {
	const char *name;
	const char *classes; /* of "PVFSLMR": a letter, it is one; "-", it is not; ".", either */
	char unless;	     /* 'y' of this key: passwords W, unverified U, fabricated F, spam lists S */
};

static const struct line lines[] = {
	{"no-passwords", "-...-..", 'W'},
	{"unverified", ".-..-..", 'U'},
	{"fabricated", "..F.-..", 'F'},
	{"spam-list", "...S-..", 'S'},
};

static bool fits(const char *pattern, const char *text)
{
	for (; *pattern; pattern++, text++)
		if (*pattern != '.' && *pattern != *text)
			return false;
	return true;
}

struct setting {
	char stealer_logs, breaches;
	const char *yes; /* letters of "WUFS" */
};

static void configure(const struct setting *s)
{
	static const char counts[] = {
		[RP_COUNTS_SINCE_PROOF] = 's', [RP_COUNTS_ALWAYS] = 'a', [RP_COUNTS_NEVER] = 'n'};

	config.stealer_logs = (unsigned)((const char *)memchr(counts, s->stealer_logs, 3) - counts);
	config.breaches = (unsigned)((const char *)memchr(counts, s->breaches, 3) - counts);
	config.without_passwords = strchr(s->yes, 'W') != NULL;
	config.unverified = strchr(s->yes, 'U') != NULL;
	config.fabricated = strchr(s->yes, 'F') != NULL;
	config.spam_lists = strchr(s->yes, 'S') != NULL;
}

/* held: what became known then comes after the last proof, if there is one. */
static const char *expected(const struct setting *s, const char *classes, bool record, bool held)
{
	char key = fits("....L", classes) ? s->stealer_logs : s->breaches;

	if (!record)
		return "no-record";
	if (key == 'n')
		return "never";
	for (unsigned i = 0; i < COUNTED(lines); i++)
		if (fits(lines[i].classes, classes) && !strchr(s->yes, lines[i].unless))
			return lines[i].name;
	return key == 's' && !held ? "before-proof" : "counts";
}

/* Calls each for every configuration that matters to the rule. */
static void each_setting(void (*each)(const struct setting *s))
{
	static const char keys[] = "asn";

	for (unsigned i = 0; i < 9 * 16; i++) {
		char yes[5] = "";
		struct setting s = {keys[i % 3], keys[i / 3 % 3], yes};

		for (unsigned k = 0, n = 0; k < 4; k++)
			if (i / 9 >> k & 1)
				yes[n++] = "WUFS"[k];
		configure(&s);
		each(&s);
	}
}

/* Proofs, and whether a breach added at NOW is known since. */
static const struct {
	int64_t proved, before;
	bool held;
} proofs[] = {
	{0, 0, true},
	{NOW - 1, 0, true},
	{NOW, 0, false},
	{NOW + 1, 0, false},
	{0, NOW - 1, true},
	{0, NOW, false},
	{0, NOW + 1, false}, /* proved_before, for who gave none */
	{NOW - 1, NOW + 1, true},
	{NOW + 1, NOW - 1, false}, /* one's own counts alone */
};

static unsigned long seen;

static void every_breach(const struct setting *s)
{
	for (unsigned bits = 0; bits < 128; bits++)
		for (unsigned p = 0; p < COUNTED(proofs); p++)
			for (unsigned recorded = 0; recorded < 4; recorded++) {
				struct rp_breach b = breach_of(bits, recorded & 1 ? NOW : 0);
				const char *want, *is;
				char classes[8];

				b.classes |= recorded & 2 ? 0 : RP_BREACH_NO_RECORD;
				letters(bits, classes);
				config.proved_before = proofs[p].before;
				is = en_mailbox_rule_name(en_mailbox_rule(&config, &b, proofs[p].proved));
				want = expected(s, classes, recorded == 3, proofs[p].held);
				if (strcmp(is, want))
					fail_msg("%s under %c %c %s with proof %u: %s, not %s", classes,
						 s->stealer_logs, s->breaches, s->yes, p, is, want);
				seen++;
			}
}

static void every_breach_under_every_configuration(void **state)
{
	(void)state;
	seen = 0;
	each_setting(every_breach);
	assert_int_equal(seen, 144 * 128 * 9 * 4);
}

/* The same, as the manual says it: with the defaults. */
static void the_usual(void **state)
{
	static const struct {
		unsigned classes;
		int64_t added;
		const char *rule;
	} v[] = {
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, NOW, "counts"},
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED | RP_BREACH_MALWARE, NOW, "counts"},
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, NOW - 2, "before-proof"},
		{RP_BREACH_VERIFIED, NOW, "no-passwords"},
		{RP_BREACH_PASSWORDS, NOW, "unverified"},
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED | RP_BREACH_FABRICATED, NOW, "fabricated"},
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED | RP_BREACH_SPAM_LIST, NOW, "spam-list"},
		{0, NOW - 2, "no-passwords"},
		{RP_BREACH_STEALER_LOG, 1, "counts"},
		{RP_BREACH_STEALER_LOG | RP_BREACH_SPAM_LIST | RP_BREACH_FABRICATED, 1, "counts"},
		{RP_BREACH_NO_RECORD, 0, "no-record"},
		{RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED, 0, "no-record"},
	};
	(void)state;

	for (size_t i = 0; i < COUNTED(v); i++) {
		struct rp_breach b = breach_of(v[i].classes, v[i].added);

		assert_string_equal(en_mailbox_rule_name(en_mailbox_rule(&config, &b, NOW - 1)), v[i].rule);
	}
}

/* What is kept of a lookup is what the rule would count, were there no proof. */
static void every_breach_is_kept_or_not(const struct setting *s)
{
	for (unsigned bits = 0; bits < 128; bits++) {
		struct rp_breach b = breach_of(bits, NOW);
		char classes[8];
		bool stealer;

		letters(bits, classes);
		stealer = fits("....L", classes);
		config.proved_before = NOW + 1;
		en_mailbox_begin(&config, NOW, &box);
		en_mailbox_add(&config, &b, &box);
		assert_int_equal(box.stealer.added || box.breach.added,
				 !strcmp(expected(s, classes, true, true), "counts"));
		assert_false(stealer ? box.breach.added : box.stealer.added);
		assert_false(box.no_record);
	}
}

static void kept_whatever_the_proof(void **state)
{
	(void)state;
	each_setting(every_breach_is_kept_or_not);
}

static void the_one_added_last_is_kept(void **state)
{
	static const int64_t orders[][3] = {{1, 2, 3}, {3, 2, 1}, {2, 3, 1}, {1, 3, 2}, {3, 3, 1}};
	(void)state;

	for (unsigned sort = 0; sort < 2; sort++)
		for (size_t i = 0; i < COUNTED(orders); i++) {
			struct st_breach *kept = sort ? &box.stealer : &box.breach;

			en_mailbox_begin(&config, NOW, &box);
			for (unsigned k = 0; k < 3; k++) {
				struct rp_breach b =
					breach_of(sort ? RP_BREACH_STEALER_LOG
						       : RP_BREACH_PASSWORDS | RP_BREACH_VERIFIED,
						  orders[i][k] * DAY);

				snprintf(b.name, sizeof b.name, "day %d", (int)orders[i][k]);
				en_mailbox_add(&config, &b, &box);
			}
			assert_int_equal(kept->added, 3 * DAY);
			assert_int_equal(kept->date, -6 * DAY);
			assert_string_equal(kept->name, "day 3");
			assert_int_equal(kept->classes, sort ? RP_BREACH_STEALER_LOG : 3);
		}
}

static void a_lookup_leaves_the_list_and_nothing_of_the_one_before(void **state)
{
	struct rp_breach none = breach_of(RP_BREACH_NO_RECORD, 0), some = breach_of(3, NOW),
			 stealer = breach_of(RP_BREACH_STEALER_LOG, NOW);
	struct st_mailbox was;
	(void)state;

	box.listed = ST_LISTED_ADMIN;
	box.since = 5;
	box.until = 6;
	strcpy(box.reason, "CERT-FR");
	was = box;
	en_mailbox_begin(&config, NOW - 1, &box);
	en_mailbox_add(&config, &none, &box);
	en_mailbox_add(&config, &some, &box);
	en_mailbox_add(&config, &stealer, &box);
	assert_true(box.no_record && box.stealer.added && box.breach.added);
	en_mailbox_begin(&config, NOW, &box);
	was.checked = NOW;
	was.rules = box.rules;
	assert_memory_equal(&box, &was, sizeof was);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, start)
	const struct CMUnitTest tests[] = {
		TEST(every_breach_under_every_configuration),
		TEST(the_usual),
		TEST(kept_whatever_the_proof),
		TEST(the_one_added_last_is_kept),
		TEST(a_lookup_leaves_the_list_and_nothing_of_the_one_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
