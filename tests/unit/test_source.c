/* engine/source.h, engine/audit.h, engine/reason.h: how the world outside is spelled in records and logs. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include "common/protocol.h"
#include "engine/audit.h"
#include "engine/source.h"

static void one_spelling_for_one_source(void **state)
{
	static const char *const pairs[][2] = {
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:DB8:0:1:2:3:4:5", "2001:db8:0:1::/64"},
		{"2001:db8:0:1::9", "2001:db8:0:1::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"Portal.Example.ORG", "portal.example.org"},
		{"192.0.2.007", "192.0.2.007"},
		{"a b\n\x7f\xc3", "a?b???"},
		{"", ""},
	};
	char out[EN_SOURCE_MAX + 1], huge[10001];
	(void)state;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		en_source_normal(pairs[i][0], out);
		assert_string_equal(out, pairs[i][1]);
	}
	memset(huge, 'A', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	en_source_normal(huge, out);
	assert_int_equal(strlen(out), EN_SOURCE_MAX);
}

static void a_line_of_the_log(void **state)
{
	struct st_event e = {.verb = RP_AUTH, .verdict = RP_DENIED, .reason = EN_WRONG};
	char line[1000], small[20];
	(void)state;

	strcpy(e.account, "mar tin\nverdict=ok");
	strcpy(e.service, "sshd");
	strcpy(e.source, "192.0.2.7");
	assert_string_equal(
		en_audit_line(&e, line, sizeof line),
		"auth user=mar\\x20tin\\x0averdict\\x3dok service=sshd source=192.0.2.7 verdict=denied "
		"reason=wrong-code");
	assert_int_equal(strlen(en_audit_line(&e, small, sizeof small)), sizeof small - 1);
}

static void an_act_of_administration(void **state)
{
	struct st_event e = {0};
	char line[1000];
	(void)state;

	en_audit_admin(&e, 1700000000, EN_ADMIN_UNLOCK, "martin", "root");
	assert_int_equal(e.time, 1700000000);
	assert_string_equal(en_audit_line(&e, line, sizeof line),
			    "admin user=martin by=root verdict=ok reason=unlock");
	en_audit_admin(&e, 1, EN_ADMIN_LOCK, "martin", "claire a: phone: \"stolen\"");
	assert_string_equal(en_audit_line(&e, line, sizeof line),
			    "admin user=martin by=claire\\x20a note=\"phone: \\x22stolen\\x22\" verdict=ok "
			    "reason=lock");
	memset(&e, 0, sizeof e);
	en_audit_admin(&e, 1, EN_CLOCK_BACK, NULL, NULL);
	assert_string_equal(en_audit_line(&e, line, sizeof line), "admin verdict=ok reason=clock-back");
}

static void a_cause_is_nobody(void **state)
{
	struct st_event e = {.verb = RP_AUTH, .verdict = RP_OK, .reason = EN_UNCHECKED};
	char line[1000], by[ST_EVENT_TEXT_MAX + 1];
	(void)state;

	strcpy(e.text, "http-503: odd");
	assert_string_equal(en_audit_by(&e, by), "");
	assert_string_equal(by, "");
	assert_non_null(strstr(en_audit_line(&e, line, sizeof line), " cause=http-503:\\x20odd verdict="));
}

static void what_is_known_of_a_mailbox_is_a_note(void **state)
{
	struct st_event e = {.verb = RP_RESET, .verdict = RP_REFUSED, .reason = EN_MAILBOX_FLAGGED};
	char line[1000], by[ST_EVENT_TEXT_MAX + 1];
	(void)state;

	strcpy(e.text, "list 2026-11-20 \"CERT: all\"");
	assert_string_equal(en_audit_by(&e, by), e.text);
	assert_string_equal(by, "");
	assert_string_equal(en_audit_line(&e, line, sizeof line),
			    "reset note=\"list 2026-11-20 \\x22CERT: all\\x22\" verdict=refused "
			    "reason=mailbox-flagged");
	/* A peer that may not ask is somebody. */
	e.reason = EN_PEER;
	strcpy(e.text, "uid-44444");
	en_audit_by(&e, by);
	assert_string_equal(by, "uid-44444");
}

static void everything_has_a_name(void **state)
{
	(void)state;
	for (unsigned v = 0; v < RP_VERDICT_END; v++)
		assert_int_equal(!strcmp(en_verdict_name(v), "unknown"), v == RP_UNKNOWN);
	for (unsigned v = 0; v < RP_VERB_END; v++)
		assert_string_not_equal(en_verb_name(v), "unknown");
	for (unsigned r = 0; r <= EN_SAME_ADDRESS; r++)
		assert_string_not_equal(en_reason_name(r), "unknown");
	assert_string_equal(en_verdict_name(RP_VERDICT_END), "unknown");
	assert_string_equal(en_verb_name(200), "unknown");
	assert_string_equal(en_reason_name(200), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_spelling_for_one_source),
		cmocka_unit_test(a_line_of_the_log),
		cmocka_unit_test(an_act_of_administration),
		cmocka_unit_test(a_cause_is_nobody),
		cmocka_unit_test(what_is_known_of_a_mailbox_is_a_note),
		cmocka_unit_test(everything_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
