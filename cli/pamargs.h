/* The arguments of pam_rempart.so, for those who read a service file without loading the module. */
#ifndef CLI_PAMARGS_H
#define CLI_PAMARGS_H

#include <stdbool.h>

/* Whether the module takes it; otherwise it refuses everybody. */
bool cli_pam_takes(const char *arg);

#endif
