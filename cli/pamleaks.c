#include "cli/pamleaks.h"

#include "cli/pammodules.h"

bool cli_pam_never_sees(const struct cli_pam_stack *s)
{
	bool password = false;

	for (int i = 0; i < s->n; i++) {
		const struct cli_pam_line *line = &s->lines[i];

		if (line->type != CLI_AUTH || !line->control)
			continue;
		password |= cli_pam_checks_passwords(line);
		if (cli_pam_is_ours(line) &&
		    (password || cli_pam_has(line, "mode=auto") || cli_pam_has(line, "mode=combined")))
			return false;
	}
	return password;
}

struct walk {
	struct cli_pam_change *change;
	enum cli_pam_result ours;
	bool looked, others;
};

static enum cli_pam_result outcome(const struct cli_pam_line *line, void *ctx)
{
	struct walk *w = ctx;

	if (cli_pam_is_ours(line)) {
		w->looked = true;
		w->change->nobody_asks |= !w->others && cli_pam_has(line, "use_authtok");
		return w->ours;
	}
	w->others = true;
	w->change->stored_before |= !w->looked && cli_pam_checks_passwords(line);
	w->change->another |= w->looked && cli_pam_asks_for_new(line) && !cli_pam_has(line, "use_authtok");
	return cli_pam_denies(line) ? CLI_PAM_DENIED : CLI_PAM_SUCCESS;
}

void cli_pam_follow_change(const struct cli_pam_stack *s, struct cli_pam_change *change)
{
	struct walk accepted = {change, CLI_PAM_SUCCESS, false, false},
		    refused = {change, CLI_PAM_DENIED, false, false};

	*change = (struct cli_pam_change){0};
	cli_pam_run(s, CLI_PASSWORD, outcome, &accepted);
	change->goes_on = cli_pam_run(s, CLI_PASSWORD, outcome, &refused);
}
