/* Resets with a real rempartd: what lets one through, what is refused, and two at once. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "engine/reason.h"
#include "engine/reset.h"
#include "tests/faults/ask.h"
#include "tests/pam/files.h"
#include "tests/pam/mailboxes.h"
#include "tests/unit/cmocka_all.h"

#define HELP "Call 01 23 45 67 89."
#define CLAIRE "claire.dupont@example.org"

static struct instance in;
static struct token claire;

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[mailbox]\nproviders = yes\nhelp_text = " HELP "\n");
	people_enrol(&in, "claire", &claire);
	mailboxes_register(&in, "claire", CLAIRE);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static struct rp_request about(const char *user, unsigned flags, const char *code)
{
	struct rp_request req = ask_request(RP_RESET, user, "192.0.2.7", code);

	strcpy(req.service, "portal");
	req.flags = (uint16_t)flags;
	return req;
}

static struct rp_reply reset(const char *user, unsigned flags, const char *code)
{
	struct rp_request req = about(user, flags, code);

	return ask(&in, &req);
}

static unsigned given(const char *user, const char *address)
{
	struct rp_request req = about(user, RP_FLAG_EXPLAIN, NULL);

	strcpy(req.address, address);
	return ask(&in, &req).verdict;
}

static void it_is_refused_while_the_mailbox_is_flagged(void **state)
{
	struct rp_reply rep;

	(void)state;
	assert_int_equal(reset("claire", 0, NULL).verdict, RP_OK);
	mailboxes_flag(&in, CLAIRE, in.now + 3600);
	rep = reset("claire", 0, NULL);
	assert_int_equal(rep.verdict, RP_REFUSED);
	assert_string_equal(rep.t1, "");
	assert_string_equal(rep.t2, HELP);
	assert_int_equal(rep.n1, 0);
	rep = reset("claire", RP_FLAG_EXPLAIN, NULL);
	assert_memory_equal(rep.t1, "mailbox-flagged list", 20);
	assert_non_null(strstr(rep.t1, "CERT-FR"));
	assert_int_equal(rep.n1, in.now + 3600);
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_FLAGGED), 2);
	assert_int_equal(ask_logged(&in, "example.org"), 0);
	instance_pass_time(&in, 3600);
	assert_int_equal(reset("claire", 0, NULL).verdict, RP_OK);
	mailboxes_flag(&in, CLAIRE, 0);
	assert_int_equal(reset("claire", 0, NULL).verdict, RP_REFUSED);
	mailboxes_unflag(&in, CLAIRE);
	assert_int_equal(reset("claire", 0, NULL).verdict, RP_OK);
}

/* Whatever the reason, and for users that there are not: the same bytes. */
static void every_refusal_is_the_same(void **state)
{
	const struct st_mail cooling = {.cooling = in.now + 1000};
	const char *users[] = {"claire", "nobody", "locked", "cooling", "no-address"};
	struct rp_reply first = {0}, rep;

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	people_lock(&in, "locked", true);
	mailboxes_register(&in, "locked", "locked@example.org");
	mailboxes_register(&in, "cooling", "cooling@example.org");
	mailboxes_set(&in, "cooling", &cooling);
	people_deadline(&in, "no-address", 0);
	for (unsigned i = 0; i < sizeof users / sizeof *users; i++) {
		rep = reset(users[i], 0, NULL);
		assert_int_equal(rep.verdict, RP_REFUSED);
		if (!i)
			first = rep;
		assert_memory_equal(&rep, &first, sizeof rep);
	}
	rep = reset("nobody", 0, "123456");
	first = reset("locked", 0, "123456");
	assert_int_equal(rep.verdict, RP_DENIED);
	assert_memory_equal(&rep, &first, sizeof rep);
	/* What a stranger typed is in no event. */
	assert_int_equal(people_events(&in, "nobody", EN_MAILBOX_UNKNOWN), 0);
	assert_int_equal(ask_logged(&in, "user=unknown:"), 2);
	assert_int_equal(ask_logged(&in, "user=nobody"), 0);
}

static void the_address_that_is_given(void **state)
{
	(void)state;
	assert_int_equal(given("claire", " Claire.Dupont@EXAMPLE.org"), RP_OK);
	assert_int_equal(given("claire", "claire@example.org"), RP_REFUSED);
	assert_int_equal(given("claire", "claire"), RP_REFUSED);
	assert_int_equal(people_events(&in, "claire", EN_OTHER_ADDRESS), 2);
	/* Nothing is registered: it is the given one that is judged. */
	assert_int_equal(given("martin", ""), RP_UNKNOWN);
	assert_int_equal(given("martin", "martin"), RP_UNKNOWN);
	assert_int_equal(given("martin", "martin@example.org"), RP_OK);
	mailboxes_flag(&in, "martin@example.org", 0);
	assert_int_equal(given("martin", "martin@example.org"), RP_REFUSED);
}

