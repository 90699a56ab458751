/* The conversation with the person: one message a call, prompts without echo, every answer wiped. */
#ifndef PAM_MODULE_ASK_H
#define PAM_MODULE_ASK_H

#include <security/pam_modules.h>

/*
 * Prompts. On PAM_SUCCESS *answer is set, to "" when the caller gave none: rp_free_text it. Otherwise
 * PAM_CONV_ERR or PAM_BUF_ERR, and *answer is NULL.
 */
int pm_ask(pam_handle_t *pamh, const char *prompt, char **answer);

/* Shows text. PAM_SUCCESS only when the caller took it; with PAM_SILENT in flags nothing is shown. */
int pm_tell(pam_handle_t *pamh, int flags, const char *text);

#endif
