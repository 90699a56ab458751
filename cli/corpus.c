/* rempart corpus: makes the files of leaked passwords that rempartd looks into, and looks into them itself.
 */
#include "cli/corpus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/progress.h"
#include "common/error.h"
#include "common/secret.h"

#define INFO "corpus info FILE [--json]"
#define VERIFY "corpus verify FILE"
#define CHECK "corpus check [FILE]"

const char *cli_corpus_profile(enum co_profile profile)
{
	static const char *const names[] = {[CO_FULL] = "full", [CO_SMALL] = "small", [CO_TOP] = "top"};

	return (size_t)profile < sizeof names / sizeof *names && names[profile] ? names[profile] : "?";
}

/* Opens it, or says why not. damaged: the exit status where the file is no corpus, or not a whole one. */
static int open_corpus(struct cli *c, const char *path, int damaged, struct co_corpus **out)
{
	char why[512];
	int err = co_open(out, path, why, sizeof why);

	if (!err)
		return 0;
	return cli_fail(c, err == RP_ECORRUPT ? damaged : CLI_UNAVAILABLE, "%s", why);
}

static void info_json(const struct co_info *i)
{
	char when[32];

	printf("{\"profile\":\"%s\",\"digests\":%llu,\"pages\":%llu,\"min_count\":%llu,\"left_out\":%llu,"
	       "\"made\":\"%"
	       "s\",\"epsilon\":%.3g}\n",
	       cli_corpus_profile(i->profile), (unsigned long long)i->keys, 1ULL << i->bits,
	       (unsigned long long)i->min_count, (unsigned long long)i->left_out, cli_time(i->made, when),
	       i->epsilon);
}

static void info_text(const struct cli *c, const struct co_info *i)
{
	unsigned long long pages = 1ULL << i->bits;
	char when[32];

	printf(T(c, N_("profile: %s\n")), cli_corpus_profile(i->profile));
	printf(T(c, N_("digests: %llu\n")), (unsigned long long)i->keys);
	printf(T(c, N_("each seen, at least: %llu\n")), (unsigned long long)i->min_count);
	printf(T(c, N_("pages: %llu, %.1f MB\n")), pages, (double)(pages + 1) * CO_PAGE_LEN / 1e6);
	printf(T(c, N_("lines or ranges left out: %llu\n")), (unsigned long long)i->left_out);
	printf(T(c, N_("made: %s\n")), cli_time(i->made, when));
	printf(T(c, N_("taken for leaked without being so: 1 password in %.0f\n")), 1 / i->epsilon);
}

static int info(struct cli *c, int argc, char **argv)
{
	bool json = argc == 3 && !strcmp(argv[2], "--json");
	struct co_corpus *corpus;
	int status;

	if (argc != 2 + json || argv[1][0] == '-')
		return cli_usage(INFO);
	status = open_corpus(c, argv[1], CLI_UNAVAILABLE, &corpus);
	if (status)
		return status;
	if (json)
		info_json(co_info(corpus));
	else
		info_text(c, co_info(corpus));
	co_close(corpus);
	return CLI_YES;
}

static int on_tick(uint64_t done, uint64_t all, void *ctx)
{
	struct cli_progress *p = ctx;

	p->total = (size_t)all;
	cli_progress_show(p, (size_t)done);
	return cli_progress_stopped();
}

static int verify(struct cli *c, int argc, char **argv)
{
	struct co_corpus *corpus;
	struct cli_progress p;
	uint64_t page = 0;
	int err, status;

	if (!cli_operands(argc, argv, 1))
		return cli_usage(VERIFY);
	status = open_corpus(c, argv[1], CLI_NO, &corpus);
	if (status)
		return status;
	cli_progress_catch_signals();
	cli_progress_start(&p, T(c, N_("reading")), CLI_PROGRESS_UNKNOWN);
	err = co_verify(corpus, on_tick, &p, &page);
	cli_progress_leave(&p);
	co_close(corpus);
	if (err == RP_ECORRUPT)
		return cli_fail(c, CLI_NO, T(c, N_("%s is damaged: page %llu. Build it again.")), argv[1],
				(unsigned long long)page);
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", argv[1],
				err > 0 ? T(c, N_("stopped")) : rp_strerror(err));
	printf(T(c, N_("%s is whole.\n")), argv[1]);
	return CLI_YES;
}

static int look_up(struct cli *c, struct co_corpus *corpus, const char *path)
{
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t prevalence = 0;
	int status = cli_ask_password(c, digest), err;

	if (status)
		return status;
	err = co_lookup(corpus, digest, &prevalence);
	rp_wipe(digest, sizeof digest);
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", path, rp_strerror(err));
	if (!prevalence) {
		puts(T(c, N_("The password is not in the corpus.")));
		return CLI_YES;
	}
	printf(T(c, N_("The password is in the corpus. It was seen, at least: %llu\n")),
	       (unsigned long long)prevalence);
	return CLI_NO;
}

static int check(struct cli *c, int argc, char **argv)
{
	struct co_corpus *corpus;
	const char *path = argv[1];
	int status;

	if (argc == 1) {
		status = cli_configure(c);
		if (status)
			return status;
		path = c->config.corpus;
	} else if (!cli_operands(argc, argv, 1)) {
		cli_usage(CHECK);
		return cli_password_elsewhere(c, CLI_USAGE);
	} else if (access(path, F_OK) && errno == ENOENT) {
		/* It may be a password: it is not repeated. */
		cli_fail(c, CLI_UNAVAILABLE, "%s",
			 T(c, N_("What follows check is the file of a corpus, and there is no such file.")));
		return cli_password_elsewhere(c, CLI_UNAVAILABLE);
	}
	if (!path[0])
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("No corpus is configured.")));
	status = open_corpus(c, path, CLI_UNAVAILABLE, &corpus);
	if (status)
		return status;
	status = look_up(c, corpus, path);
	co_close(corpus);
	return status;
}

int cli_corpus(struct cli *c, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(struct cli *c, int argc, char **argv);
	} commands[] = {{"build", cli_corpus_build}, {"info", info}, {"verify", verify}, {"check", check}};

	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(c, argc - 1, argv + 1);
	cli_usage(CLI_CORPUS_BUILD);
	cli_usage(INFO);
	cli_usage(VERIFY);
	return cli_usage(CHECK);
}