/* A CERT lists what it found; a provider delivers several spellings to one mailbox. */
static void every_spelling_is_looked_for(void **state)
{
	(void)state;
	mailboxes_register(&in, "claire", "c.dupont+work@gmail.com");
	assert_int_equal(given("claire", "cdupont+home@googlemail.com"), RP_OK);
	mailboxes_flag(&in, "cdupont+home@googlemail.com", 0);
	assert_int_equal(given("claire", ""), RP_OK);
	assert_int_equal(given("claire", "cdupont+home@googlemail.com"), RP_REFUSED);
	mailboxes_unflag(&in, "cdupont+home@googlemail.com");
	mailboxes_flag(&in, "c.dupont+work@gmail.com", 0);
	assert_int_equal(given("claire", ""), RP_REFUSED);
	mailboxes_unflag(&in, "c.dupont+work@gmail.com");
	mailboxes_flag(&in, "cdupont@gmail.com", 0);
	assert_int_equal(given("claire", ""), RP_REFUSED);
}

static void a_code_lets_it_through_and_the_next_login_needs_another(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	assert_int_equal(reset("claire", 0, token_wrong_code(&claire, in.now, code)).verdict, RP_DENIED);
	assert_int_equal(reset("claire", 0, token_code(&claire, in.now, code)).verdict, RP_OK);
	assert_int_equal(people_account(&in, "claire").mail.gate, in.now + EN_GATE_LASTS);
	assert_int_equal(reset("claire", RP_FLAG_DONE, NULL).verdict, RP_OK);
	assert_int_equal(people_account(&in, "claire").mail.gate, 0);
	assert_int_equal(people_account(&in, "claire").mail.reset, in.now);
	assert_int_equal(reset("claire", RP_FLAG_DONE, NULL).verdict, RP_REFUSED);
	assert_int_equal(ask_logged(&in, "note=\"done\" verdict=ok reason=gate-open"), 1);
	assert_int_equal(ask_code(&in, "claire", NULL, code), RP_DENIED);
	instance_pass_time(&in, 30);
	assert_int_equal(ask_right(&in, "claire", NULL, &claire), RP_OK);
	assert_int_equal(people_account(&in, "claire").mail.reset, 0);
}

static void without_a_token_a_reset_leads_to_the_help_desk(void **state)
{
	(void)state;
	mailboxes_register(&in, "martin", "martin@example.org");
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_NOT_CONCERNED);
	assert_int_equal(reset("martin", RP_FLAG_DONE, NULL).verdict, RP_OK);
	assert_int_equal(ask_verb(&in, RP_ACCOUNT, "martin"), RP_UNENROLLED);
	assert_int_equal(ask_verb(&in, RP_ENROL_BEGIN, "martin"), RP_DENIED);
}

/* In one turn, where they share the record. */
static void one_code_opens_one_gate(void **state)
{
	struct rp_request req;
	char code[CODE_SIZE];
	unsigned opened = 0;
	int fds[8];

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	req = about("claire", 0, token_code(&claire, in.now, code));
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < 8; i++)
		fds[i] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	for (int i = 0; i < 8; i++)
		opened += ask_verdict(fds[i]) == RP_OK;
	assert_int_equal(opened, 1);
	assert_int_equal(people_events(&in, "claire", EN_TOTP), 1);
	/* And one gate lets one reset be done. */
	req = about("claire", RP_FLAG_DONE, NULL);
	kill(in.rempartd, SIGSTOP);
	for (int i = 0; i < 8; i++)
		fds[i] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	for (int i = opened = 0; i < 8; i++)
		opened += ask_verdict(fds[i]) == RP_OK;
	assert_int_equal(opened, 1);
}

/* What a killed rempartd said is so: the gate of the one that says OK is on disk. */
static void killed_it_forgets_nothing(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	assert_int_equal(reset("claire", 0, token_code(&claire, in.now, code)).verdict, RP_OK);
	instance_kill(&in);
	instance_resume(&in);
	assert_int_equal(reset("claire", 0, NULL).verdict, RP_OK);
	assert_int_equal(reset("claire", RP_FLAG_DONE, NULL).verdict, RP_OK);
	instance_kill(&in);
	instance_resume(&in);
	assert_int_equal(reset("claire", RP_FLAG_DONE, NULL).verdict, RP_REFUSED);
	assert_int_equal(people_account(&in, "claire").mail.reset, in.now);
}

static struct rp_reply change(const char *address, const char *code)
{
	struct rp_request req = ask_request(RP_MAILBOX, "claire", "192.0.2.7", code);

	strcpy(req.address, address);
	return ask(&in, &req);
}

