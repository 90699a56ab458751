/*
 * What PAM service files do with pam_rempart.so, as far as it is sure from the text alone: lines that let
 * somebody in without a code, and lines that lock everybody out.
 */
#ifndef CLI_PAMFILES_H
#define CLI_PAMFILES_H

#include "cli/report.h"

/* Reads every file of the folder dir that names pam_rempart.so, @include followed. */
void cli_pam_check(struct cli_report *r, const char *dir);

#endif
