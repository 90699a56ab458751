/* What leaves the process: only what is shaped like a code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "pam_module/code.h"

#define RECOVERY "ABCD-EFGH-IJKL-MNOP-QRST-UV27"
#define RECOVERY_BARE "ABCDEFGHIJKLMNOPQRSTUV27"
#define SHAPE_6 RP_SHAPE_DIGITS(6)
#define SHAPE_68 (RP_SHAPE_DIGITS(6) | RP_SHAPE_DIGITS(8))

struct reading {
	const char *typed, *sent;
};

static void check_reading(const struct reading *r, unsigned n)
{
	char out[RP_CODE_MAX + 1];

	for (unsigned i = 0; i < n; i++) {
		pm_code_read(r[i].typed, out);
		assert_string_equal(out, r[i].sent);
	}
}

static void codes_are_read(void **state)
{
	static const struct reading good[] = {
		{"123456", "123456"},
		{"1234567", "1234567"},
		{"12345678", "12345678"},
		{" 123456\n", "123456"},
		{"123 456", "123456"},
		{"1234 5678\r\n", "12345678"},
		{RECOVERY, RECOVERY_BARE},
		{RECOVERY_BARE, RECOVERY_BARE},
		{" ABCD EFGH IJKL MNOP QRST UV27 ", RECOVERY_BARE},
		{"abcd-efgh-ijkl-mnop-qrst-uv27", "abcdefghijklmnopqrstuv27"},
		{"", ""},
		{" \t ", ""},
	};

	(void)state;
	check_reading(good, sizeof good / sizeof *good);
}

static void nothing_else_leaves(void **state)
{
	static const struct reading bad[] = {
		{"hunter2", PM_CODE_NONE},
		{"12345", PM_CODE_NONE},
		{"123456789", PM_CODE_NONE},
		{"hunter123456", PM_CODE_NONE},
		{"123456hunter", PM_CODE_NONE},
		{"123-456", PM_CODE_NONE},
		{"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6", PM_CODE_NONE}, /* Arabic digits */
		{"correct horse battery staple", PM_CODE_NONE},
		{"ABC-DEFGH-IJKL-MNOP-QRST-UV27", PM_CODE_NONE},  /* hyphens elsewhere */
		{"ABCD-EFGH-IJKL-MNOP-QRST-UV2", PM_CODE_NONE},	  /* short */
		{"ABCD-EFGH-IJKL-MNOP-QRST-UV27A", PM_CODE_NONE}, /* long */
		{"ABCD-EFGH-IJKL-MNOP-QRST-UV28", PM_CODE_NONE},  /* 8 is not Base32 */
	};
	char out[RP_CODE_MAX + 1], longest[4000];

	(void)state;
	check_reading(bad, sizeof bad / sizeof *bad);
	memset(longest, '1', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	pm_code_read(longest, out);
	assert_string_equal(out, PM_CODE_NONE);
}

struct split {
	const char *field;
	unsigned shape;
	const char *rest, *code;
};

static void check_split(const struct split *s, unsigned n)
{
	char code[RP_CODE_MAX + 1];

	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(pm_code_split(s[i].field, s[i].shape, code), strlen(s[i].rest));
		assert_string_equal(code, s[i].code);
	}
}

static void a_field_is_split_at_the_code(void **state)
{
	static const struct split splits[] = {
		{"secret123456", SHAPE_6, "secret", "123456"},
		{"secret12345678", RP_SHAPE_DIGITS(8), "secret", "12345678"},
		{"secret12345678", RP_SHAPE_DIGITS(7), "secret1", "2345678"},
		{"123456", SHAPE_6, "", "123456"},
		{"secret" RECOVERY, SHAPE_6, "secret", RECOVERY},
		{RECOVERY, SHAPE_68, "", RECOVERY},
		{"12" RECOVERY, SHAPE_6, "12", RECOVERY},
	};

	(void)state;
	check_split(splits, sizeof splits / sizeof *splits);
}

static void with_two_lengths_the_longest_that_fits(void **state)
{
	static const struct split splits[] = {
		{"secret12345678", SHAPE_68, "secret", "12345678"},
		{"secret1234567", SHAPE_68, "secret1", "234567"},
		{"secret123456", SHAPE_68, "secret", "123456"},
		{"2468123456", SHAPE_68, "24", "68123456"},
	};

	(void)state;
	check_split(splits, sizeof splits / sizeof *splits);
}

/* Digits that a listed length does not reach are the password's. */
static void no_more_digits_than_a_listed_length(void **state)
{
	static const struct split splits[] = {
		{"secret99123456", SHAPE_6, "secret99", "123456"},
		{"1234567890123456", SHAPE_6, "1234567890", "123456"},
	};

	(void)state;
	check_split(splits, sizeof splits / sizeof *splits);
}

static void a_field_without_a_code_stays_whole(void **state)
{
	static const struct split splits[] = {
		{"", SHAPE_68, "", ""},
		{"secret", SHAPE_68, "secret", ""},
		{"secret12345", SHAPE_68, "secret12345", ""},
		{"123456secret", SHAPE_68, "123456secret", ""},
		{"secret123 456", SHAPE_6, "secret123 456", ""},
		{"secret1234567", RP_SHAPE_DIGITS(8), "secret1234567", ""},
		{"secret123456", 0, "secret123456", ""},
		{"secret" RECOVERY, 0, "secret" RECOVERY, ""},
		/* in one field, 24 letters in a row are a password */
		{"correcthorsebatterystaple", SHAPE_6, "correcthorsebatterystaple", ""},
		{"secret" RECOVERY_BARE, SHAPE_6, "secret" RECOVERY_BARE, ""},
	};

	(void)state;
	check_split(splits, sizeof splits / sizeof *splits);
}

static void digits_after_many_letters_are_a_code(void **state)
{
	static const struct split splits[] = {
		{"correcthorsebatterystaple234567", SHAPE_6, "correcthorsebatterystaple", "234567"},
	};

	(void)state;
	check_split(splits, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_read),
		cmocka_unit_test(nothing_else_leaves),
		cmocka_unit_test(a_field_is_split_at_the_code),
		cmocka_unit_test(with_two_lengths_the_longest_that_fits),
		cmocka_unit_test(no_more_digits_than_a_listed_length),
		cmocka_unit_test(a_field_without_a_code_stays_whole),
		cmocka_unit_test(digits_after_many_letters_are_a_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
