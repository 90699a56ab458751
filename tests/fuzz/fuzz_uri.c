/* en_totp_uri with whatever issuer and user: only characters of a URI come out, the two are found in it
 * again, and its QR code is drawn. Input: algorithm, digits, period, then issuer, NUL, user. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "common/qr.h"
#include "common/reply.h"
#include "engine/enrol.h"

#define OF_A_URI "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/:?=&"

/* Undoes the percent signs of what stands at *at up to one of stops, and moves on behind it. */
static void must_say(const char **at, const char *stops, const char *want)
{
	size_t n = strcspn(*at, stops);
	const char *end = *at + n;

	for (const char *p = *at; p < end; want++) {
		unsigned c = (unsigned char)*p;

		if (c == '%') {
			MUST(sscanf(p, "%%%2X", &c) == 1);
			p += 2;
		}
		p++;
		MUST((unsigned char)*want == c);
	}
	MUST(!*want);
	*at = end + 1;
}

static void draw(const char *uri)
{
	static char out[RP_QR_TEXT_MAX];
	uint8_t qr[RP_T3_MAX];
	int n = en_enrol_qr(uri, qr, sizeof qr);

	MUST(n == RP_EINVAL || rp_qr_text(qr, (size_t)n, out, sizeof out) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[20] = "12345678901234567890";
	const struct en_totp t = {secret, sizeof secret, size ? data[0] % 4 : 1, size > 1 ? data[1] : 6,
				  size > 2 ? data[2] : 30};
	size_t len = size > 3 ? size - 3 : 0;
	char *issuer = fuzz_text(data + size - len, len), uri[RP_T2_MAX + 1];
	const char *user = strlen(issuer) < len ? issuer + strlen(issuer) + 1 : "", *at = uri + 15;
	int n;

	memset(uri, 'E', sizeof uri);
	n = en_totp_uri(&t, issuer, user, uri, sizeof uri);
	if (n >= 0) {
		MUST(strlen(uri) == (size_t)n && !strncmp(uri, "otpauth://totp/", 15));
		MUST(strspn(uri, OF_A_URI) == (size_t)n);
		must_say(&at, ":?", issuer);
		must_say(&at, "?", user);
		draw(uri);
	} else {
		MUST(n == RP_EINVAL);
	}
	free(issuer);
	return 0;
}
