/* A password that is set without the old one: what the module asks, whom it lets go on, what it says. */
#include <stdio.h>
#include <string.h>
#include "tests/pam/gate.h"
#include "tests/pam/memory.h"
#include "tests/unit/cmocka_all.h"

#define RECOVERY "ABCD-EFGH-IJKL-MNOP-QRST-UV27"

/* The first of the tests: no other has typed that code. */
static void nothing_is_kept_of_a_code(void **state)
{
	static const uint8_t inverted[] = {0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba};
	char code[30], *at = code;
	struct conv conv = {.answers = {code}};
	struct login l;

	(void)state;
	for (unsigned i = 0; i < 24; i++) {
		if (i && i % 4 == 0)
			*at++ = '-';
		*at++ = (char)~inverted[i % sizeof inverted];
	}
	*at = '\0';
	login_start(&l, &gate, "portal", "14-3-1", "192.0.2.1", &conv);
	assert_int_equal(pam_chauthtok(l.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(peer_heard(1)->code[0], (char)~inverted[0]);
	memset(code, 0, sizeof code);
	assert_int_equal(memory_count(inverted, sizeof inverted), 0);
	login_end(&l);
	conv_clear(&conv);
}

static void allowed(void **state)
{
	struct conv conv = {.answers = {FINE, FINE}};

	(void)state;
	assert_int_equal(gate_reset("portal", "1-3-1", 0, &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 2);
	assert_int_equal(conv.told, 0);
	gate_stored(FINE);
	gate_asked(0, RP_RESET, 0, "");
	gate_asked(1, RP_CHAUTHTOK, 0, "");
	assert_true(peer_is_about(peer_heard(1), FINE));
	gate_asked(2, RP_RESET, RP_FLAG_DONE, "");
	assert_int_equal(gate_questions(), 3);
	conv_clear(&conv);
}

static void refused_without_a_code(void **state)
{
	static const char *const nothing[] = {"", "  \t"};

	for (unsigned i = 0; i < 2; i++) {
		struct conv conv = {.answers = {nothing[i], FINE, FINE}};

		gate_afresh(state);
		assert_int_equal(gate_reset("portal", "14-1-1", 0, &conv), PAM_PERM_DENIED);
		assert_int_equal(conv.asked, 1);
		assert_int_equal(conv.told, 1);
		assert_string_equal(conv.said[0], PROMPT);
		assert_string_equal(conv.said[1], REFUSED);
		assert_int_equal(gate_questions(), 1);
		gate_stored(NULL);
		conv_clear(&conv);
	}
}

static void let_through_by_a_code(void **state)
{
	static const char *const codes[][2] = {{" 123 456", "123456"},
					       {RECOVERY, "ABCDEFGHIJKLMNOPQRSTUV27"}};

	for (unsigned i = 0; i < 2; i++) {
		struct conv conv = {.answers = {codes[i][0], FINE, FINE}};

		gate_afresh(state);
		assert_int_equal(gate_reset("portal", "14-1-1", 0, &conv), PAM_SUCCESS);
		assert_int_equal(conv.asked, 3);
		assert_int_equal(conv.told, 0);
		gate_asked(0, RP_RESET, 0, "");
		gate_asked(1, RP_RESET, 0, codes[i][1]);
		gate_asked(3, RP_RESET, RP_FLAG_DONE, "");
		gate_stored(FINE);
		conv_clear(&conv);
	}
}

/* What PAM is told of a verdict: one that is none in a reset refuses. */
static int code_of(unsigned verdict)
{
	switch (verdict) {
	case RP_OK:
		return PAM_SUCCESS;
	case RP_UNAVAILABLE:
	case RP_NOT_CONCERNED:
	case RP_GRACE:
	case RP_BAD_REQUEST:
	case RP_LEAKED:
	case RP_UNKNOWN:
	case RP_NO_ACCOUNT:
		return PAM_AUTHTOK_ERR;
	default:
		return PAM_PERM_DENIED;
	}
}

static const char *sentence_of(unsigned verdict, bool with_code)
{
	switch (verdict) {
	case RP_UNAVAILABLE:
	case RP_BAD_REQUEST:
		return "The verification service is not available right now.";
	case RP_THROTTLED:
		return "Too many attempts. Try again in 64 s.";
	case RP_REFUSED:
		return with_code ? REFUSED_WITH_CODE : REFUSED;
	case RP_DENIED:
		return with_code ? REFUSED_WITH_CODE : "The password cannot be reset here.";
	default:
		return NULL;
	}
}

static void assert_verdict(void **state, const char *user, unsigned verdict, const char *code)
{
	struct conv conv = {.answers = {code ? code : FINE, FINE, FINE}};
	const char *sentence = sentence_of(verdict, code && *code);

	gate_afresh(state);
	assert_int_equal(gate_reset("portal", user, 0, &conv), code_of(verdict));
	gate_stored(verdict == RP_OK ? FINE : NULL);
	assert_int_equal(conv.told, sentence ? 1 : 0);
	assert_true(!sentence || conv_said(&conv, sentence));
	conv_clear(&conv);
}

static void every_verdict_without_a_code(void **state)
{
	char user[16];

	for (unsigned v = 0; v < RP_VERDICT_END; v++) {
		snprintf(user, sizeof user, "%u-1-1", v);
		assert_verdict(state, user, v, v == RP_REFUSED || v == RP_DENIED ? "" : NULL);
		assert_int_equal(gate_questions(), v == RP_OK ? 3 : 1);
	}
}

/* The same sentence where the code was wrong and where it did not help. */
static void every_verdict_with_a_code(void **state)
{
	char user[16];

	for (unsigned v = 0; v < RP_VERDICT_END; v++) {
		snprintf(user, sizeof user, "14-%u-1", v);
		assert_verdict(state, user, v, "123456");
		assert_int_equal(gate_questions(), v == RP_OK ? 4 : 2);
	}
}

/* The password was accepted, and then it may not be reset after all. */
static void every_verdict_when_it_happens(void **state)
{
	char user[16];

	for (unsigned v = 0; v < RP_VERDICT_END; v++) {
		snprintf(user, sizeof user, "1-1-%u", v);
		assert_verdict(state, user, v, NULL);
		assert_int_equal(gate_questions(), 3);
	}
}

/* Where the stack goes on all the same, the module below finds no password to store. */
static void nothing_is_left_for_modules_below(void **state)
{
	struct conv conv = {.answers = {FINE, FINE}};

	(void)state;
	assert_int_equal(gate_reset("required", "1-1-14", 0, &conv), PAM_PERM_DENIED);
	assert_int_equal(conv.asked, 2);
	assert_string_equal(conv.said[2], REFUSED);
	assert_string_equal(conv.said[3], "New password: ");
	gate_stored(NULL);
	conv_clear(&conv);
}

/* It is over with the first password that is accepted, not with one that is refused. */
static void a_leaked_password_leaves_the_gate_open(void **state)
{
	struct conv conv = {.answers = {PEER_LEAKED, PEER_LEAKED, FINE, FINE}};

	(void)state;
	assert_int_equal(gate_reset("portal", "1-1-1", 0, &conv), PAM_SUCCESS);
	assert_int_equal(conv.asked, 4);
	gate_stored(FINE);
	assert_true(peer_is_about(peer_heard(1), PEER_LEAKED));
	assert_true(peer_is_about(peer_heard(2), FINE));
	gate_asked(3, RP_RESET, RP_FLAG_DONE, "");
	assert_int_equal(gate_questions(), 4);
	conv_clear(&conv);
}

static void leaked_passwords_only(void **state)
{
	struct conv conv = {.always = PEER_LEAKED};

	(void)state;
	assert_int_equal(gate_reset("portal", "1-1-1", 0, &conv), PAM_AUTHTOK_ERR);
	assert_int_equal(gate_questions(), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(peer_heard(i)->flags & RP_FLAG_DONE, 0);
	gate_stored(NULL);
	conv_clear(&conv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_of_a_code),
		cmocka_unit_test_setup(allowed, gate_afresh),
		cmocka_unit_test(refused_without_a_code),
		cmocka_unit_test(let_through_by_a_code),
		cmocka_unit_test(every_verdict_without_a_code),
		cmocka_unit_test(every_verdict_with_a_code),
		cmocka_unit_test(every_verdict_when_it_happens),
		cmocka_unit_test_setup(nothing_is_left_for_modules_below, gate_afresh),
		cmocka_unit_test_setup(a_leaked_password_leaves_the_gate_open, gate_afresh),
		cmocka_unit_test_setup(leaked_passwords_only, gate_afresh),
	};

	return cmocka_run_group_tests(tests, gate_start, gate_stop);
}
