/* A directory that, as many do, knows a user by more than one spelling: libnss_rempartalias.so.2. */
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>
#include <strings.h>

enum nss_status _nss_rempartalias_getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t size,
					     int *err);

/* How often it was asked: a test reads it. */
extern unsigned _nss_rempartalias_asked;
unsigned _nss_rempartalias_asked;

enum nss_status _nss_rempartalias_getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t size,
					     int *err)
{
	static const char text[] = "claire";

	_nss_rempartalias_asked++;
	if (strcasecmp(name, text) && strcasecmp(name, "claire@corp"))
		return NSS_STATUS_NOTFOUND;
	if (size < sizeof text + 1) {
		*err = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	memcpy(buf, text, sizeof text);
	buf[sizeof text] = '\0';
	*pw = (struct passwd){.pw_name = buf,
			      .pw_passwd = buf + sizeof text,
			      .pw_uid = 61000,
			      .pw_gid = 61000,
			      .pw_gecos = buf + sizeof text,
			      .pw_dir = buf + sizeof text,
			      .pw_shell = buf + sizeof text};
	return NSS_STATUS_SUCCESS;
}
