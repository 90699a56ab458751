/*
 * TOTP (RFC 6238) through liboath's callback validator: the token's own digits, period and algorithm, a
 * comparison of ours in constant time, and the counter of the step that matched.
 */
#ifndef ENGINE_TOTP_H
#define ENGINE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum en_algorithm { EN_SHA1 = 1, EN_SHA256 = 2, EN_SHA512 = 3 };

/* RFC 4226, section 4, R6: at least 128 bits, 160 recommended; ours to make are 160 to 512 by algorithm,
 * ours to take (import) 80 (what apps were given for years) to 512. */
#define EN_SECRET_MIN 10
#define EN_SECRET_MAX 64

/* Steps beyond the window in which a code is still recognised, to say "old" or "future". */
#define EN_TOTP_FAR 10

struct en_totp {
	const uint8_t *secret;
	size_t secret_len;
	uint8_t algorithm, digits;
	uint16_t period;
};

enum en_totp_match {
	EN_TOTP_NONE, /* not this token's code, now or lately or soon */
	EN_TOTP_GOOD, /* within the window and later than last: *counter is its time step */
	EN_TOTP_USED, /* within the window, but not later than last */
	EN_TOTP_BEFORE,
	EN_TOTP_AFTER,
	EN_TOTP_ERROR, /* liboath refused: parameters out of bounds */
};

/* Judges code at time now. window: steps on either side. last: the last accepted time step. */
enum en_totp_match en_totp_check(const struct en_totp *t, int64_t now, unsigned window, uint64_t last,
				 const char *code, uint64_t *counter);

/* Length of the secret that enrolment makes for an algorithm: as long as its hash (RFC 6238, 5.1). 0: none.
 */
size_t en_totp_secret_len(unsigned algorithm);
/* "SHA1", "SHA256", "SHA512", as in otpauth URIs; NULL when unknown. And back: 0 when unknown. */
const char *en_totp_algorithm_name(unsigned algorithm);
unsigned en_totp_algorithm_from(const char *name);

/* otpauth://totp/ISSUER:USER?secret=…&issuer=… : parameters that are at their default are left out, as apps
 * expect. Returns the length or RP_EINVAL when out is too small. Wipe out after use. */
int en_totp_uri(const struct en_totp *t, const char *issuer, const char *user, char *out, size_t size);

#endif
