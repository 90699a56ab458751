/* rempart check-email: the verdict on one mailbox, rule by rule. No account is looked at, so no proof counts.
 */
#include "cli/look.h"

#include <stdio.h>
#include <string.h>
#include "cli/listed.h"
#include "cli/mailcause.h"
#include "common/error.h"
#include "common/secret.h"

#define USAGE "check-email ADDRESS [--json]"

/* The day of a time. */
static const char *day(int64_t t, char out[32])
{
	cli_time(t, out);
	if (t)
		out[strcspn(out, "T")] = '\0';
	return out;
}

static const char *rule_words(const struct cli *c, enum en_breach_rule rule)
{
	static const char *const words[] = {
		[EN_RULE_COUNTS] = N_("counts"),
		[EN_RULE_NO_RECORD] = N_("not known: no record tells of it"),
		[EN_RULE_NEVER] = N_("does not count: such ones never do here"),
		[EN_RULE_NO_PASSWORDS] = N_("does not count: no passwords were in it"),
		[EN_RULE_UNVERIFIED] = N_("does not count: it is not verified"),
		[EN_RULE_FABRICATED] = N_("does not count: it is made up"),
		[EN_RULE_SPAM_LIST] = N_("does not count: it is a list for spam"),
		[EN_RULE_BEFORE_PROOF] = N_("does not count: it was known before proved_before"),
	};

	return T(c, words[rule]);
}

static void show_entry(const struct cli *c, const struct st_mailbox *m, int n)
{
	char since[32], until[32];
	(void)n;

	day(m->since, since);
	day(m->until, until);
	if (m->listed == ST_LISTED_STEALER)
		printf(T(c, N_("List: in stealer logs of the portal, since %s")), since);
	else if (!cli_is_listed(m, cli_now()))
		printf(T(c, N_("List: flagged from %s to %s, which is over")), since, until);
	else if (m->until)
		printf(T(c, N_("List: flagged from %s to %s")), since, until);
	else
		printf(T(c, N_("List: flagged since %s")), since);
	printf(m->reason[0] ? ": \"%s\"\n" : "%s\n", m->reason);
}

/* Calls each for every entry on the list, and returns how many there are. */
static int each_entry(const struct cli *c, const struct cli_look *l,
		      void (*each)(const struct cli *c, const struct st_mailbox *m, int n))
{
	const struct en_boxes *b = &l->boxes;
	int n = 0;

	for (unsigned i = 0; i < b->n_spellings; i++)
		if (b->spellings[i].listed)
			each(c, &b->spellings[i], n++);
	if (b->box.listed)
		each(c, &b->box, n++);
	return n;
}

static void show_lookup(const struct cli *c, const struct cli_look *l)
{
	char added[32], date[32], classes[128];

	if (!l->asked)
		puts(T(c, N_("Lookup: none, for lookup = no in rempart.conf")));
	else if (l->cause[0])
		printf(T(c, N_("Lookup: %s (%s); the one before: %s\n")), cli_mail_cause(c, l->cause),
		       l->cause, day(l->boxes.box.checked, added));
	else if (c->config.email_exact)
		printf(T(c, N_("Lookup, by the whole address; breaches: %zu\n")), l->n);
	else
		printf(T(c, N_("Lookup, by six digits of its digest; breaches: %zu\n")), l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct rp_breach *b = &l->breaches[i];

		printf(T(c, N_("  %s (%s), of %s, added on %s: %s\n")), b->name,
		       en_mailbox_classes(b->classes, classes, sizeof classes), day(b->date, date),
		       day(b->added, added), rule_words(c, en_mailbox_rule(&c->config, b, 0)));
	}
}

static void show(const struct cli *c, const struct cli_look *l, const struct en_mail_verdict *v)
{
	char words[ST_EVENT_TEXT_MAX + 1];

	printf(T(c, N_("Address: %s\n")), l->boxes.address.normal);
	if (strcmp(l->boxes.address.normal, l->boxes.address.mailbox))
		printf(T(c, N_("Mailbox: %s\n")), l->boxes.address.mailbox);
	if (!each_entry(c, l, show_entry))
		puts(T(c, N_("List: it is not on it")));
	show_lookup(c, l);
	if (v->known == EN_MAIL_FLAGGED)
		printf(T(c, N_("It is flagged: %s\n")), en_mailbox_words(v, words, sizeof words));
	else if (v->known == EN_MAIL_CLEAN)
		puts(T(c, N_("It is clean: nothing counts against it.")));
	else
		printf(T(c, N_("It is not known whether it is flagged: %s (%s).\n")),
		       cli_mail_cause(c, v->cause), v->cause);
}

