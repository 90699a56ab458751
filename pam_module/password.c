#include "pam_module/password.h"

#include <sha1.h>
#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

#define KEPT "rempart_digest"

struct kept {
	uint8_t digest[RP_DIGEST_LEN];
	char user[]; /* whose it is: modules and applications may change the name between two phases */
};

void pm_digest(const char *password, uint8_t out[RP_DIGEST_LEN])
{
	SHA1_CTX sha1;

	_Static_assert(RP_DIGEST_LEN == SHA1_DIGEST_LENGTH, "the protocol's digest is a SHA-1");
	SHA1Init(&sha1);
	SHA1Update(&sha1, (const uint8_t *)password, strlen(password));
	SHA1Final(out, &sha1);
	rp_wipe(&sha1, sizeof sha1);
}

static void wipe(pam_handle_t *pamh, void *kept, int status)
{
	struct kept *k = kept;

	(void)pamh;
	(void)status;
	if (k)
		rp_wipe(k->digest, sizeof k->digest);
	free(k);
}

static const char *item(pam_handle_t *pamh, int type)
{
	const void *text = NULL;

	return pam_get_item(pamh, type, &text) == PAM_SUCCESS ? text : NULL;
}

int pm_digest_keep(pam_handle_t *pamh)
{
	const char *password = item(pamh, PAM_AUTHTOK), *user = item(pamh, PAM_USER);
	struct kept *k;

	pm_digest_drop(pamh);
	if (!password || !user)
		return PAM_SUCCESS;
	k = malloc(sizeof *k + strlen(user) + 1);
	if (!k)
		return PAM_BUF_ERR;
	pm_digest(password, k->digest);
	strcpy(k->user, user);
	if (pam_set_data(pamh, KEPT, k, wipe) == PAM_SUCCESS)
		return PAM_SUCCESS;
	wipe(pamh, k, 0);
	return PAM_BUF_ERR;
}

const uint8_t *pm_digest_kept(pam_handle_t *pamh)
{
	const char *user = item(pamh, PAM_USER);
	const void *data = NULL;
	const struct kept *k;

	if (pam_get_data(pamh, KEPT, &data) != PAM_SUCCESS || !data || !user)
		return NULL;
	k = data;
	return strcmp(k->user, user) ? NULL : k->digest;
}

void pm_digest_drop(pam_handle_t *pamh)
{
	const void *data = NULL;

	if (pam_get_data(pamh, KEPT, &data) == PAM_SUCCESS && data)
		pam_set_data(pamh, KEPT, NULL, NULL);
}
