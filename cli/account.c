/* What an administrator does to one account: revoke, recovery, lock, unlock, deadline. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/error.h"
#include "common/secret.h"
#include "engine/enrol.h"
#include "engine/recovery.h"
#include "engine/standing.h"

static int take_away(struct cli *c, struct st_account *a, void *ctx)
{
	const uint32_t *id = ctx;

	return en_enrol_revoke(a, *id) ? cli_fail(c, CLI_NO, T(c, N_("%s has no such token.")), a->name) : 0;
}

/* "yes" has to be typed, or --yes given: a user without a token may be one who cannot log in. */
static bool agreed(struct cli *c, const char *user, bool yes)
{
	char answer[16];

	if (yes || !isatty(0))
		return yes;
	fprintf(stderr, T(c, N_("This takes every token and recovery code of %s away.\n")), user);
	return cli_ask(T(c, N_("Type yes to go on: ")), answer, sizeof answer) > 0 && !strcmp(answer, "yes");
}

int cli_revoke(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{"token", required_argument, NULL, 't'}, {"yes", no_argument, NULL, 'y'}, {0}};
	char which[32];
	uint32_t id = 0;
	bool yes = false;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 't')
			id = (uint32_t)cli_number(optarg, UINT32_MAX);
		else if (o == 'y')
			yes = true;
		if (o == '?' || (o == 't' && !id))
			return cli_usage("revoke USER [--token N | --yes]");
	}
	if (optind + 1 != argc)
		return cli_usage("revoke USER [--token N | --yes]");
	if (!id && !agreed(c, argv[optind], yes))
		return cli_fail(c, CLI_NO, "%s",
				T(c, N_("Nothing was revoked. Say --yes, or --token N for one.")));
	snprintf(which, sizeof which, "token %u", id);
	status = cli_change(c, argv[optind], true, EN_ADMIN_REVOKE, id ? which : "every token", take_away,
			    &id);
	if (!status)
		printf(T(c, N_("Revoked. What %s had does not work any more.\n")), argv[optind]);
	return status;
}

static int renew_recovery(struct cli *c, struct st_account *a, void *ctx)
{
	char *codes = ctx;

	if (!en_standing_tokens(a))
		return cli_fail(c, CLI_NO, T(c, N_("%s has no token yet; enroll makes the first codes.")),
				a->name);
	return en_recovery_make(c->seal, a, codes, 512)
		       ? cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Recovery codes could not be made.")))
		       : 0;
}

int cli_recovery(struct cli *c, int argc, char **argv)
{
	char codes[512];
	int status;

	if (!cli_operands(argc, argv, 1))
		return cli_usage("recovery USER");
	status = cli_change(c, argv[1], true, EN_ADMIN_RECOVERY, NULL, renew_recovery, codes);
	if (!status)
		printf("%s\n%s", T(c, N_("New recovery codes; the old ones do not work any more:")), codes);
	rp_wipe(codes, sizeof codes);
	return status;
}

static int lock(struct cli *c, struct st_account *a, void *ctx)
{
	(void)c;
	(void)ctx;
	if (!a->exists)
		a->created = cli_now();
	a->exists = a->locked = a->dirty = true;
	return 0;
}

int cli_lock(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {{"reason", required_argument, NULL, 'r'}, {0}};
	const char *reason = NULL;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'r')
			return cli_usage("lock USER [--reason TEXT]");
		reason = optarg;
	}
	if (optind + 1 != argc)
		return cli_usage("lock USER [--reason TEXT]");
	status = cli_change(c, argv[optind], false, EN_ADMIN_LOCK, reason, lock, NULL);
	if (!status)
		printf(T(c, N_("%s is locked.\n")), argv[optind]);
	return status;
}

static int unlock(struct cli *c, struct st_account *a, void *ctx)
{
	(void)c;
	(void)ctx;
	a->locked = false;
	a->open = (struct st_throttle){0};
	a->dirty = true;
	return 0;
}

int cli_unlock(struct cli *c, int argc, char **argv)
{
	int status;

	if (!cli_operands(argc, argv, 1))
		return cli_usage("unlock USER");
	status = cli_change(c, argv[1], true, EN_ADMIN_UNLOCK, NULL, unlock, NULL);
	if (!status)
		printf(T(c, N_("%s is unlocked.\n")), argv[1]);
	return status;
}

static int set_deadline(struct cli *c, struct st_account *a, void *ctx)
{
	(void)c;
	if (!a->exists)
		a->created = cli_now();
	a->deadline = *(const int64_t *)ctx;
	a->exists = a->dirty = true;
	return 0;
}

int cli_deadline(struct cli *c, int argc, char **argv)
{
	int64_t deadline = RP_NO_DEADLINE;
	int status;

	if (!cli_operands(argc, argv, 2) || (strcmp(argv[2], "none") && rp_date_parse(argv[2], &deadline)))
		return cli_usage("deadline USER YYYY-MM-DD|none");
	status = cli_change(c, argv[1], false, EN_ADMIN_DEADLINE, argv[2], set_deadline, &deadline);
	if (!status && deadline)
		printf(T(c, N_("%s needs a token from %s on.\n")), argv[1], argv[2]);
	else if (!status)
		printf(T(c, N_("%s has no deadline of their own any more.\n")), argv[1]);
	return status;
}
