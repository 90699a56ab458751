/* rempart corpus build: one pass over a download or a list, and the old file stays until the new one is
 * whole. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "cli/corpus.h"
#include "cli/oddities.h"
#include "cli/progress.h"
#include "cli/words.h"
#include "common/error.h"
#include "corpus/feed.h"

/* Of what was seen most often, the rarest. */
#define TOP_MIN_COUNT 10
/* No count is above this many. */
#define MIN_COUNT_MAX 4000000000UL

struct build {
	struct cli *cli;
	const char *from, *to;
	bool words, strict;
	struct co_build_options options;
	struct co_feed *feed;
	uint64_t taken;
	struct cli_progress progress;
	struct cli_oddities oddities;
};

static int on_digest(const uint8_t digest[CO_DIGEST_LEN], uint64_t count, void *ctx)
{
	struct build *b = ctx;

	b->taken++;
	return co_feed_add(b->feed, digest, count);
}

static int on_odd(const char *file, uint64_t line, enum co_oddity what, bool left_out, void *ctx)
{
	struct build *b = ctx;

	cli_oddities_add(&b->oddities, file, line, what, left_out);
	return b->strict;
}

static int on_tick(uint64_t done, uint64_t all, void *ctx)
{
	struct build *b = ctx;

	b->progress.total = CLI_PROGRESS_UNKNOWN;
	if (done && all)
		b->progress.total =
			(size_t)((double)b->taken * (double)(all < done ? done : all) / (double)done);
	cli_progress_show(&b->progress, (size_t)b->taken);
	return cli_progress_stopped();
}

/* Why nothing was made. */
static int give_up(struct build *b, int err, const char *why)
{
	struct cli *c = b->cli;

	if (b->strict && b->oddities.all)
		return cli_fail(c, CLI_NO, T(c, N_("Stopped at the first oddity. %s is as it was.")), b->to);
	if (cli_progress_stopped())
		return cli_fail(c, CLI_UNAVAILABLE, T(c, N_("Stopped. %s is as it was.")), b->to);
	if (err == RP_EFULL && b->words && !why[0])
		return cli_fail(
			c, CLI_UNAVAILABLE,
			T(c, N_("%s has more than %d lines: sort their digests, and build from those.")),
			b->from, CLI_WORDS_MAX);
	if (err == RP_EINVAL && b->words && !why[0])
		return cli_fail(
			c, CLI_UNAVAILABLE,
			T(c, N_("%s has digests, not passwords: leave --words out. %s is as it was.")),
			b->from, b->to);
	if (err == RP_ENOENT && !why[0])
		return cli_fail(
			c, CLI_UNAVAILABLE,
			T(c, N_("%s has no digest to use (a list of passwords needs --words). %s is as "
				"it was.")),
			b->from, b->to);
	return cli_fail(c, CLI_UNAVAILABLE, "%s", why[0] ? why : rp_strerror(err));
}

static int tell(const struct build *b, const struct co_info *info)
{
	const struct cli *c = b->cli;

	printf(T(c, N_("%s has %llu digests. Taken for leaked without being so: 1 password in %.0f.\n")),
	       b->to, (unsigned long long)info->keys, 1 / info->epsilon);
	if (!b->oddities.left_out)
		return CLI_YES;
	cli_fail(c, CLI_NO, T(c, N_("%llu lines or ranges of %s are left out.")),
		 (unsigned long long)b->oddities.left_out, b->from);
	return cli_fail(
		c, CLI_NO, "%s",
		T(c, N_("Passwords that stood there are not found. With --strict no such file is made.")));
}

static int build(struct build *b)
{
	const struct co_source_calls calls = {on_digest, on_odd, on_tick, b};
	struct co_info info;
	char why[512] = "";
	int err;

	err = co_feed_begin(&b->feed, b->to, &b->options, b->words ? CLI_WORDS_MAX : 0);
	if (err)
		return give_up(b, err, why);
	cli_progress_catch_signals();
	cli_progress_start(&b->progress, T(b->cli, N_("building")), CLI_PROGRESS_UNKNOWN);
	err = (b->words ? cli_words_read : co_source_read)(b->from, &calls, why, sizeof why);
	cli_progress_leave(&b->progress);
	cli_oddities_end(&b->oddities);
	if (err) {
		if (!why[0])
			snprintf(why, sizeof why, "%s", co_feed_why(b->feed));
		co_feed_abort(b->feed);
		return give_up(b, err, why);
	}
	err = co_feed_finish(b->feed, b->oddities.left_out, &info, why, sizeof why);
	return err ? give_up(b, err, err == RP_ENOENT ? "" : why) : tell(b, &info);
}

/* Unix time; SOURCE_DATE_EPOCH makes the same bytes again. */
static int64_t made(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch && epoch[0] ? strtoll(epoch, NULL, 10) : cli_now();
}

static int profile(const char *name)
{
	for (int i = CO_FULL; i <= CO_TOP; i++)
		if (!strcmp(name, cli_corpus_profile((enum co_profile)i)))
			return i;
	return 0;
}

int cli_corpus_build(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{"from", required_argument, NULL, 'f'},	   {"words", no_argument, NULL, 'w'},
		{"profile", required_argument, NULL, 'p'}, {"min-count", required_argument, NULL, 'm'},
		{"strict", no_argument, NULL, 's'},	   {0}};
	struct build b = {.cli = c, .options = {.made = made()}};
	struct stat st;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'f')
			b.from = optarg;
		else if (o == 'w')
			b.words = true;
		else if (o == 's')
			b.strict = true;
		else if (o == 'p' && profile(optarg))
			b.options.profile = (enum co_profile)profile(optarg);
		else if (o != 'm' || !(b.options.min_count = cli_number(optarg, MIN_COUNT_MAX)))
			return cli_usage(CLI_CORPUS_BUILD);
	}
	/* A list of words is never all that has leaked. */
	if (!b.options.profile)
		b.options.profile = b.words ? CO_TOP : CO_FULL;
	if (!b.from || optind + 1 != argc || (b.words && b.options.profile != CO_TOP))
		return cli_usage(CLI_CORPUS_BUILD);
	b.to = argv[optind];
	if (!stat(b.to, &st) && S_ISDIR(st.st_mode))
		return cli_fail(c, CLI_UNAVAILABLE, T(c, N_("%s is a folder: name a file in it.")), b.to);
	b.oddities.cli = c;
	b.oddities.progress = &b.progress;
	if (!b.options.min_count)
		b.options.min_count = b.options.profile == CO_TOP && !b.words ? TOP_MIN_COUNT : 1;
	return build(&b);
}
