/* engine/address.h: what an address is, its one spelling, and what an account forgets with another one. */
#include "tests/unit/cmocka_all.h"

#include <openssl/sha.h>
#include <string.h>
#include "common/error.h"
#include "engine/address.h"
#include "tests/unit/world.h"

#define A8 "aaaaaaaa"
#define A32 A8 A8 A8 A8
#define A64 A32 A32
#define A63 A32 A8 A8 A8 "aaaaaaa"
/* 189 bytes: with a local part of 64 and its @, 254 in all. */
#define LONGEST_DOMAIN A63 "." A63 "." A32 A8 A8 A8 "a.org"

struct pair {
	const char *text, *is;
};

static struct en_address a;

static void is_read_as(const struct pair *v, size_t n, bool fold)
{
	static const struct en_address nothing;
	struct en_address again;

	for (size_t i = 0; i < n; i++) {
		int err = en_address_read(v[i].text, fold, &a);

		if (!v[i].is) {
			if (err != RP_EINVAL)
				fail_msg("%s is taken for an address", v[i].text);
			assert_memory_equal(&a, &nothing, sizeof a);
			continue;
		}
		if (err)
			fail_msg("%s is refused: %s", v[i].text, rp_strerror(err));
		assert_string_equal(fold ? a.mailbox : a.normal, v[i].is);
		/* Once in that form it stays as it is. */
		assert_int_equal(en_address_read(v[i].is, fold, &again), 0);
		assert_string_equal(fold ? again.mailbox : again.normal, v[i].is);
		assert_memory_equal(again.digest, a.digest, RP_DIGEST_LEN);
	}
}

#define READ_AS(v, fold) is_read_as(v, sizeof v / sizeof *v, fold)

static void one_spelling(void **state)
{
	static const struct pair v[] = {
		{"claire@example.org", "claire@example.org"},
		{" \t\r\nClaire@Example.ORG\r\n", "claire@example.org"},
		{"<claire@example.org>", "claire@example.org"},
		{" <Claire@example.org> ", "claire@example.org"},
		{"claire@example.org.", "claire@example.org"},
		{"claire@mail.example.org", "claire@mail.example.org"},
		{"a@my_office.example.org", "a@my_office.example.org"},
		{"o'neill+tag.x=y{z}@example.org", "o'neill+tag.x=y{z}@example.org"},
		{"!#$%&*-/?^_`|~@example.org", "!#$%&*-/?^_`|~@example.org"},
		{"..a..b.@docomo.ne.jp", "..a..b.@docomo.ne.jp"},
		{"1@2.fr", "1@2.fr"},
		{"a@Saint-Jean-2.Example-3.org", "a@saint-jean-2.example-3.org"},
		{A64 "@" LONGEST_DOMAIN, A64 "@" LONGEST_DOMAIN},
	};
	(void)state;

	READ_AS(v, false);
	assert_int_equal(strlen(a.normal), RP_ADDRESS_MAX);
	assert_string_equal(a.normal, a.mailbox);
}

static void quotes_only_where_needed(void **state)
{
	static const struct pair v[] = {
		{"\"claire\"@example.org", "claire@example.org"},
		{"\"Cla\\ire\"@example.org", "claire@example.org"},
		{"\"a b\"@example.org", "\"a b\"@example.org"},
		{"\"a@b\"@example.org", "\"a@b\"@example.org"},
		{"\"A\\\"b\\\\c\"@example.org", "\"a\\\"b\\\\c\"@example.org"},
		{"\"\\a, <b>\"@example.org", "\"a, <b>\"@example.org"},
		{"\"" A32 A8 A8 A8 "aaaa a\"@x.org", "\"" A32 A8 A8 A8 "aaaa a\"@x.org"},
		{"\"" A32 A8 A8 A8 "aaaaa a\"@x.org", NULL}, /* 65 with its quotes */
		{"\"" A64 "\"@x.org", A64 "@x.org"},
		{"\"\"@example.org", NULL},
		{"\"a\"", NULL},
		{"\"a@example.org", NULL},
		{"\"a\\\"@example.org", NULL},
		{"\"a\\", NULL},
		{"\"a\"b@example.org", NULL},
		{"b\"a\"@example.org", NULL},
		{"\"a\tb\"@example.org", NULL},
	};
	(void)state;

	READ_AS(v, false);
}

