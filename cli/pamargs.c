#include "cli/pamargs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define RETRY_MAX 10

static bool is_retry(const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	return value[0] >= '0' && value[0] <= '9' && !*end && n >= 1 && n <= RETRY_MAX;
}

static bool is_socket(const char *value)
{
	return value[0] == '/' && strlen(value) < sizeof((struct sockaddr_un *)0)->sun_path;
}

static bool is_name(const char *value)
{
	return value[0];
}

static bool is_text(const char *value)
{
	(void)value;
	return true;
}

bool cli_pam_takes(const char *arg)
{
	static const char *const whole[] = {
		"nodelay", "debug",   "mode=prompt", "mode=combined", "mode=auto",   "mode=password",
		"lang=en", "lang=fr", "use_authtok", "root=warn",     "root=refuse",
	};
	static const struct {
		const char *name;
		bool (*fits)(const char *value);
	} valued[] = {
		{"socket=", is_socket},
		{"server_user=", is_name},
		{"retry=", is_retry},
		{"authtok_type=", is_text},
	};

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (!strcmp(arg, whole[i]))
			return true;
	for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
		if (!strncmp(arg, valued[i].name, strlen(valued[i].name)))
			return valued[i].fits(arg + strlen(valued[i].name));
	return false;
}
