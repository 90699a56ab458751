#include "bench/corpus_peers.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bench/corpus_digests.h"
#include "bench/folder.h"

#define HEX_LEN (2 * CO_DIGEST_LEN)
#define MISSING 127
/* The fingerprints of two buckets of four are compared, of 33 bits each: passwdqc's own format. */
#define PWQ_EPSILON (8.0 / 8589934592.0)

static uint64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

static void to_hex(const uint8_t digest[CO_DIGEST_LEN], char hex[HEX_LEN + 1])
{
	static const char digits[] = "0123456789ABCDEF";

	for (unsigned i = 0; i < CO_DIGEST_LEN; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[HEX_LEN] = '\0';
}

int bn_write_text(const char *path, uint64_t n, uint64_t *keys)
{
	FILE *f = bn_create("%s", path);
	struct bn_digests digests;
	struct bn_leak leak;
	char hex[HEX_LEN + 1];

	*keys = 0;
	bn_digests_start(&digests, n);
	while (f && !bn_stopped && bn_digests_next(&digests, &leak)) {
		to_hex(leak.digest, hex);
		if (fprintf(f, "%s:%llu\n", hex, (unsigned long long)leak.count) < 0)
			break;
		++*keys;
	}
	return !f || bn_close(f) || bn_stopped ? -1 : 0;
}

static int write_strangers(const char *path, unsigned n)
{
	FILE *f = bn_create("%s", path);
	uint64_t seed = 21;
	uint8_t digest[CO_DIGEST_LEN];
	char hex[HEX_LEN + 1];

	while (f && n--) {
		bn_stranger(&seed, digest);
		to_hex(digest, hex);
		fprintf(f, "%s\n", hex);
	}
	return f ? bn_close(f) : -1;
}

/* Looking up one, and many: the difference is what a lookup takes without reading the filter first. */
static int ask_pwqfilter(struct bn_peer *p, const char *folder, const char *filter, unsigned lookups)
{
	const char *const argv[] = {"pwqfilter", "-f", filter, "--pre-hashed", "-c", NULL};
	char one[BN_PATH + 8], many[BN_PATH + 8], out[BN_PATH + 8];
	struct bn_usage first, all;

	snprintf(one, sizeof one, "%s/one", folder);
	snprintf(many, sizeof many, "%s/many", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	if (write_strangers(one, 1) || write_strangers(many, lookups + 1) ||
	    bn_measure(argv, one, out, &first) || bn_measure(argv, many, out, &all))
		return -1;
	p->lookup = (all.seconds - first.seconds) / lookups;
	snprintf(p->note, sizeof p->note, "ε computed; the program reads the whole filter first: %.0f ms",
		 first.seconds * 1e3);
	return 0;
}

int bn_peer_pwqfilter(struct bn_peer *p, const char *folder, const char *text, uint64_t keys,
		      unsigned lookups)
{
	char capacity[64], filter[BN_PATH + 8], out[BN_PATH + 8];
	const char *const argv[] = {"pwqfilter", capacity, "--pre-hashed", "-o", filter, NULL};
	struct bn_usage usage;

	*p = (struct bn_peer){.name = "passwdqc's pwqfilter", .counts = "no", .keys = keys};
	snprintf(capacity, sizeof capacity, "--create=%llu", (unsigned long long)(keys + keys * 3 / 100 + 4));
	snprintf(filter, sizeof filter, "%s/filter", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	if (bn_measure(argv, text, out, &usage))
		return -1;
	p->there = usage.status != MISSING;
	if (usage.status) {
		snprintf(p->note, sizeof p->note, "NOT MEASURED: install Debian's passwdqc");
		return p->there ? -1 : 0;
	}
	p->seconds = usage.seconds;
	p->kilobytes = usage.kilobytes;
	p->size = size_of(filter);
	p->epsilon = PWQ_EPSILON;
	return ask_pwqfilter(p, folder, filter, lookups);
}

static int write_sorted(struct bn_peer *p, const char *path, uint64_t n)
{
	FILE *f = bn_create("%s", path);
	double start = bn_now();
	struct bn_digests digests;
	struct bn_leak leak;

	bn_digests_start(&digests, n);
	for (p->keys = 0; f && !bn_stopped && bn_digests_next(&digests, &leak); p->keys++)
		if (fwrite(leak.digest, CO_DIGEST_LEN, 1, f) != 1)
			break;
	p->seconds = bn_now() - start;
	return !f || bn_close(f) || bn_stopped ? -1 : 0;
}

/* 1: it is there. */
static int search(int fd, uint64_t n, const uint8_t digest[CO_DIGEST_LEN])
{
	uint64_t low = 0, high = n;
	uint8_t at[CO_DIGEST_LEN];

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int order;

		if (pread(fd, at, sizeof at, (off_t)(middle * CO_DIGEST_LEN)) != sizeof at)
			return -1;
		order = memcmp(at, digest, CO_DIGEST_LEN);
		if (!order)
			return 1;
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	return 0;
}

int bn_peer_sorted(struct bn_peer *p, const char *folder, uint64_t n, unsigned lookups)
{
	char path[BN_PATH + 8];
	struct bn_reads reads;
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t seed = 22;
	double start;
	int fd, found = 0;

	*p = (struct bn_peer){.name = "sorted file, binary search", .counts = "no", .there = true};
	snprintf(path, sizeof path, "%s/sorted", folder);
	if (write_sorted(p, path, n))
		return -1;
	p->size = size_of(path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || bn_reads_begin(&reads))
		return -1;
	start = bn_now();
	for (unsigned i = 0; !found && i < lookups; i++) {
		bn_stranger(&seed, digest);
		found = search(fd, p->keys, digest);
	}
	p->lookup = (bn_now() - start) / lookups;
	close(fd);
	snprintf(p->note, sizeof p->note, "its seconds are those of making the digests up");
	if (found || bn_reads_end(&reads))
		return -1;
	p->reads = (double)reads.calls / lookups;
	return 0;
}

int bn_peer_grep(struct bn_peer *p, const char *folder, const char *text, uint64_t keys, unsigned lookups)
{
	char out[BN_PATH + 8], hex[HEX_LEN + 1];
	const char *const argv[] = {"grep", "-F", "-m1", hex, text, NULL};
	uint8_t digest[CO_DIGEST_LEN];
	struct bn_usage usage;
	uint64_t seed = 23;

	*p = (struct bn_peer){.name = "grep in the text", .counts = "yes", .there = true, .keys = keys};
	snprintf(out, sizeof out, "%s/out", folder);
	for (unsigned i = 0; i < lookups; i++) {
		bn_stranger(&seed, digest);
		to_hex(digest, hex);
		if (bn_measure(argv, NULL, out, &usage) || usage.status != 1)
			return -1;
		p->lookup += usage.seconds / lookups;
	}
	p->size = size_of(text);
	snprintf(p->note, sizeof p->note, "%u strangers, each through the whole file", lookups);
	return 0;
}