/* IDNA 2008 and UTS 46, non-transitional. */
static void domains_are_a_labels(void **state)
{
	static const struct pair v[] = {
		{"a@M\xc3\xbcnchen.de", "a@xn--mnchen-3ya.de"},
		{"a@M\x75\xcc\x88nchen.de", "a@xn--mnchen-3ya.de"}, /* decomposed */
		{"a@XN--MNCHEN-3YA.de", "a@xn--mnchen-3ya.de"},
		{"a@fa\xc3\x9f.de", "a@xn--fa-hia.de"}, /* not fass.de, which may be somebody else's */
		{"a@\xce\x91\xce\xa3.gr", "a@xn--mxa0b.gr"},
		{"a@\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82jp",
		 "a@xn--r8jz45g.jp"},			      /* an ideographic full stop */
		{"a@\xef\xbd\x85\xef\xbd\x98.fr", "a@ex.fr"}, /* full width */
		{"a@a\xc2\xad"
		 "b.de",
		 "a@ab.de"}, /* a soft hyphen */
		{"a@xn--zz--.de", NULL},
		{"a@xn--a.de", NULL},
		{"a@ab--cd.de", NULL},
		{"a@-a.de", NULL},
		{"a@a-.de", NULL},
		{"a@a.-b.de", NULL},
		{"a@a.de-", NULL},
		{"a@a-\xc3\xa9.de", "a@xn--a--cja.de"},
		{"a@\xe2\x98\x83.net", NULL}, /* a snowman */
		{"a@\xcc\x81"
		 "a.de",
		 NULL}, /* an accent on nothing */
		{"a@b\xef\xbc\xa0"
		 "c.de",
		 NULL}, /* a full-width @ */
		{"a@b\xc2\xa0"
		 "c.de",
		 NULL}, /* a space that does not break */
		{"a@\xff.de", NULL},
	};
	(void)state;

	READ_AS(v, false);
}

/* Letters outside ASCII are their server's affair. */
static void local_parts_keep_their_letters(void **state)
{
	static const struct pair v[] = {
		{"\xc3\x89lodie@example.org", "\xc3\x89lodie@example.org"},
		{"\xe7\x94\xa8\xe6\x88\xb7@example.org", "\xe7\x94\xa8\xe6\x88\xb7@example.org"},
	};
	(void)state;

	READ_AS(v, false);
}

static void what_is_no_address(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"<>",
		"<",
		"@",
		"claire",
		"claire@",
		"@example.org",
		"claire@localhost",
		"claire@.org",
		"claire@example..org",
		"claire@example.org..",
		"claire@.",
		"a@b@example.org",
		"a b@example.org",
		"a@exam ple.org",
		"Claire <claire@example.org>",
		"<claire@example.org",
		"claire@example.org>",
		"<<claire@example.org>>",
		"a,b@example.org",
		"a@example.org,b@example.org",
		"a@example.org;b@example.org",
		"mailto:a@example.org",
		"a@[192.0.2.1]",
		"a@example.org:25",
		"a@example.org/x",
		"a\x01@example.org",
		"a\x7f@example.org",
		"a\n@example.org",
		"a@example.org\nb",
		"a@exam\x01ple.org",
		"\xc2\x85@example.org",	    /* C1 */
		"\u00a0claire@example.org", /* what one does not see */
		"cl\u00adaire@example.org",
		"claire\u200b@example.org",
		"\"claire\u3000\"@example.org",
		"claire\ufe0f@example.org",
		"\ufeffclaire@example.org",
		"\U000e0041claire@example.org",
		"\xff@example.org",
		"\xc3@example.org",
		"\xc0\xaf@example.org",
		"\xed\xa0\x80@example.org",
		A64 "a@example.org",
		"a@" A63 "a.org",
		"a@\xc3\xa9" A63 ".org",
		A64 "@a" LONGEST_DOMAIN, /* 255 in all */
	};
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct pair v = {texts[i], NULL};

		is_read_as(&v, 1, false);
		is_read_as(&v, 1, true);
	}
}

