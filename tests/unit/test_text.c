/* common/text.h: the language, the lookup, and that every translation takes the same arguments. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "common/text.h"

static void languages(void **state)
{
	static const char *const french[] = {"fr", "fr_FR", "fr_CA.UTF-8", "fr.UTF-8", "fr@euro"};
	static const char *const english[] = {"",    "C",   "en", "en_GB.UTF-8", "f",
					      "fra", "fur", "FR", "french",	 "de_FR"};
	(void)state;

	for (size_t i = 0; i < sizeof french / sizeof *french; i++)
		assert_int_equal(rp_lang_from(french[i]), RP_FR);
	for (size_t i = 0; i < sizeof english / sizeof *english; i++)
		assert_int_equal(rp_lang_from(english[i]), RP_EN);
	assert_int_equal(rp_lang_from(NULL), RP_EN);
}

static void every_sentence_is_found(void **state)
{
	(void)state;
	assert_true(rp_catalog_fr_len > 0);
	for (unsigned i = 0; i < rp_catalog_fr_len; i++) {
		const struct rp_translation *t = &rp_catalog_fr[i];

		assert_ptr_equal(rp_text(RP_FR, t->en), t->fr);
		assert_ptr_equal(rp_text(RP_EN, t->en), t->en);
		if (i)
			assert_true(strcmp(rp_catalog_fr[i - 1].en, t->en) < 0);
	}
}

static void a_sentence_without_a_translation(void **state)
{
	static const char s[] = "no such sentence";
	(void)state;

	assert_ptr_equal(rp_text(RP_FR, s), s);
}

/* The next conversion of format from *at: its letters are written to out; false when there is none. */
static int conversion(const char **at, char out[8])
{
	for (const char *p = *at; (p = strchr(p, '%')); p += 2) {
		size_t n = 1 + strspn(p + 1, "-+ #0123456789.*");
		size_t letters = strspn(p + n, "hlLjzt") + 1;

		if (p[1] == '%')
			continue;
		assert_true(letters < 8);
		memcpy(out, p + n, letters);
		out[letters] = '\0';
		*at = p + n + letters;
		return 1;
	}
	return 0;
}

/* A translation that read an argument of another type would crash the login. Dates, which go to strftime,
 * may turn theirs round. */
static void translations_take_the_same_arguments(void **state)
{
	(void)state;
	for (unsigned i = 0; i < rp_catalog_fr_len; i++) {
		const char *en = rp_catalog_fr[i].en, *fr = rp_catalog_fr[i].fr;
		char a[8], b[8];
		int more;

		if (strstr(en, "%Y"))
			continue;
		do {
			more = conversion(&en, a);
			assert_int_equal(more, conversion(&fr, b));
			if (more)
				assert_string_equal(a, b);
		} while (more);
	}
}

static void finds_conversions(void **state)
{
	const char *at = "100%% of %s, %5.2lld and %-*zu";
	char got[8];
	(void)state;

	assert_true(conversion(&at, got));
	assert_string_equal(got, "s");
	assert_true(conversion(&at, got));
	assert_string_equal(got, "lld");
	assert_true(conversion(&at, got));
	assert_string_equal(got, "zu");
	assert_false(conversion(&at, got));
}

/* French typography: the typewriter's apostrophe has no place, and no plain blank stands before : ; ! ? */
static void french_is_typeset(void **state)
{
	(void)state;
	for (unsigned i = 0; i < rp_catalog_fr_len; i++) {
		const char *fr = rp_catalog_fr[i].fr;

		assert_null(strchr(fr, '\''));
		for (const char *p = fr; (p = strpbrk(p, ":;!?")); p++)
			assert_false(p > fr && p[-1] == ' ');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages),
		cmocka_unit_test(every_sentence_is_found),
		cmocka_unit_test(a_sentence_without_a_translation),
		cmocka_unit_test(finds_conversions),
		cmocka_unit_test(translations_take_the_same_arguments),
		cmocka_unit_test(french_is_typeset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
