/* A QR code as a file: PNG or SVG by the name's ending, mode 0600. */
#ifndef CLI_QRFILE_H
#define CLI_QRFILE_H

#include <stdio.h>
#include "cli/cli.h"

/* Makes the empty file, so that nothing else is done when it cannot be; in place of one that is there only by
 * force. 0, or an exit status after it said why. */
int cli_qr_create(const struct cli *c, const char *path, bool force, FILE **out);
/* Writes qr (as reply.h's t3) and closes f; qr NULL: nothing came of it, and the file is removed. */
int cli_qr_write(const struct cli *c, const uint8_t *qr, const char *path, FILE *f);

#endif