static void however_long_it_is(void **state)
{
	static char text[65536];
	(void)state;

	memset(text, 'a', sizeof text - 1);
	assert_int_equal(en_address_read(text, false, &a), RP_EINVAL);
	memcpy(text + 1, "@b.", 3);
	assert_int_equal(en_address_read(text, false, &a), RP_EINVAL);
	memset(text, ' ', sizeof text - 1);
	memcpy(text + 40000, "a@b.fr", 6);
	assert_int_equal(en_address_read(text, false, &a), 0);
	assert_string_equal(a.normal, "a@b.fr");
}

static void providers_that_deliver_to_one_mailbox(void **state)
{
	static const struct pair v[] = {
		{"Jean.Dupont+portail@googlemail.com", "jeandupont@gmail.com"},
		{"jeandupont@gmail.com", "jeandupont@gmail.com"},
		{"j.d+a+b@gmail.com", "jd@gmail.com"},
		{"\"j.d\"@gmail.com", "jd@gmail.com"},
		{"j.d+x@outlook.com", "j.d@outlook.com"},
		{"jd+x@hotmail.fr", "jd@hotmail.fr"},
		{"jd+x@live.com", "jd@live.com"},
		{"jd+x@msn.com", "jd@msn.com"},
		{"jd+x@fastmail.com", "jd@fastmail.com"},
		{"jd+x@protonmail.com", "jd@proton.me"},
		{"jd@pm.me", "jd@proton.me"},
		{"jd+x@me.com", "jd@icloud.com"},
		{"jd@mac.com", "jd@icloud.com"},
		{"jd-shop@yahoo.com", "jd@yahoo.com"},
		{"jd+shop@yahoo.com", "jd+shop@yahoo.com"},
		/* what would leave nothing, or what has quotes, stays */
		{"+x@gmail.com", "+x@gmail.com"},
		{"..@gmail.com", "..@gmail.com"},
		{"\"a b+c\"@gmail.com", "\"a b+c\"@gmail.com"},
		/* and so does everybody else */
		{"j.d+x@example.org", "j.d+x@example.org"},
		{"j.d+x@mail.gmail.com", "j.d+x@mail.gmail.com"},
		{"j.d+x@gmail.com.example.org", "j.d+x@gmail.com.example.org"},
	};
	(void)state;

	READ_AS(v, true);
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) { /* only where it is asked for */
		assert_int_equal(en_address_read(v[i].text, false, &a), 0);
		assert_string_equal(a.mailbox, a.normal);
	}
}

static void the_digest_is_that_of_the_mailbox(void **state)
{
	uint8_t want[RP_DIGEST_LEN];
	(void)state;

	assert_int_equal(en_address_read(" Test@Example.com ", true, &a), 0);
	assert_memory_equal(a.digest, "\x56\x71\x59\xd6\x22", 5);
	assert_int_equal(en_address_read("A.B+c@gmail.com", true, &a), 0);
	assert_string_equal(a.normal, "a.b+c@gmail.com");
	assert_memory_equal(a.digest, SHA1((const uint8_t *)"ab@gmail.com", 12, want), RP_DIGEST_LEN);
	assert_int_equal(en_address_read("A.B+c@gmail.com", false, &a), 0);
	assert_memory_equal(a.digest, SHA1((const uint8_t *)"a.b+c@gmail.com", 15, want), RP_DIGEST_LEN);
}

/* Without the key's file nobody can make one from a digest. */
static void keys_are_tags(void **state)
{
	struct world *w = *state;
	uint8_t one[ST_HASH_LEN], two[ST_HASH_LEN];

	en_address_read("claire@example.org", false, &a);
	en_address_key(w->seal, a.digest, one);
	en_address_key(w->seal, a.digest, two);
	assert_memory_equal(one, two, ST_HASH_LEN);
	assert_memory_not_equal(one, a.digest, ST_HASH_LEN);
	en_address_read("clair@example.org", false, &a);
	en_address_key(w->seal, a.digest, two);
	assert_memory_not_equal(one, two, ST_HASH_LEN);
}

