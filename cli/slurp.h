/* A whole file in memory. */
#ifndef CLI_SLURP_H
#define CLI_SLURP_H

#include "cli/cli.h"

/* Reads path, "-" for standard input, into *text of *len bytes, for the caller to wipe and free. 0, or
 * CLI_UNAVAILABLE after it said why. */
int cli_slurp(struct cli *c, const char *path, char **text, size_t *len);

#endif
