#include "pam_module/ask.h"

#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

/* pam_prompt() would do, but it logs an error for each message that a caller cannot show, at every login. */
static int converse(pam_handle_t *pamh, int style, const char *text, char **answer)
{
	const struct pam_message msg = {style, text};
	const struct pam_message *msgs = &msg;
	const struct pam_conv *conv = NULL;
	struct pam_response *resp = NULL;
	const void *item = NULL;

	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || !(conv = item) || !conv->conv)
		return PAM_CONV_ERR;
	/* After an error resp is not ours to free. */
	if (conv->conv(1, &msgs, &resp, conv->appdata_ptr) != PAM_SUCCESS)
		return PAM_CONV_ERR;
	if (answer && resp) {
		*answer = resp->resp;
		resp->resp = NULL;
	}
	if (resp)
		rp_free_text(resp->resp);
	free(resp);
	return PAM_SUCCESS;
}

int pm_ask(pam_handle_t *pamh, const char *prompt, char **answer)
{
	int err;

	*answer = NULL;
	err = converse(pamh, PAM_PROMPT_ECHO_OFF, prompt, answer);
	if (err == PAM_SUCCESS && !*answer && !(*answer = strdup("")))
		err = PAM_BUF_ERR;
	return err;
}

int pm_tell(pam_handle_t *pamh, int flags, const char *text)
{
	return flags & PAM_SILENT ? PAM_CONV_ERR : converse(pamh, PAM_TEXT_INFO, text, NULL);
}
