/*
 * The offline corpus on synthetic digests: how fast it is built, what a lookup takes and reads, whether it
 * answers as precisely as it says; beside it, in the same run, what else could answer.
 *
 * Ends with 0 when it could measure, also when a goal is missed: what a machine can do is no assertion.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "bench/corpus_file.h"
#include "bench/corpus_peers.h"
#include "bench/folder.h"
#include "bench/report.h"

#define BYTES_A_DIGEST 80 /* of the disk, all files at once */

struct plan {
	const char *build;
	uint64_t digests;
	unsigned lookups;
};

/* The last two are as full as a corpus of the 2.07e9 digests of 2026 would be. */
static struct bn_corpus corpora[] = {
	{.name = "full", .profile = CO_FULL},
	{.name = "small", .profile = CO_SMALL},
	{.name = "full, as of 2.07e9", .profile = CO_FULL},
	{.name = "small, as of 2.07e9", .profile = CO_SMALL},
};
#define CORPORA (sizeof corpora / sizeof *corpora)
#define KEYS_FULL 987
#define KEYS_SMALL 1974

struct text {
	uint64_t keys;
	struct bn_usage build; /* by rempart, from the text */
};

static void set_sizes(const struct plan *p)
{
	unsigned bits = 0;

	while ((uint64_t)KEYS_FULL << (bits + 1) <= p->digests)
		bits++;
	corpora[0].asked = corpora[1].asked = p->digests;
	corpora[2].asked = (uint64_t)KEYS_FULL << bits;
	corpora[2].bits = bits;
	corpora[3].asked = (uint64_t)KEYS_SMALL << (bits - 1);
	corpora[3].bits = bits - 1;
}

static double promised(const struct bn_corpus *c)
{
	return c->info.epsilon * c->lookups;
}

static void print_corpus(const struct bn_corpus *c)
{
	printf("%-22s %10llu %5llu %6.1f %6.1f %6.1f %5.1f %6.1f %6.2f %6.2f %6.1f %9.2f %6u\n", c->name,
	       (unsigned long long)c->info.keys, (unsigned long long)(c->info.keys >> c->info.bits),
	       c->seconds, (double)c->info.keys / c->seconds / 1e6, (double)c->info.keys / c->cpu / 1e6,
	       (double)c->size * 8 / (double)c->info.keys, log2(c->info.epsilon), c->stranger * 1e6,
	       c->member * 1e6, c->cold * 1e6, promised(c), c->strangers_found);
	fflush(stdout);
}

static int measure_corpora(const struct plan *p, const char *folder)
{
	char path[BN_PATH + 16];

	printf("%-22s %10s %5s %6s %13s %5s %6s %20s %16s\n", "", "", "a", "build", "million/s", "bits", "",
	       "lookup, microsec.", "strangers found");
	printf("%-22s %10s %5s %6s %6s %6s %5s %6s %6s %6s %6s %9s %6s\n", "corpus", "digests", "page", "s",
	       "wall", "CPU", "/key", "ε 2^", "not in", "in", "cold", "promised", "found");
	snprintf(path, sizeof path, "%s/corpus", folder);
	for (unsigned i = 0; i < CORPORA; i++) {
		if (bn_corpus_measure(&corpora[i], path, p->lookups))
			return -1;
		print_corpus(&corpora[i]);
		unlink(path);
	}
	return 0;
}

static int build_from_text(const struct plan *p, const char *folder, const char *text, struct text *t)
{
	char program[BN_PATH + 16], config[BN_PATH + 16], out[BN_PATH + 16], log[BN_PATH + 16];
	const char *const argv[] = {program,  "--config", config, "corpus", "build",
				    "--from", text,	  out,	  NULL};
	FILE *f = bn_create("%s/rempart.conf", folder);

	snprintf(program, sizeof program, "%s/rempart", p->build);
	snprintf(config, sizeof config, "%s/rempart.conf", folder);
	snprintf(out, sizeof out, "%s/from-text", folder);
	snprintf(log, sizeof log, "%s/log", folder);
	if (!f || bn_close(f) || bn_write_text(text, p->digests, &t->keys) ||
	    bn_measure(argv, NULL, log, &t->build))
		return -1;
	if (!t->build.status)
		return 0;
	bn_show(log);
	return -1;
}

static void print_peer(const struct bn_peer *p)
{
	char epsilon[16] = "exact", reads[16] = "-", memory[24] = "-";

	printf("%-27s", p->name);
	if (p->epsilon > 0)
		snprintf(epsilon, sizeof epsilon, "%.1f", log2(p->epsilon));
	if (p->reads > 0)
		snprintf(reads, sizeof reads, "%.1f", p->reads);
	if (p->kilobytes)
		snprintf(memory, sizeof memory, "%.0f", (double)p->kilobytes / 1e3);
	if (p->there)
		printf(" %7.1f %6s %6.1f %6s %6s %6s %12.2f", p->seconds, memory,
		       (double)p->size * 8 / (double)p->keys, p->counts, epsilon, reads, p->lookup * 1e6);
	printf("  %s\n", p->note);
	fflush(stdout);
}

/* As the others: from the text, and what a stranger takes. */
static struct bn_peer ourselves(const struct text *t)
{
	const struct bn_corpus *c = &corpora[0];

