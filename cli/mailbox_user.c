/*
 * rempart mailbox set and proved: the address that a user has registered. Where the store does not know
 * enough of the registered one it is looked up first, so that no transaction waits for a network.
 */
#include "cli/mailbox.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "cli/look.h"
#include "cli/mailcause.h"
#include "common/error.h"
#include "common/secret.h"

#define ADDRESS_SIZE (4 * RP_ADDRESS_MAX)

struct change {
	struct cli_look before; /* the registered address, as it was looked up; asked: it was */
	const char *address;	/* set: the new one */
	bool had, same;		/* there was one; it is the new one */
	struct en_mail_verdict verdict;
	int64_t cooling;		  /* set: until then; 0: none */
	const char *reason;		  /* proved */
	char note[ST_EVENT_TEXT_MAX + 1]; /* of the event */
};

/* Before the transaction. 0 or an exit status. */
static int look_before(struct cli *c, const char *user, struct change *ch)
{
	static struct st_account a;
	struct cli_look *l = &ch->before;
	int status = cli_load(c, user, &a), err;

	if (status)
		return status;
	err = cli_look_load(c, &a, NULL, l);
	if (!err && !l->boxes.cause && en_mailbox_is_stale(&c->config, &l->boxes.box, cli_now()))
		err = cli_look_ask(c, l);
	if (err == RP_ENOMEM)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	return err ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : 0;
}

/* In the transaction: what is known of the address that is registered now. 0 or an exit status. */
static int judge(struct cli *c, struct st_account *a, struct change *ch)
{
	struct cli_look l;
	int err = cli_look_load(c, a, NULL, &l);

	ch->had = a->exists && a->email_len;
	if (!err && !l.boxes.cause && cli_look_take(&l, &ch->before))
		err = st_mailbox_save(c->store, &l.boxes.box);
	cli_look_judge(c, &l, a->mail.proved, &ch->verdict);
	cli_look_end(&l);
	return err ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : 0;
}

static const char *known_name(const struct change *ch)
{
	static const char *const names[] = {
		[EN_MAIL_CLEAN] = "clean", [EN_MAIL_FLAGGED] = "flagged", [EN_MAIL_UNKNOWN] = "unknown"};

	return ch->had ? names[ch->verdict.known] : "none";
}

static int set(struct cli *c, struct st_account *a, void *ctx)
{
	struct change *ch = ctx;
	int status = judge(c, a, ch), err;

	if (status)
		return status;
	err = en_address_register(c->seal, a, ch->address);
	if (err == RP_EINVAL)
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", rp_strerror(err));
	ch->same = !a->dirty;
	if (ch->same)
		return CLI_NO; /* nothing to write */
	if (!a->exists)
		a->created = cli_now();
	a->exists = true;
	if (ch->had && ch->verdict.known != EN_MAIL_CLEAN && c->config.cooling)
		a->mail.cooling = ch->cooling = cli_now() + c->config.cooling;
	snprintf(ch->note, sizeof ch->note, "the one before: %s", known_name(ch));
	return 0;
}

static void tell_cooling(const struct cli *c, const struct change *ch)
{
	char words[ST_EVENT_TEXT_MAX + 1], until[32];

	if (ch->verdict.known == EN_MAIL_FLAGGED)
		printf(T(c, N_("The one before is flagged: %s\n")),
		       en_mailbox_words(&ch->verdict, words, sizeof words));
	else
		printf(T(c, N_("Whether the one before is flagged is not known: %s (%s).\n")),
		       cli_mail_cause(c, ch->verdict.cause), ch->verdict.cause);
	printf(T(c, N_("So there is no reset before %s, unless a code or rempart reset-allow lets one "
		       "through.\n")),
	       cli_time(ch->cooling, until));
}

int cli_mailbox_set(struct cli *c, int argc, char **argv)
{
	struct change ch = {.had = false};
	char text[ADDRESS_SIZE];
	int status;

	if (!cli_operands(argc, argv, 2))
		return cli_usage(CLI_MAILBOX_SET);
	status = cli_look_text(c, argv[2], text, sizeof text);
	if (!status && !text[0])
		status = cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")));
	ch.address = text;
	if (!status)
		status = look_before(c, argv[1], &ch);
	if (!status)
		status = cli_change(c, argv[1], false, EN_ADMIN_ADDRESS, ch.note, set, &ch);
	if (ch.same) {
		printf(T(c, N_("This address is registered for %s already.\n")), argv[1]);
		status = CLI_YES;
	} else if (!status) {
		printf(T(c, N_("The address of %s is registered.\n")), argv[1]);
	}
	if (!status && ch.cooling)
		tell_cooling(c, &ch);
	rp_wipe(text, sizeof text);
	cli_look_end(&ch.before);
	return status;
}

static int prove(struct cli *c, struct st_account *a, void *ctx)
{
	struct change *ch = ctx;
	int status;

	a->mail.proved = cli_now();
	status = judge(c, a, ch);
	if (status)
		return status;
	if (!ch->had)
		return cli_fail(c, CLI_NO, T(c, N_("%s has no address registered.")), a->name);
	if (ch->verdict.known == EN_MAIL_CLEAN)
		a->mail.flagged = a->mail.told = 0;
	a->dirty = true;
	snprintf(ch->note, sizeof ch->note, "now %s%s%s", known_name(ch), ch->reason[0] ? ", " : "",
		 ch->reason);
	return 0;
}

static void tell_proved(const struct cli *c, const char *user, const struct change *ch)
{
	char words[ST_EVENT_TEXT_MAX + 1];

	if (ch->verdict.known == EN_MAIL_CLEAN)
		printf(T(c, N_("The mailbox of %s is proved, and not flagged.\n")), user);
	else if (ch->verdict.known == EN_MAIL_FLAGGED)
		printf(T(c, N_("The mailbox of %s is proved, and flagged all the same: %s\n")), user,
		       en_mailbox_words(&ch->verdict, words, sizeof words));
	else
		printf(T(c,
			 N_("The mailbox of %s is proved; whether it is flagged is not known: %s (%s).\n")),
		       user, cli_mail_cause(c, ch->verdict.cause), ch->verdict.cause);
}

int cli_mailbox_proved(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"reason", required_argument, NULL, 'r'}, {0}};
	struct change ch = {.reason = ""};
	int o, status = 0;

	while (!status && (o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'r')
			return cli_usage(CLI_MAILBOX_PROVED);
		status = cli_check_reason(c, ch.reason = optarg);
	}
	if (status)
		return status;
	if (optind + 1 != argc)
		return cli_usage(CLI_MAILBOX_PROVED);
	status = look_before(c, argv[optind], &ch);
	if (!status)
		status = cli_change(c, argv[optind], true, EN_ADMIN_PROVED, ch.note, prove, &ch);
	if (!status)
		tell_proved(c, argv[optind], &ch);
	cli_look_end(&ch.before);
	return status;
}
