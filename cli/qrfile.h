/* A QR code as a file: PNG or SVG by the name's ending, mode 0600, never over one that is there. */
#ifndef CLI_QRFILE_H
#define CLI_QRFILE_H

#include "cli/cli.h"

/* qr: as in reply.h's t3. Returns 0 or an exit status after it said why. */
int cli_qr_write(const struct cli *c, const uint8_t *qr, const char *path);

#endif
