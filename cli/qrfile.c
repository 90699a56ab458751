#include "cli/qrfile.h"

#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/qr.h"

#define QUIET 4 /* modules of white around it, as ISO/IEC 18004 asks */
#define SCALE 8 /* pixels a module */

static int write_svg(const uint8_t *qr, FILE *f)
{
	int side = qr[0] + 2 * QUIET;

	fprintf(f,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"shape-rendering=\"crispEdges\">\n"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>\n<path d=\"",
		side, side, side, side);
	for (int y = 0; y < qr[0]; y++)
		for (int x = 0; x < qr[0]; x++)
			if (rp_qr_dark(qr, x, y))
				fprintf(f, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
	fprintf(f, "\"/>\n</svg>\n");
	return ferror(f);
}

static int write_png(const uint8_t *qr, FILE *f)
{
	unsigned side = (unsigned)(qr[0] + 2 * QUIET) * SCALE;
	png_image image = {
		.version = PNG_IMAGE_VERSION, .width = side, .height = side, .format = PNG_FORMAT_GRAY};
	uint8_t *pixels = malloc((size_t)side * side);
	int ok = 0;

	if (!pixels)
		return -1;
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			pixels[y * side + x] =
				rp_qr_dark(qr, (int)(x / SCALE) - QUIET, (int)(y / SCALE) - QUIET) ? 0 : 255;
	ok = png_image_write_to_stdio(&image, f, 0, pixels, 0, NULL);
	free(pixels);
	return ok ? 0 : -1;
}

static bool ends_in(const char *path, const char *ending)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcasecmp(dot, ending);
}

int cli_qr_create(const struct cli *c, const char *path, bool force, FILE **out)
{
	int fd, err;

	if (!ends_in(path, ".png") && !ends_in(path, ".svg"))
		return cli_fail(c, CLI_USAGE, T(c, N_("%s: the name must end in .png or .svg.")), path);
	if (force)
		unlink(path); /* a new file: an old one may be open to others, or be a link */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	*out = fd < 0 ? NULL : fdopen(fd, "w");
	if (*out)
		return 0;
	err = errno;
	if (fd >= 0)
		close(fd);
	if (err == EEXIST)
		return cli_fail(c, CLI_UNAVAILABLE, T(c, N_("%s is there already. --force replaces it.")),
				path);
	return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", path, strerror(err));
}

int cli_qr_write(const struct cli *c, const uint8_t *qr, const char *path, FILE *f)
{
	int err = !qr ? -1 : ends_in(path, ".png") ? write_png(qr, f) : write_svg(qr, f);

	if (!fclose(f) && !err)
		return 0;
	unlink(path);
	return qr ? cli_fail(c, CLI_UNAVAILABLE, T(c, N_("%s could not be written.")), path) : 0;
}
