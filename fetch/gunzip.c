#include "fetch/gunzip.h"

#include <stdlib.h>
#include <zlib.h>
#include "common/error.h"

/* The largest window, and gzip's header and trailer. */
#define WINDOW (15 + 16)

int fe_gunzip(const char *in, size_t len, size_t max, char **out, size_t *out_len)
{
	z_stream z = {.next_in = (Bytef *)in, .avail_in = (uInt)len};
	int err = RP_ENOMEM, got;

	*out_len = 0;
	*out = malloc(max + 1);
	if (!*out || inflateInit2(&z, WINDOW) != Z_OK)
		goto fail;
	z.next_out = (Bytef *)*out;
	z.avail_out = (uInt)max + 1; /* one too many shows */
	got = inflate(&z, Z_FINISH);
	*out_len = z.total_out;
	err = *out_len > max ? RP_EFULL : got == Z_STREAM_END && !z.avail_in ? 0 : RP_EINVAL;
	inflateEnd(&z);
	if (!err)
		return 0;
fail:
	free(*out);
	*out = NULL;
	return err;
}
