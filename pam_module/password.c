#include "pam_module/password.h"

#include <sha1.h>
#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

#define KEPT "rempart_digest"

void pm_digest(const char *password, uint8_t out[RP_DIGEST_LEN])
{
	SHA1_CTX sha1;

	_Static_assert(RP_DIGEST_LEN == SHA1_DIGEST_LENGTH, "the protocol's digest is a SHA-1");
	SHA1Init(&sha1);
	SHA1Update(&sha1, (const uint8_t *)password, strlen(password));
	SHA1Final(out, &sha1);
	rp_wipe(&sha1, sizeof sha1);
}

static void wipe(pam_handle_t *pamh, void *digest, int status)
{
	(void)pamh;
	(void)status;
	rp_wipe(digest, digest ? RP_DIGEST_LEN : 0);
	free(digest);
}

int pm_digest_keep(pam_handle_t *pamh)
{
	const void *password = NULL;
	uint8_t *digest;

	pm_digest_drop(pamh);
	if (pam_get_item(pamh, PAM_AUTHTOK, &password) != PAM_SUCCESS || !password)
		return PAM_SUCCESS;
	digest = malloc(RP_DIGEST_LEN);
	if (!digest)
		return PAM_BUF_ERR;
	pm_digest(password, digest);
	if (pam_set_data(pamh, KEPT, digest, wipe) == PAM_SUCCESS)
		return PAM_SUCCESS;
	wipe(pamh, digest, 0);
	return PAM_BUF_ERR;
}

const uint8_t *pm_digest_kept(pam_handle_t *pamh)
{
	const void *digest = NULL;

	return pam_get_data(pamh, KEPT, &digest) == PAM_SUCCESS ? digest : NULL;
}

void pm_digest_drop(pam_handle_t *pamh)
{
	if (pm_digest_kept(pamh))
		pam_set_data(pamh, KEPT, NULL, NULL);
}
