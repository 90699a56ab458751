/* common/qr.h: what is drawn, read back cell by cell from the text. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/qr.h"
#include "engine/enrol.h"

#define QUIET 2

/* Whether module (x, y), counted from the corner of the quiet zone, is light in a drawing of n columns.
 * A cell is one blank or one of three blocks of three bytes. */
static bool light(const char *drawn, int n, int x, int y)
{
	for (int line = 0; line < y / 2; line++)
		drawn = strchr(drawn, '\n') + 1;
	for (int column = 0; column < n; column++) {
		bool upper = !strncmp(drawn, "\xe2\x96\x80", 3), lower = !strncmp(drawn, "\xe2\x96\x84", 3),
		     both = !strncmp(drawn, "\xe2\x96\x88", 3);

		assert_true(*drawn == ' ' || upper || lower || both);
		if (column == x)
			return both || (y % 2 ? lower : upper);
		drawn += *drawn == ' ' ? 1 : 3;
	}
	fail();
	return false;
}

static void assert_drawn(const uint8_t *qr, size_t len)
{
	static char out[RP_QR_TEXT_MAX];
	int side = qr[0], n = side + 2 * QUIET, lines = 0;
	int got = rp_qr_text(qr, len, out, sizeof out);

	assert_true(got > 0);
	assert_int_equal(got, strlen(out));
	assert_int_equal(out[got - 1], '\n');
	for (const char *c = out; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, (n + 1) / 2);
	for (int y = 0; y < n; y++)
		for (int x = 0; x < n; x++)
			assert_int_equal(light(out, n, x, y), !rp_qr_dark(qr, x - QUIET, y - QUIET));
}

static void modules_of_a_code(void **state)
{
	static const uint8_t qr[] = {3, 0xa5, 0x00}; /* 101 001 010 */
	static const char dark[3][3] = {{1, 0, 1}, {0, 0, 1}, {0, 1, 0}};
	(void)state;

	for (int y = -1; y <= 3; y++)
		for (int x = -1; x <= 3; x++)
			assert_int_equal(rp_qr_dark(qr, x, y),
					 x >= 0 && y >= 0 && x < 3 && y < 3 ? dark[y][x] : 0);
	assert_drawn(qr, sizeof qr);
}

static void a_real_code(void **state)
{
	uint8_t qr[2048];
	int len = en_enrol_qr("otpauth://totp/Rempart:martin?secret=GEZDGNBVGY3TQOJQ", qr, sizeof qr);
	(void)state;

	assert_true(len > 0);
	assert_true(rp_qr_dark(qr, 0, 0)); /* the corner of a finder */
	assert_drawn(qr, (size_t)len);
}

/* All light is the longest text; even sides have no half line, odd ones do. */
static void the_largest_and_the_smallest(void **state)
{
	uint8_t qr[1 + (RP_QR_SIDE_MAX * RP_QR_SIDE_MAX + 7) / 8] = {RP_QR_SIDE_MAX};
	(void)state;

	assert_drawn(qr, sizeof qr);
	memset(qr + 1, 0x55, sizeof qr - 1);
	assert_drawn(qr, sizeof qr);
	assert_drawn((const uint8_t[]){1, 0x80}, 2);
	assert_drawn((const uint8_t[]){2, 0x60}, 2);
}

static void malformed_codes(void **state)
{
	static uint8_t qr[1 + 256 * 256 / 8];
	char out[RP_QR_TEXT_MAX];
	(void)state;

	assert_int_equal(rp_qr_text(qr, 0, out, sizeof out), RP_EINVAL);
	assert_int_equal(rp_qr_text(qr, 1, out, sizeof out), RP_EINVAL); /* a side of 0 */
	for (int side = RP_QR_SIDE_MAX + 1; side < 256; side++) {
		qr[0] = (uint8_t)side;
		assert_int_equal(rp_qr_text(qr, 1 + ((size_t)side * (size_t)side + 7) / 8, out, sizeof out),
				 RP_EINVAL);
	}
	qr[0] = 21;
	assert_int_equal(rp_qr_text(qr, 1 + 56 - 1, out, sizeof out), RP_EINVAL);
	assert_int_equal(rp_qr_text(qr, 1 + 56 + 1, out, sizeof out), RP_EINVAL);
	assert_true(rp_qr_text(qr, 1 + 56, out, sizeof out) > 0);
}

static void too_little_room(void **state)
{
	static const uint8_t qr[] = {3, 0xa5, 0x00};
	char out[256];
	int n = rp_qr_text(qr, sizeof qr, out, sizeof out);
	(void)state;

	assert_true(n > 0);
	for (size_t size = 0; size <= (size_t)n; size++) {
		memset(out, 'e', sizeof out);
		assert_int_equal(rp_qr_text(qr, sizeof qr, out, size), RP_EINVAL);
		assert_int_equal(out[size], 'e');
	}
	assert_int_equal(rp_qr_text(qr, sizeof qr, out, sizeof out), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_of_a_code),
		cmocka_unit_test(a_real_code),
		cmocka_unit_test(the_largest_and_the_smallest),
		cmocka_unit_test(malformed_codes),
		cmocka_unit_test(too_little_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
