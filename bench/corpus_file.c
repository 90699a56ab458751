#include "bench/corpus_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "bench/corpus_digests.h"
#include "bench/folder.h"
#include "corpus/build.h"

#define CHUNK 4096
#define SAMPLE 100000
#define BATCH 100
#define BATCHES_MAX 50000
#define COLD 2000

static struct bn_leak sample[SAMPLE];
static double batches[BATCHES_MAX];

/* Every so many-th leak, for looking up what must be found. */
static void keep(struct bn_corpus *c, const struct bn_leak *leaks, unsigned n, uint64_t *seen)
{
	uint64_t each = c->asked / SAMPLE + 1;

	for (unsigned i = 0; i < n; i++, ++*seen)
		if (*seen % each == 0 && c->members < SAMPLE)
			sample[c->members++] = leaks[i];
}

/* So that lookups do not go through the file in its order. */
static void shuffle(unsigned n)
{
	uint64_t seed = 11;

	for (unsigned i = n; i > 1; i--) {
		unsigned j = (unsigned)(bn_draw(&seed) % i);
		struct bn_leak other = sample[j];

		sample[j] = sample[i - 1];
		sample[i - 1] = other;
	}
}

static int add_all(struct bn_corpus *c, struct co_build *b)
{
	static struct bn_leak leaks[CHUNK];
	struct bn_digests digests;
	uint64_t seen = 0;
	unsigned n;
	int err = 0;

	bn_digests_start(&digests, c->asked);
	while (!err && (n = bn_digests_some(&digests, leaks, CHUNK))) {
		double start = bn_now(), cpu = bn_cpu();

		for (unsigned i = 0; !err && i < n; i++)
			err = co_build_add(b, leaks[i].digest, leaks[i].count);
		c->seconds += bn_now() - start;
		c->cpu += bn_cpu() - cpu;
		keep(c, leaks, n, &seen);
		if (bn_stopped)
			return -1;
	}
	if (err)
		fprintf(stderr, "bench: %s\n", co_build_why(b));
	return err;
}

static int build(struct bn_corpus *c, const char *path)
{
	const struct co_build_options options = {
		.profile = c->profile, .bits = c->bits, .expected = c->asked, .made = time(NULL)};
	char why[256] = "";
	struct co_build *b;
	double start, cpu;
	int err = co_build_begin(&b, path, &options, why, sizeof why);

	if (!err && add_all(c, b)) {
		co_build_abort(b);
		return -1;
	}
	start = bn_now();
	cpu = bn_cpu();
	err = err ? err : co_build_finish(b, 0, &c->info, why, sizeof why);
	c->seconds += bn_now() - start;
	c->cpu += bn_cpu() - cpu;
	if (err)
		fprintf(stderr, "bench: %s\n", why);
	return err ? -1 : 0;
}

/* Of strangers, or of the sample. */
static int look_up(struct bn_corpus *c, struct co_corpus *corpus, unsigned n, bool members, double *median)
{
	unsigned done = 0, filled = 0;
	uint64_t seed = 12, count;
	uint8_t digests[BATCH][CO_DIGEST_LEN];

	while (done + BATCH <= n && filled < BATCHES_MAX && !bn_stopped) {
		unsigned found = 0, wrong = 0;
		double start;

		for (unsigned i = 0; i < BATCH; i++)
			if (members)
				memcpy(digests[i], sample[done + i].digest, CO_DIGEST_LEN);
			else
				bn_stranger(&seed, digests[i]);
		start = bn_now();
		for (unsigned i = 0; i < BATCH; i++) {
			if (co_lookup(corpus, digests[i], &count))
				return -1;
			found += count != 0;
			wrong += members &&
				 (sample[done + i].count < count || sample[done + i].count / 2 >= count);
		}
		batches[filled++] = (bn_now() - start) / BATCH;
		done += BATCH;
		c->strangers_found += members ? 0 : found;
		c->members_wrong += wrong;
	}
	*median = bn_median(batches, filled);
	return bn_stopped ? -1 : (int)done;
}

/* Out of the page cache first: what comes from the disk is then what a lookup asks for. */
static int look_up_cold(struct bn_corpus *c, struct co_corpus *corpus, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t seed = 13, count;
	uint8_t digest[CO_DIGEST_LEN];
	double start;
	int err = fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) ? -1 : 0;

	if (fd >= 0)
		close(fd);
	err = err ? err : bn_reads_begin(&c->cold_reads);
	start = bn_now();
	for (c->cold_lookups = 0; !err && c->cold_lookups < COLD; c->cold_lookups++) {
		bn_stranger(&seed, digest);
		err = co_lookup(corpus, digest, &count);
	}
	c->cold = (bn_now() - start) / COLD;
	return err ? err : bn_reads_end(&c->cold_reads);
}

static int measure(struct bn_corpus *c, struct co_corpus *corpus, const char *path, unsigned lookups)
{
	uint64_t page;
	int n, m;

	if (look_up_cold(c, corpus, path) || co_verify(corpus, NULL, NULL, &page))
		return -1;
	shuffle(c->members);
	if (bn_reads_begin(&c->warm_reads))
		return -1;
	n = look_up(c, corpus, lookups, false, &c->stranger);
	m = n < 0 ? -1 : look_up(c, corpus, c->members, true, &c->member);
	if (m < 0 || bn_reads_end(&c->warm_reads))
		return -1;
	c->lookups = (unsigned)n;
	c->members = (unsigned)m;
	return 0;
}

int bn_corpus_measure(struct bn_corpus *c, const char *path, unsigned lookups)
{
	struct co_corpus *corpus = NULL;
	char why[256] = "a lookup failed";
	struct stat st;
	int err = build(c, path);

	if (err)
		return -1;
	err = co_open(&corpus, path, why, sizeof why);
	err = err ? err : measure(c, corpus, path, lookups);
	if (!err && !stat(path, &st))
		c->size = (uint64_t)st.st_size;
	if (err && !bn_stopped)
		fprintf(stderr, "bench: %s\n", why);
	co_close(corpus);
	return err ? -1 : 0;
}
