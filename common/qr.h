/* A QR code as bits, drawn with half blocks on a terminal: two rows a line. */
#ifndef COMMON_QR_H
#define COMMON_QR_H

#include <stddef.h>
#include <stdint.h>

#define RP_QR_SIDE_MAX 125 /* what fits into RP_T3_MAX */
#define RP_QR_TEXT_MAX ((RP_QR_SIDE_MAX + 4) * 3 * (RP_QR_SIDE_MAX + 5) / 2 + 128)

/* Whether module (x, y) of a code in the form of reply.h's t3 is dark. */
int rp_qr_dark(const uint8_t *qr, int x, int y);

/* Draws into out, with a quiet zone of two modules, UTF-8, lines ended by \n. Dark modules are drawn as
 * spaces and light ones as blocks: right on a terminal with a dark background, and readers accept the
 * other. Returns the length, or RP_EINVAL if qr is malformed or out too small. */
int rp_qr_text(const uint8_t *qr, size_t qr_len, char *out, size_t size);

#endif
