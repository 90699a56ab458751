/* What is known of the modules that service files name. */
#ifndef CLI_PAMMODULES_H
#define CLI_PAMMODULES_H

#include "cli/pamstack.h"

bool cli_pam_is_ours(const struct cli_pam_line *line);
/* Checks a password in auth, and stores a new one in password. */
bool cli_pam_checks_passwords(const struct cli_pam_line *line);
/* Asks for a new password where none is handed on, or it is not to its liking: unless it has use_authtok. */
bool cli_pam_asks_for_new(const struct cli_pam_line *line);
/* Refuses everybody. */
bool cli_pam_denies(const struct cli_pam_line *line);
/* Lets everybody through, whatever they know. */
bool cli_pam_permits(const struct cli_pam_line *line);
/* Depends on who logs in, from where or when: an administrator's own exception. */
bool cli_pam_depends(const struct cli_pam_line *line);

bool cli_pam_has(const struct cli_pam_line *line, const char *arg);

#endif