static void another_address(void **state)
{
	char code[CODE_SIZE];

	(void)state;
	assert_int_equal(change("claire@example.net", NULL).verdict, RP_OK);
	assert_int_equal(given("claire", CLAIRE), RP_REFUSED);
	assert_int_equal(given("claire", "claire@example.net"), RP_OK);
	mailboxes_flag(&in, "claire@example.net", 0);
	assert_int_equal(change("claire@example.com", NULL).verdict, RP_REFUSED);
	assert_int_equal(change("claire@example.com", token_code(&claire, in.now, code)).verdict, RP_OK);
	assert_int_equal(given("claire", "claire@example.com"), RP_REFUSED);
	assert_int_equal(people_events(&in, "claire", EN_COOLING), 1);
	instance_pass_time(&in, 7 * 86400);
	assert_int_equal(given("claire", "claire@example.com"), RP_OK);
	assert_int_equal(change("claire", NULL).verdict, RP_BAD_REQUEST);
	/* Nobody is asked about the new one, which is not the account's yet. */
	mailboxes_register(&in, "claire", "");
	mailboxes_flag(&in, "claire@example.com", 0);
	assert_string_equal(change("claire@example.com", NULL).t1, "mailbox-unknown unknown no-address");
	assert_int_equal(given("claire", ""), RP_REFUSED);
}

/* One that changes the address and one that asks for a reset in one turn: the second sees what the first did.
 */
static void a_change_and_a_reset_in_one_turn(void **state)
{
	struct rp_request req = ask_request(RP_MAILBOX, "claire", "192.0.2.7", NULL);
	int fds[2];

	(void)state;
	mailboxes_flag(&in, "claire@example.net", 0);
	strcpy(req.address, "claire@example.net");
	kill(in.rempartd, SIGSTOP);
	fds[0] = ask_send(&in, &req);
	req = about("claire", 0, NULL);
	fds[1] = ask_send(&in, &req);
	kill(in.rempartd, SIGCONT);
	assert_int_equal(ask_verdict(fds[0]), RP_OK);
	assert_int_equal(ask_verdict(fds[1]), RP_REFUSED);
}

static void a_session_says_it_once(void **state)
{
	struct rp_request req = ask_request(RP_SESSION, "claire", "192.0.2.7", NULL);

	(void)state;
	mailboxes_flag(&in, CLAIRE, 0);
	req.version = 1;
	assert_string_equal(ask(&in, &req).t2, "");
	req.version = RP_VERSION;
	assert_string_equal(ask(&in, &req).t2, HELP);
	assert_string_equal(ask(&in, &req).t2, "");
	assert_int_equal(people_account(&in, "claire").mail.told, in.now);
	assert_int_equal(people_events(&in, "claire", EN_MAILBOX_TOLD), 1);
}

static void version_1_has_no_resets(void **state)
{
	struct rp_request req = about("claire", 0, NULL);
	struct rp_reply rep;

	(void)state;
	req.version = 1;
	rep = ask(&in, &req);
	assert_int_equal(rep.verdict, RP_BAD_REQUEST);
	assert_int_equal(rep.version, 1);
	req = ask_request(RP_ACCOUNT, "claire", NULL, NULL);
	req.version = 1;
	rep = ask(&in, &req);
	assert_int_equal(rep.verdict, RP_OK);
	assert_int_equal(rep.version, 1);
}

static void only_root_and_portals_may_ask(void **state)
{
	struct rp_request req = about("claire", 0, NULL);

	(void)state;
	ask_needs_root("ask as somebody else");
	assert_int_equal(ask_as(44444, &in, &req), RP_FORBIDDEN);
	req = ask_request(RP_MAILBOX, "claire", NULL, NULL);
	strcpy(req.address, "mallory@example.org");
	assert_int_equal(ask_as(44444, &in, &req), RP_FORBIDDEN);
	assert_int_equal(given("claire", CLAIRE), RP_OK);
}

int main(void)
{
#define WITH_IT(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		WITH_IT(it_is_refused_while_the_mailbox_is_flagged),
		WITH_IT(every_refusal_is_the_same),
		WITH_IT(the_address_that_is_given),
		WITH_IT(every_spelling_is_looked_for),
		WITH_IT(a_code_lets_it_through_and_the_next_login_needs_another),
		WITH_IT(without_a_token_a_reset_leads_to_the_help_desk),
		WITH_IT(one_code_opens_one_gate),
		WITH_IT(killed_it_forgets_nothing),
		WITH_IT(another_address),
		WITH_IT(a_change_and_a_reset_in_one_turn),
		WITH_IT(a_session_says_it_once),
		WITH_IT(version_1_has_no_resets),
		WITH_IT(only_root_and_portals_may_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
