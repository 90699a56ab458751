#include "fetch/apikey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/config.h"
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"

#define CREDENTIAL "credential:"

/* Where it is; NULL: that cannot be said. */
static const char *locate(const char *path, char *out, size_t size)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	if (strncmp(path, CREDENTIAL, strlen(CREDENTIAL)) != 0)
		return path;
	if (!dir || snprintf(out, size, "%s/%s", dir, path + strlen(CREDENTIAL)) >= (int)size)
		return NULL;
	return out;
}

/* systemd gives a credential to its service by an access list, which shows as a group's right to read. */
static const char *objection(int fd, bool credential)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return "it is not a file";
	if (st.st_uid && st.st_uid != geteuid())
		return "it must belong to root or to rempart-fetch's user";
	if (st.st_mode & 027 || (st.st_mode & 040 && !credential && st.st_gid != getegid()))
		return "others can read or write it; mode 0600, or 0640 with rempart-fetch's group, is "
		       "needed";
	return NULL;
}

static const char *read_key(int fd, char out[FE_APIKEY_LEN + 1])
{
	char text[FE_APIKEY_LEN + 4] = ""; /* CRLF, one too many, NUL */
	ssize_t n = read(fd, text, sizeof text - 1);
	bool fine = n >= FE_APIKEY_LEN && strspn(text, "0123456789ABCDEFabcdef") == FE_APIKEY_LEN;

	for (ssize_t i = FE_APIKEY_LEN; i < n; i++)
		fine &= text[i] == '\r' || text[i] == '\n';
	if (fine && n <= FE_APIKEY_LEN + 2)
		memcpy(out, text, FE_APIKEY_LEN);
	rp_wipe(text, sizeof text);
	return out[0] ? NULL : "32 hexadecimal digits and nothing else are needed in it";
}

int fe_apikey_read(const char *path, char out[FE_APIKEY_LEN + 1], char *why, size_t size)
{
	char buf[RP_PATH_MAX];
	const char *real = locate(path, buf, sizeof buf), *wrong;
	int fd;

	memset(out, 0, FE_APIKEY_LEN + 1);
	if (!strcmp(path, "none"))
		return 0;
	if (!real) {
		snprintf(why, size, "%s: there is no $CREDENTIALS_DIRECTORY: not a systemd service", path);
		return RP_EKEY;
	}
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	wrong = fd < 0 ? strerror(errno) : objection(fd, real != path);
	if (!wrong)
		wrong = read_key(fd, out);
	if (fd >= 0)
		close(fd);
	if (!wrong)
		return 0;
	snprintf(why, size, "%s: %s", path, wrong);
	return RP_EKEY;
}

enum rp_range_status fe_apikey_judge(enum rp_range_status *said, enum rp_range_status status, uint64_t code)
{
	if (status == RP_RANGE_OK)
		*said = RP_RANGE_NONE;
	if (status != RP_RANGE_HTTP || (code != 401 && code != 403))
		return status;
	status = code == 401 ? RP_RANGE_KEY : RP_RANGE_PLAN;
	if (*said != status)
		rp_log(LOG_ERR, "%s",
		       code == 401
			       ? "the e-mail server refuses the API key (401)"
			       : "the e-mail server says that the API key's plan does not have this (403)");
	*said = status;
	return status;
}
