#include "pam_module/name.h"

#include <stdlib.h>
#include <string.h>
#include <security/pam_modutil.h>
#include "common/protocol.h"

#define KEPT "rempart_name"

struct spelling {
	char typed[RP_USER_MAX + 1], name[RP_USER_MAX + 1];
};

static void forget(pam_handle_t *pamh, void *spelling, int status)
{
	(void)pamh;
	(void)status;
	free(spelling);
}

static void keep(pam_handle_t *pamh, const char *typed, const char *name)
{
	struct spelling *s;

	if (strlen(typed) > RP_USER_MAX || strlen(name) > RP_USER_MAX || !(s = malloc(sizeof *s)))
		return;
	strcpy(s->typed, typed);
	strcpy(s->name, name);
	if (pam_set_data(pamh, KEPT, s, forget) != PAM_SUCCESS)
		free(s);
}

const char *pm_name_look_up(pam_handle_t *pamh, const char *typed)
{
	const struct passwd *pw = pam_modutil_getpwnam(pamh, typed);
	const char *name = pw && pw->pw_name ? pw->pw_name : typed;

	keep(pamh, typed, name);
	return name;
}

/* Modules and applications may change the name between two phases. */
const char *pm_name_kept(pam_handle_t *pamh, const char *typed)
{
	const void *data = NULL;
	const struct spelling *s;

	if (pam_get_data(pamh, KEPT, &data) != PAM_SUCCESS || !data)
		return NULL;
	s = data;
	return strcmp(s->typed, typed) ? NULL : s->name;
}
