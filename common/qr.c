#include "common/qr.h"

#include <string.h>
#include "common/error.h"

#define QUIET 2

int rp_qr_dark(const uint8_t *qr, int x, int y)
{
	int side = qr[0], bit = y * side + x;

	return x >= 0 && y >= 0 && x < side && y < side && (qr[1 + bit / 8] >> (7 - bit % 8) & 1);
}

int rp_qr_text(const uint8_t *qr, size_t qr_len, char *out, size_t size)
{
	/* Index: top light << 1 | bottom light. */
	static const char *const cell[4] = {" ", "\u2584", "\u2580", "\u2588"};
	int side = qr_len ? qr[0] : 0;
	size_t at = 0;

	if (!side || side > RP_QR_SIDE_MAX || qr_len != 1 + ((size_t)side * side + 7) / 8)
		return RP_EINVAL;
	for (int y = -QUIET; y < side + QUIET; y += 2) {
		for (int x = -QUIET; x < side + QUIET; x++) {
			int bottom = y + 1 < side + QUIET && !rp_qr_dark(qr, x, y + 1);
			const char *c = cell[!rp_qr_dark(qr, x, y) << 1 | bottom];

			if (size - at < strlen(c) + 2)
				return RP_EINVAL;
			memcpy(out + at, c, strlen(c));
			at += strlen(c);
		}
		out[at++] = '\n';
	}
	out[at] = '\0';
	return (int)at;
}
