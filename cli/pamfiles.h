/*
 * What PAM service files do with pam_rempart.so, as far as it is sure from the text alone: lines that let
 * somebody in without a code, and lines that lock everybody out.
 */
#ifndef CLI_PAMFILES_H
#define CLI_PAMFILES_H

#include "cli/report.h"

/* Looks at every service of the folder dir that names pam_rempart.so, in its own file or in what that
 * includes. module: the file that libpam takes where the module is named without its folder. */
void cli_pam_check(struct cli_report *r, const char *dir, const char *module);

#endif
