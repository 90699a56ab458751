/* fe_body_passwords with whatever a server sends: refused whole, or rows that read the same when they are
 * written out again, one for each line that has one. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "common/range.h"
#include "fetch/body.h"

#define LINE_MAX_LEN 64

static size_t write_row(const uint8_t *row, char out[LINE_MAX_LEN])
{
	const uint8_t *c = row + RP_RANGE_ROW_LEN - 4;
	size_t at = 0;

	MUST(row[0] < 16);
	at += (size_t)snprintf(out, LINE_MAX_LEN, "%x", row[0]);
	for (size_t i = 1; i < RP_RANGE_ROW_LEN - 4; i++)
		at += (size_t)snprintf(out + at, LINE_MAX_LEN - at, "%02X", row[i]);
	at += (size_t)snprintf(out + at, LINE_MAX_LEN - at, ":%lu\n",
			       (unsigned long)c[0] << 24 | (unsigned long)c[1] << 16 |
				       (unsigned long)c[2] << 8 | c[3]);
	return at;
}

static void read_again(const uint8_t *rows, size_t n)
{
	static uint8_t again[RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN];
	static char text[RP_RANGE_ROWS_MAX * LINE_MAX_LEN];
	size_t len = 0, m;

	for (size_t i = 0; i < n; i++)
		len += write_row(rows + i * RP_RANGE_ROW_LEN, text + len);
	MUST(fe_body_passwords(text, len, again, &m) == (n ? 0 : RP_EINVAL));
	MUST(m == n && !memcmp(rows, again, n * RP_RANGE_ROW_LEN));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t rows[RP_RANGE_ROWS_MAX * RP_RANGE_ROW_LEN];
	char *text = malloc(size);
	size_t n, lines = 1;
	int err;

	MUST(text || !size);
	if (size)
		memcpy(text, data, size);
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	err = fe_body_passwords(text, size, rows, &n);
	MUST(err == 0 || err == RP_EINVAL || err == RP_EFULL);
	if (!err) {
		MUST(n <= lines && n <= RP_RANGE_ROWS_MAX && size >= 37);
		read_again(rows, n);
	}
	free(text);
	return 0;
}
