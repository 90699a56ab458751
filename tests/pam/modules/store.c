/* A module for the password stack that asks as pam_unix and pam_pwquality do, and where its argument
 * file=PATH says so stores what it got. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>

static int store(const char *path, const char *password)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(password);
	int ret = fd >= 0 && write(fd, password, len) == (ssize_t)len ? PAM_SUCCESS : PAM_AUTHTOK_ERR;

	close(fd);
	return ret;
}

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *password = NULL;
	int ret;

	if (flags & PAM_PRELIM_CHECK)
		return PAM_SUCCESS;
	ret = pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL);
	for (int i = 0; i < argc && ret == PAM_SUCCESS; i++)
		if (!strncmp(argv[i], "file=", 5))
			ret = store(argv[i] + 5, password);
	return ret;
}
