#include "cli/cli.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/audit.h"

#define USAGE "events [--user USER] [--last N] [--json]"

static int print_json(const struct st_event *e)
{
	char when[32], by[ST_EVENT_TEXT_MAX + 1];
	const char *note = en_audit_by(e, by);

	printf("{\"seq\":%lld,\"time\":\"%s\",\"verb\":\"%s\",\"verdict\":\"%s\",\"reason\":\"%s\",\"user\":",
	       (long long)e->seq, cli_time(e->time, when), en_verb_name(e->verb), en_verdict_name(e->verdict),
	       en_reason_name(e->reason));
	cli_json_string(e->account);
	fputs(",\"service\":", stdout);
	cli_json_string(e->service);
	fputs(",\"source\":", stdout);
	cli_json_string(e->source);
	fputs(",\"by\":", stdout);
	cli_json_string(by);
	fputs(",\"note\":", stdout);
	cli_json_string(note);
	fputs(",\"cause\":", stdout);
	cli_json_string(en_audit_is_cause(e) ? e->text : "");
	return puts("}") < 0;
}

static int print(const struct st_event *e, void *json)
{
	char when[32], line[1000];

	if (*(bool *)json)
		return print_json(e);
	return printf("%s %s\n", cli_time(e->time, when), en_audit_line(e, line, sizeof line)) < 0;
}

int cli_events(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"user", required_argument, NULL, 'u'},
						{"last", required_argument, NULL, 'l'},
						{"json", no_argument, NULL, 'j'},
						{0}};
	const char *user = NULL;
	int o, err, last = 50;
	bool json = false;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'u')
			user = optarg;
		else if (o == 'l')
			last = (int)cli_number(optarg, INT_MAX);
		else if (o == 'j')
			json = true;
		if (o == '?' || last < 1)
			return cli_usage(USAGE);
	}
	if (optind != argc)
		return cli_usage(USAGE);
	err = st_each_event(c->store, 0, last, user, print, &json);
	/* What could not be printed is said by whoever flushes the output. */
	return err < 0 ? cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store)) : CLI_YES;
}
