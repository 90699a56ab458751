/* rempart reset-allow: the help desk, which has made sure who asks, lets one reset through. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "engine/reset.h"

#define USAGE "reset-allow USER --for TIME --reason TEXT"
#define FOR_MIN 60
#define FOR_MAX EN_GATE_MOST

static int open_gate(struct cli *c, struct st_account *a, void *ctx)
{
	const int64_t *until = ctx;

	if (a->locked)
		return cli_fail(c, CLI_NO, T(c, N_("%s is locked, which goes first: rempart unlock.")),
				a->name);
	if (!a->exists)
		a->created = cli_now();
	a->mail.gate = *until;
	a->mail.gate_of = 0;
	a->exists = a->dirty = true;
	return 0;
}

/* An event holds no address, and is not cut. */
static bool is_reason(const char *s)
{
	return s[strspn(s, " \t")] && strlen(s) <= ST_REASON_MAX && !strchr(s, '@');
}

int cli_reset_allow(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{"for", required_argument, NULL, 'f'}, {"reason", required_argument, NULL, 'r'}, {0}};
	const char *span = "", *reason = "";
	char note[ST_REASON_MAX + 64], when[32];
	int64_t seconds, until;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == '?')
			return cli_usage(USAGE);
		*(o == 'f' ? &span : &reason) = optarg;
	}
	if (optind + 1 != argc)
		return cli_usage(USAGE);
	if (rp_seconds_parse(span, &seconds) || seconds < FOR_MIN || seconds > FOR_MAX) {
		cli_usage(USAGE);
		return cli_fail(c, CLI_USAGE, "%s", T(c, N_("--for takes 1m to 24h.")));
	}
	if (!is_reason(reason)) {
		cli_usage(USAGE);
		return cli_fail(c, CLI_USAGE,
				T(c, N_("--reason says how you know who asks: up to %d bytes, no address.")),
				ST_REASON_MAX);
	}
	until = cli_now() + seconds;
	snprintf(note, sizeof note, "for %s: %s", span, reason);
	status = cli_change(c, argv[optind], false, EN_ADMIN_RESET_ALLOW, note, open_gate, &until);
	if (!status)
		printf(T(c, N_("One reset of %s may go through until %s.\n")), argv[optind],
		       cli_time(until, when));
	return status;
}
