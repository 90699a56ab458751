/* rempart: the administrator's command line. Reads the configuration and hands over to a command. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "common/log.h"
#include "common/secret.h"

/* What a command needs before it begins. */
enum needs { NOTHING, CONFIG, STORE };

static const struct command {
	const char *name;
	int (*run)(struct cli *c, int argc, char **argv);
	enum needs needs;
	const char *does;
} commands[] = {
	{"init", cli_init, CONFIG, N_("make the store and the key where they are missing")},
	{"enroll", cli_enroll, STORE, N_("give a user a token")},
	{"import", cli_import, STORE, N_("give tokens to the users of a CSV file")},
	{"export", cli_export, STORE, N_("write every account out")},
	{"revoke", cli_revoke, STORE, N_("take a user's tokens away")},
	{"recovery", cli_recovery, STORE, N_("make new recovery codes")},
	{"status", cli_status, STORE, N_("show an account, or count them all")},
	{"verify", cli_verify, CONFIG, N_("ask rempartd to judge a code")},
	{"check-password", cli_check_password, CONFIG, N_("look whether a password is in a leak")},
	{"flag", cli_flag, STORE, N_("put addresses on the list of compromised mailboxes")},
	{"unflag", cli_unflag, STORE, N_("take addresses off that list")},
	{"check-email", cli_check_email, STORE, N_("explain whether a mailbox is flagged")},
	{"mailbox", cli_mailbox, STORE, N_("register and prove mailboxes, or pull stolen ones")},
	{"lock", cli_lock, STORE, N_("lock an account")},
	{"unlock", cli_unlock, STORE, N_("unlock an account and forget its failures")},
	{"deadline", cli_deadline, STORE, N_("set the day from which a user needs a token")},
	{"key", cli_key, STORE, N_("rotate the key while logins go on")},
	{"corpus", cli_corpus, NOTHING, N_("make a file of leaked passwords, or look into one")},
	{"reset-check", cli_reset_check, CONFIG, N_("ask rempartd whether a password may be reset")},
	{"reset-allow", cli_reset_allow, STORE, N_("let one reset of a user through")},
	{"events", cli_events, STORE, N_("show what was decided")},
	{"doctor", cli_doctor, CONFIG, N_("look for what is wrong, and say how to mend it")},
};

static void help(const struct cli *c, FILE *to)
{
	fprintf(to, "%s\n\n", T(c, N_("usage: rempart [--config FILE] COMMAND …")));
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(to, "  %-15s %s\n", commands[i].name, T(c, commands[i].does));
	fprintf(to, "\n%s\n",
		T(c, N_("rempart COMMAND --help has a command's arguments, rempart(1) the details.\n"
			"Codes and secrets are read from standard input.")));
}

static enum rp_lang language(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return rp_lang_from(value);
	}
	return RP_EN;
}

/* As a code, a recovery code or a secret is written. */
static bool looks_secret(const char *s)
{
	size_t n = strlen(s);

	return ((n == 6 || n == 8) && s[strspn(s, "0123456789")] == '\0') ||
	       (n >= 16 && s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-")] == '\0');
}

/* The command's own usage, which it shows for any option that it does not know; without a configuration. */
static int help_of(struct cli *c, const struct command *command, int argc, char **argv)
{
	opterr = 0;
	dup2(1, 2);
	command->run(c, argc, argv);
	return CLI_YES;
}

static int run(struct cli *c, const struct command *command, int argc, char **argv)
{
	int status = command->needs == NOTHING ? 0 : cli_configure(c);

	if (status)
		return status;
	rp_log_open("rempart", false);
	if (command->needs == STORE)
		status = cli_open(c);
	if (!status)
		status = command->run(c, argc, argv);
	if (!status && (fflush(stdout) || ferror(stdout)))
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Not everything could be written.")));
	if (status == CLI_USAGE && argc > 2 && looks_secret(argv[argc - 1]))
		cli_fail(c, status, "%s",
			 T(c, N_("Codes and secrets are read from standard input: others can see the command "
				 "line.")));
	cli_close(c);
	return status;
}

int main(int argc, char **argv)
{
	struct cli c = {.config_path = RP_CONFIG_DEFAULT, .lang = language()};
	int at = 1;

	rp_no_dump();
	if (at + 1 < argc && !strcmp(argv[at], "--config")) {
		c.config_path = argv[at + 1];
		at += 2;
	}
	if (at < argc && !strcmp(argv[at], "--version"))
		return puts("rempart " REMPART_VERSION) < 0;
	if (at < argc && !strcmp(argv[at], "--help")) {
		help(&c, stdout);
		return CLI_YES;
	}
	for (size_t i = 0; at < argc && i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(argv[at], commands[i].name))
			return (argc - at == 2 && !strcmp(argv[at + 1], "--help") ? help_of : run)(
				&c, &commands[i], argc - at, argv + at);
	if (at < argc)
		cli_fail(&c, CLI_USAGE, "%s", T(&c, N_("There is no such command. Those there are:")));
	help(&c, stderr);
	return CLI_USAGE;
}