static void json_string(const char *name, const char *value)
{
	printf(",\"%s\":", name);
	cli_json_string(value);
}

static void json_time(const char *name, int64_t t)
{
	char when[32];

	json_string(name, cli_time(t, when));
}

static void json_entry(const struct cli *c, const struct st_mailbox *m, int n)
{
	(void)c;
	printf("%s{\"source\":\"%s\"", n ? "," : "",
	       m->listed == ST_LISTED_STEALER ? "stealer-list" : "list");
	json_time("since", m->since);
	json_time("until", m->until);
	json_string("reason", m->reason);
	putchar('}');
}

static void json_breaches(const struct cli *c, const struct cli_look *l)
{
	char classes[128];

	fputs(",\"breaches\":[", stdout);
	for (size_t i = 0; i < l->n; i++) {
		const struct rp_breach *b = &l->breaches[i];

		printf("%s{\"name\":", i ? "," : "");
		cli_json_string(b->name);
		json_string("classes", en_mailbox_classes(b->classes, classes, sizeof classes));
		json_time("date", b->date);
		json_time("added", b->added);
		json_string("rule", en_mailbox_rule_name(en_mailbox_rule(&c->config, b, 0)));
		putchar('}');
	}
	putchar(']');
}

static void show_json(const struct cli *c, const struct cli_look *l, const struct en_mail_verdict *v)
{
	static const char *const results[] = {
		[EN_MAIL_CLEAN] = "clean", [EN_MAIL_FLAGGED] = "flagged", [EN_MAIL_UNKNOWN] = "unknown"};

	printf("{\"result\":\"%s\"", results[v->known]);
	json_string("source", v->source ? v->source : "");
	json_string("cause", v->known == EN_MAIL_UNKNOWN ? v->cause : l->cause);
	json_string("address", l->boxes.address.normal);
	json_string("mailbox", l->boxes.address.mailbox);
	fputs(",\"list\":[", stdout);
	each_entry(c, l, json_entry);
	putchar(']');
	json_time("looked_up", l->boxes.box.checked);
	json_breaches(c, l);
	puts("}");
}

static int check(struct cli *c, const char *text, bool json)
{
	static const int statuses[] = {
		[EN_MAIL_CLEAN] = CLI_YES, [EN_MAIL_FLAGGED] = CLI_NO, [EN_MAIL_UNKNOWN] = CLI_UNAVAILABLE};
	struct en_mail_verdict v = {.known = EN_MAIL_UNKNOWN};
	struct cli_look l;
	int err, status;

	st_turn_clear(c->turn);
	status = cli_begin(c);
	if (status)
		return status;
	err = cli_look_load(c, NULL, text, &l);
	st_rollback(c->store);
	if (!err && c->config.mailbox_lookup)
		err = cli_look_ask(c, &l);
	if (!err) {
		cli_look_judge(c, &l, 0, &v);
		(json ? show_json : show)(c, &l, &v);
		status = statuses[v.known];
	}
	cli_look_end(&l);
	if (err == RP_EINVAL)
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	if (err == RP_ENOMEM)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	if (v.known == EN_MAIL_UNKNOWN)
		cli_fail(c, 0, "%s", cli_mail_mend(c, v.cause));
	return status;
}

int cli_check_email(struct cli *c, int argc, char **argv)
{
	bool json = argc == 3 && !strcmp(argv[2], "--json");
	char text[4 * RP_ADDRESS_MAX];
	int status;

	if (!json && !cli_operands(argc, argv, 1))
		return cli_usage(USAGE);
	status = cli_look_text(c, argv[1], text, sizeof text);
	if (!status)
		status = check(c, text, json);
	rp_wipe(text, sizeof text);
	return status;
}
