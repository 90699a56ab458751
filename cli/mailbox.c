/* rempart mailbox: which of its commands. */
#include "cli/mailbox.h"

#include <string.h>

int cli_mailbox(struct cli *c, int argc, char **argv)
{
	static const struct {
		const char *name, *usage;
		int (*run)(struct cli *c, int argc, char **argv);
	} commands[] = {{"set", CLI_MAILBOX_SET, cli_mailbox_set},
			{"proved", CLI_MAILBOX_PROVED, cli_mailbox_proved},
			{"pull", CLI_MAILBOX_PULL, cli_mailbox_pull},
			{"sweep", CLI_MAILBOX_SWEEP, cli_mailbox_sweep}};

	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(c, argc - 1, argv + 1);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		cli_usage(commands[i].usage);
	return CLI_USAGE;
}
