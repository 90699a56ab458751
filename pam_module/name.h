/*
 * One spelling a name.
 *
 * A directory may know one user by several spellings (Claire, claire@corp), and accounts are kept under the
 * one it answers with: under another he would be somebody without a token. Looking that up costs more than
 * all the rest of a login, so it is done for names that have no account as they were typed, once for all the
 * phases of a handle.
 */
#ifndef PAM_MODULE_NAME_H
#define PAM_MODULE_NAME_H

#include <security/pam_modules.h>

/* How the directory spells typed: looked up, and kept with the handle. typed itself where it has no such
 * user. */
const char *pm_name_look_up(pam_handle_t *pamh, const char *typed);
/* The same if it was looked up with this handle already, else NULL. */
const char *pm_name_kept(pam_handle_t *pamh, const char *typed);

#endif
