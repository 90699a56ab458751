#include "common/module_args.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include "common/protocol.h"

#define RETRY_DEFAULT 3
#define RETRY_MAX 10

static bool parse_mode(struct rp_module_args *args, const char *value)
{
	static const char *const names[] = {
		[RP_MODE_PROMPT] = "prompt",
		[RP_MODE_COMBINED] = "combined",
		[RP_MODE_AUTO] = "auto",
		[RP_MODE_PASSWORD] = "password",
	};

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(value, names[i])) {
			args->mode = (enum rp_module_mode)i;
			return true;
		}
	}
	return false;
}

static bool parse_socket(struct rp_module_args *args, const char *value)
{
	args->socket = value;
	return value[0] == '/' && strlen(value) < sizeof((struct sockaddr_un *)0)->sun_path;
}

static bool parse_lang(struct rp_module_args *args, const char *value)
{
	args->lang = value;
	return !strcmp(value, "en") || !strcmp(value, "fr");
}

static bool parse_server_user(struct rp_module_args *args, const char *value)
{
	args->server_user = value;
	return value[0];
}

static bool parse_retry(struct rp_module_args *args, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	args->retry = (int)n;
	return value[0] >= '0' && value[0] <= '9' && !*end && n >= 1 && n <= RETRY_MAX;
}

static bool parse_root(struct rp_module_args *args, const char *value)
{
	args->root_warn = !strcmp(value, "warn");
	return args->root_warn || !strcmp(value, "refuse");
}

/* libpam itself looks for it, when it asks for the new password. */
static bool parse_authtok_type(struct rp_module_args *args, const char *value)
{
	(void)args;
	(void)value;
	return true;
}

static bool parse(struct rp_module_args *args, const char *arg)
{
	static const struct {
		const char *name;
		bool (*take)(struct rp_module_args *args, const char *value);
	} valued[] = {
		{"mode=", parse_mode},
		{"socket=", parse_socket},
		{"lang=", parse_lang},
		{"server_user=", parse_server_user},
		{"retry=", parse_retry},
		{"root=", parse_root},
		{"authtok_type=", parse_authtok_type},
	};

	for (unsigned i = 0; i < sizeof valued / sizeof *valued; i++) {
		size_t n = strlen(valued[i].name);

		if (!strncmp(arg, valued[i].name, n))
			return valued[i].take(args, arg + n);
	}
	if (!strcmp(arg, "nodelay"))
		return args->nodelay = true;
	if (!strcmp(arg, "reset"))
		return args->reset = true;
	if (!strcmp(arg, "debug"))
		return args->debug = true;
	return !strcmp(arg, "use_authtok"); /* for libpam too */
}

const char *rp_module_args_parse(struct rp_module_args *args, int argc, const char *const *argv)
{
	*args = (struct rp_module_args){
		.mode = RP_MODE_PROMPT,
		.socket = RP_SOCKET_DEFAULT,
		.server_user = "rempart",
		.retry = RETRY_DEFAULT,
	};
	for (int i = 0; i < argc; i++) {
		if (!parse(args, argv[i]))
			return argv[i];
	}
	return NULL;
}