	return (struct bn_peer){
		.name = "rempart corpus, full",
		.counts = "log2",
		.there = true,
		.seconds = t->build.seconds,
		.kilobytes = t->build.kilobytes,
		.size = c->size,
		.keys = c->info.keys,
		.epsilon = c->info.epsilon,
		.lookup = c->stranger,
		.reads = (double)c->warm_reads.calls / (c->lookups + c->members),
	};
}

static int measure_peers(const struct plan *p, const char *folder, const char *text, const struct text *t)
{
	struct bn_peer peer = ourselves(t);

	printf("\n%-27s %7s %6s %6s %6s %6s %6s %12s\n", "the same digests in", "s", "MB", "bits", "", "",
	       "reads", "microsec.");
	printf("%-27s %14s %6s %6s %6s %6s %12s\n", "", "to make", "/key", "counts", "ε 2^", "/look",
	       "/look");
	print_peer(&peer);
	if (bn_peer_pwqfilter(&peer, folder, text, t->keys, p->lookups))
		return -1;
	print_peer(&peer);
	if (bn_peer_sorted(&peer, folder, p->digests, p->lookups / 20))
		return -1;
	print_peer(&peer);
	if (bn_peer_grep(&peer, folder, text, t->keys, 2))
		return -1;
	print_peer(&peer);
	return 0;
}

/* How far what was found is from what was promised, in standard deviations: the worst. */
static double deviation(void)
{
	double worst = 0;

	for (unsigned i = 0; i < CORPORA; i++)
		worst = fmax(worst, fabs(corpora[i].strangers_found - promised(&corpora[i])) /
					    sqrt(promised(&corpora[i]) + 1));
	return worst;
}

static void print_goals(const struct text *t)
{
	const struct bn_corpus *c = &corpora[0];
	double looks = c->lookups + c->members, cold = c->cold_lookups;
	double calls = fmax((double)c->warm_reads.calls / looks, (double)c->cold_reads.calls / cold);
	double bytes = fmax((double)c->warm_reads.bytes / looks, (double)c->cold_reads.bytes / cold);
	double disk = (double)c->cold_reads.disk / cold, slower = fmax(c->stranger, c->member) * 1e6;
	double rate = (double)c->info.keys / c->seconds / 1e6, megabytes = (double)t->build.kilobytes / 1e3;
	unsigned wrong = corpora[0].members_wrong + corpora[2].members_wrong;

	printf("\nbuilt from text by rempart: %.1f million digests/s, %.1f a second of processor time\n\n",
	       (double)t->keys / t->build.seconds / 1e6, (double)t->keys / t->build.cpu / 1e6);
	bn_report_goal(stdout, "at least 5 million digests/s built on one core, parsing aside", rate, " ",
		       rate >= 5);
	bn_report_goal(stdout, "rempart corpus build resident in less than 64 MB", megabytes, " ",
		       megabytes < 64);
	bn_report_goal(stdout, "one read a lookup, warm and cold, of all there were", calls, " ", calls == 1);
	bn_report_goal(stdout, "of 4096 bytes", bytes, " ", bytes == CO_PAGE_LEN);
	bn_report_goal(stdout, "a cold lookup brings no more than its page from the disk, bytes", disk, " ",
		       disk <= CO_PAGE_LEN);
	bn_report_goal(stdout, "a warm lookup in at most 5 microseconds", slower, " ", slower <= 5);
	bn_report_goal(stdout, "strangers found as promised, within 5 standard deviations", deviation(), " ",
		       deviation() <= 5);
	bn_report_goal(stdout, "prevalence right to its power of two: wrong ones in full corpora", wrong, " ",
		       !wrong);
}

static int bench(const void *plan, const char *folder)
{
	const struct plan *p = plan;
	char text[BN_PATH + 8];
	struct text t = {0};
	struct statvfs fs;
	unsigned long long needed = p->digests * BYTES_A_DIGEST / 1000000;

	if (statvfs(folder, &fs) || (unsigned long long)fs.f_bavail * fs.f_frsize / 1000000 < needed) {
		fprintf(stderr, "bench: %s has no room for %llu MB: set TMPDIR or --digests\n", folder,
			needed);
		return -1;
	}
	set_sizes(p);
	snprintf(text, sizeof text, "%s/text", folder);
	if (measure_corpora(p, folder) || build_from_text(p, folder, text, &t) ||
	    measure_peers(p, folder, text, &t))
		return -1;
	print_goals(&t);
	return 0;
}

static int usage(int status)
{
	fprintf(status ? stderr : stdout, "usage: corpus --build FOLDER [--quick] [--digests N]\n");
	return status;
}

static int read_arguments(struct plan *p, int argc, char **argv)
{
	static const struct option options[] = {{"build", required_argument, NULL, 'b'},
						{"quick", no_argument, NULL, 'q'},
						{"digests", required_argument, NULL, 'd'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'b')
			p->build = optarg;
		else if (o == 'q')
			*p = (struct plan){p->build, 2000000, 400000};
		else if (o == 'd')
			p->digests = strtoull(optarg, NULL, 10);
		else
			return usage(o == 'h' ? 0 : 2);
	}
	return p->build && p->digests >= 100000 ? -1 : usage(2);
}

int main(int argc, char **argv)
{
	struct plan p = {.digests = 100000000, .lookups = 4000000};
	int status = read_arguments(&p, argc, argv);

	return status >= 0 ? status : bn_in_folder(bench, &p);
}
