#include "cli/pammodules.h"

#include <string.h>

static bool named(const struct cli_pam_line *line, const char *const *names)
{
	const char *base = strrchr(line->module, '/');

	base = base ? base + 1 : line->module;
	while (*names && strcmp(base, *names))
		names++;
	return *names;
}

bool cli_pam_is_ours(const struct cli_pam_line *line)
{
	static const char *const names[] = {"pam_rempart.so", NULL};

	return line->control && named(line, names);
}

bool cli_pam_checks_passwords(const struct cli_pam_line *line)
{
	static const char *const names[] = {
		"pam_unix.so",	  "pam_sss.so",	    "pam_ldap.so",   "pam_krb5.so",
		"pam_winbind.so", "pam_pwdfile.so", "pam_userdb.so", NULL};

	return named(line, names);
}

bool cli_pam_denies(const struct cli_pam_line *line)
{
	static const char *const names[] = {"pam_deny.so", NULL}, *const counters[] = {"pam_faillock.so",
										       NULL};

	for (int i = 0; i < line->n_args; i++)
		if (!strcmp(line->args[i], "authfail") && named(line, counters))
			return true;
	return named(line, names);
}

bool cli_pam_permits(const struct cli_pam_line *line)
{
	static const char *const names[] = {"pam_permit.so",
					    "pam_env.so",
					    "pam_faildelay.so",
					    "pam_faillock.so",
					    "pam_group.so",
					    "pam_cap.so",
					    "pam_warn.so",
					    "pam_echo.so",
					    "pam_issue.so",
					    "pam_keyinit.so",
					    "pam_mount.so",
					    "pam_selinux.so",
					    "pam_gnome_keyring.so",
					    "pam_umask.so",
					    "pam_ecryptfs.so",
					    "pam_kwallet.so",
					    NULL};

	return named(line, names);
}

bool cli_pam_depends(const struct cli_pam_line *line)
{
	static const char *const names[] = {"pam_rootok.so",
					    "pam_succeed_if.so",
					    "pam_localuser.so",
					    "pam_listfile.so",
					    "pam_wheel.so",
					    "pam_access.so",
					    "pam_time.so",
					    "pam_exec.so",
					    "pam_nologin.so",
					    "pam_securetty.so",
					    "pam_shells.so",
					    "pam_usertype.so",
					    NULL};

	return named(line, names);
}

bool cli_pam_has(const struct cli_pam_line *line, const char *arg)
{
	for (int i = 0; i < line->n_args; i++)
		if (!strcmp(line->args[i], arg))
			return true;
	return false;
}

bool cli_pam_asks_for_new(const struct cli_pam_line *line)
{
	static const char *const names[] = {"pam_pwquality.so", "pam_passwdqc.so", "pam_cracklib.so",
					    "pam_pwhistory.so", NULL};

	return named(line, names) || cli_pam_checks_passwords(line);
}
