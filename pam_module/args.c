#include "pam_module/args.h"

#include <string.h>
#include <sys/un.h>
#include "common/protocol.h"

static bool parse_mode(struct pm_args *args, const char *value)
{
	static const char *const names[] = {
		[PM_MODE_PROMPT] = "prompt",
		[PM_MODE_COMBINED] = "combined",
		[PM_MODE_AUTO] = "auto",
		[PM_MODE_PASSWORD] = "password",
	};

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(value, names[i])) {
			args->mode = (enum pm_mode)i;
			return true;
		}
	}
	return false;
}

static bool parse_socket(struct pm_args *args, const char *value)
{
	args->socket = value;
	return value[0] == '/' && strlen(value) < sizeof((struct sockaddr_un *)0)->sun_path;
}

static bool parse_lang(struct pm_args *args, const char *value)
{
	args->lang = value;
	return !strcmp(value, "en") || !strcmp(value, "fr");
}

static bool parse_server_user(struct pm_args *args, const char *value)
{
	args->server_user = value;
	return value[0];
}

static bool parse(struct pm_args *args, const char *arg)
{
	static const struct {
		const char *name;
		bool (*take)(struct pm_args *args, const char *value);
	} valued[] = {
		{"mode=", parse_mode},
		{"socket=", parse_socket},
		{"lang=", parse_lang},
		{"server_user=", parse_server_user},
	};

	for (unsigned i = 0; i < sizeof valued / sizeof *valued; i++) {
		size_t n = strlen(valued[i].name);

		if (!strncmp(arg, valued[i].name, n))
			return valued[i].take(args, arg + n);
	}
	if (!strcmp(arg, "nodelay"))
		return args->nodelay = true;
	if (!strcmp(arg, "debug"))
		return args->debug = true;
	return false;
}

const char *pm_args_parse(struct pm_args *args, int argc, const char *const *argv)
{
	*args = (struct pm_args){
		.mode = PM_MODE_PROMPT,
		.socket = RP_SOCKET_DEFAULT,
		.server_user = "rempart",
	};
	for (int i = 0; i < argc; i++) {
		if (!parse(args, argv[i]))
			return argv[i];
	}
	return NULL;
}