static const struct st_mail known = {
	.proved = 1, .flagged = 2, .told = 3, .cooling = 4, .gate = 5, .reset = 6, .gate_of = 7};

static void has(const struct world *w, const char *address)
{
	char text[ST_EMAIL_SEALED_MAX];

	assert_int_equal(en_seal_get_email(w->seal, &w->account, text, sizeof text), strlen(address));
	assert_string_equal(text, address);
}

static void another_address_starts_afresh(void **state)
{
	struct world *w = *state;
	struct st_mail *m = &w->account.mail;

	assert_int_equal(en_address_register(w->seal, &w->account, "<Claire@M\xc3\xbcnchen.de>"), 0);
	has(w, "claire@xn--mnchen-3ya.de");
	assert_true(w->account.dirty);
	for (int i = 0; i < 2; i++) { /* another one, then none */
		*m = known;
		w->account.dirty = false;
		assert_int_equal(en_address_register(w->seal, &w->account, i ? "" : "b@example.org"), 0);
		has(w, i ? "" : "b@example.org");
		assert_true(w->account.dirty);
		assert_true(!m->proved && !m->flagged && !m->told);
		assert_true(m->cooling == 4 && m->gate == 5 && m->reset == 6);
	}
}

static void the_same_address_changes_nothing(void **state)
{
	struct world *w = *state;
	static const char *const same[] = {"claire@example.org", "CLAIRE@example.org",
					   "\"claire\"@example.org."};

	/* in a spelling that was taken before there was a normal form */
	assert_int_equal(en_seal_put_email(w->seal, &w->account, "Claire@Example.org"), 0);
	w->account.mail = known;
	w->account.dirty = false;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_int_equal(en_address_register(w->seal, &w->account, same[i]), 0);
	assert_false(w->account.dirty);
	assert_memory_equal(&w->account.mail, &known, sizeof known);

	assert_int_equal(en_seal_put_email(w->seal, &w->account, ""), 0);
	w->account.dirty = false;
	assert_int_equal(en_address_register(w->seal, &w->account, ""), 0);
	assert_false(w->account.dirty);
	assert_memory_equal(&w->account.mail, &known, sizeof known);
}

static void what_cannot_be_read_is_replaced(void **state)
{
	struct world *w = *state;

	assert_int_equal(en_seal_put_email(w->seal, &w->account, "claire at home"), 0);
	w->account.mail = known;
	assert_int_equal(en_address_register(w->seal, &w->account, ""), 0);
	has(w, "");
	assert_true(!w->account.mail.proved);

	assert_int_equal(en_seal_put_email(w->seal, &w->account, "claire@example.org"), 0);
	w->account.email[20] ^= 1; /* damaged, or sealed with a key that is gone */
	w->account.mail = known;
	assert_int_equal(en_address_register(w->seal, &w->account, "claire@example.org"), 0);
	has(w, "claire@example.org");
	assert_true(!w->account.mail.proved);
}

static void a_bad_address_leaves_everything(void **state)
{
	struct world *w = *state;
	static struct st_account was;

	assert_int_equal(en_address_register(w->seal, &w->account, "claire@example.org"), 0);
	w->account.mail = known;
	was = w->account;
	assert_int_equal(en_address_register(w->seal, &w->account, "claire at example.org"), RP_EINVAL);
	assert_memory_equal(&w->account, &was, sizeof was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(quotes_only_where_needed),
		cmocka_unit_test(domains_are_a_labels),
		cmocka_unit_test(local_parts_keep_their_letters),
		cmocka_unit_test(what_is_no_address),
		cmocka_unit_test(however_long_it_is),
		cmocka_unit_test(providers_that_deliver_to_one_mailbox),
		cmocka_unit_test(the_digest_is_that_of_the_mailbox),
		cmocka_unit_test_setup_teardown(keys_are_tags, world_make, world_end),
		cmocka_unit_test_setup_teardown(another_address_starts_afresh, world_make, world_end),
		cmocka_unit_test_setup_teardown(the_same_address_changes_nothing, world_make, world_end),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_replaced, world_make, world_end),
		cmocka_unit_test_setup_teardown(a_bad_address_leaves_everything, world_make, world_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
