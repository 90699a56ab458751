/* engine/breach.h without rempart-fetch: what the corpus says, and what becomes of one that is in trouble. */
#include "tests/unit/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "engine/breach.h"
#include "engine/offline.h"
#include "tests/unit/corpora.h"
#include "tests/unit/logged.h"

#define LEAKED "azerty123"
#define FINE "fAble-Klaxon-79"

static char folder[64], path[128];
static struct rp_config config;
static struct en_link *to_fetch;
static struct en_breach *breach;
static struct en_finding found;
static int64_t now;
static struct corpora corpora;

static void build(const char *to, enum co_profile profile, const char *password)
{
	corpora_build(&corpora, to, profile, password);
}

static int start(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/rempart-breach-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/corpus", folder);
	rp_config_defaults(&config);
	corpora = (struct corpora){.claimed = CO_WHOLE_KEYS};
	strcpy(config.corpus, path);
	now = 100000;
	to_fetch = en_link_new();
	breach = en_breach_new(&config, to_fetch);
	assert_true(to_fetch && breach);
	logged_begin();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	logged_end();
	en_breach_free(breach);
	en_link_free(to_fetch);
	unlink(path);
	return rmdir(folder);
}

static enum en_known look_for(enum rp_verb verb, const char *password)
{
	struct rp_request req = {.verb = (uint8_t)verb, .has_digest = true};

	strcpy(req.user, "martin");
	corpora_hash(password, req.digest);
	en_breach_look(breach, &req, true, now, &found);
	return found.known;
}

static enum en_known look(const char *password)
{
	return look_for(RP_ACCOUNT, password);
}

static void unknown_for(const char *cause)
{
	assert_int_equal(look(LEAKED), EN_UNKNOWN);
	assert_string_equal(found.cause, cause);
}

static void later(void)
{
	now += EN_OFFLINE_LOOK_MS;
}

static void the_corpus_knows(void **state)
{
	static const enum co_profile profiles[] = {CO_FULL, CO_SMALL, CO_TOP};

	(void)state;
	for (int i = 0; i < 3; i++) {
		build(path, profiles[i], LEAKED);
		later();
		assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
		assert_int_equal(found.prevalence, 64);
		assert_int_equal(look(FINE), EN_KNOWN_CLEAN);
		assert_int_equal(found.prevalence, 0);
	}
	assert_int_equal(logged("rempartd"), 0);
}

/* What is not in it may be in a leak all the same, unless it has everything. */
static void only_a_whole_corpus_needs_nobody_else(void **state)
{
	static const enum co_profile profiles[] = {CO_FULL, CO_SMALL, CO_TOP};
	static const enum en_known then[] = {EN_KNOWN_CLEAN, EN_KNOWN_CLEAN, EN_ASK_FETCH};

	(void)state;
	strcpy(config.fetch, "/nowhere/fetch.sock");
	for (int i = 0; i < 3; i++) {
		build(path, profiles[i], LEAKED);
		later();
		assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
		assert_int_equal(look(FINE), then[i]);
	}
	corpora.claimed = CO_WHOLE_KEYS - 1;
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(FINE), EN_ASK_FETCH);
	corpora.claimed = CO_WHOLE_KEYS;
	corpora.left_out = 1; /* a range was missing, say */
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(FINE), EN_ASK_FETCH);
	corpora.left_out = 0;
	corpora.options.min_count = 2;
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(FINE), EN_ASK_FETCH);
	unlink(path);
	later();
	assert_int_equal(look(LEAKED), EN_ASK_FETCH);
	config.corpus[0] = '\0';
	assert_int_equal(look(LEAKED), EN_ASK_FETCH);
}

/* Rare in the corpus, it may be common elsewhere. */
static void too_rare_in_the_corpus_is_asked_of_fetch(void **state)
{
	(void)state;
	config.login_min = 65;
	build(path, CO_TOP, LEAKED);
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED); /* policy weighs it, nobody else can */
	assert_int_equal(found.prevalence, 64);
	strcpy(config.fetch, "/nowhere/fetch.sock");
	assert_int_equal(look(LEAKED), EN_ASK_FETCH);
	assert_int_equal(look_for(RP_CHAUTHTOK, LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(look_for(RP_CHECK_PASSWORD, LEAKED), EN_KNOWN_LEAKED);
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED); /* it has seen them all */
}

static void only_root_and_portals_make_it_ask(void **state)
{
	struct rp_request req = {.verb = RP_CHECK_PASSWORD, .has_digest = true};

	(void)state;
	build(path, CO_TOP, LEAKED);
	strcpy(config.fetch, "/nowhere/fetch.sock");
	corpora_hash(FINE, req.digest);
	en_breach_look(breach, &req, false, now, &found);
	assert_int_equal(found.known, EN_UNKNOWN);
	assert_string_equal(found.cause, "root-only");
	strcpy(req.user, "martin");
	for (req.verb = RP_ACCOUNT; req.verb <= RP_CHAUTHTOK; req.verb += RP_CHAUTHTOK - RP_ACCOUNT) {
		en_breach_look(breach, &req, false, now, &found);
		assert_int_equal(found.known, EN_NOT_ASKED);
	}
	corpora_hash(LEAKED, req.digest);
	for (req.verb = RP_ACCOUNT; req.verb <= RP_CHAUTHTOK; req.verb += RP_CHAUTHTOK - RP_ACCOUNT) {
		en_breach_look(breach, &req, false, now, &found);
		assert_int_equal(found.known, EN_KNOWN_LEAKED);
	}
}

static void not_everything_is_asked_about(void **state)
{
	struct rp_request req = {.verb = RP_ACCOUNT};

	(void)state;
	build(path, CO_FULL, LEAKED);
	en_breach_look(breach, &req, true, now, &found);
	assert_int_equal(found.known, EN_NOT_ASKED);
	for (unsigned verb = RP_PING; verb < RP_VERB_END; verb++) {
		bool asks = verb == RP_ACCOUNT || verb == RP_CHAUTHTOK || verb == RP_CHECK_PASSWORD;

		assert_int_equal(look_for(verb, LEAKED), asks ? EN_KNOWN_LEAKED : EN_NOT_ASKED);
	}
	config.corpus[0] = '\0';
	assert_int_equal(look(LEAKED), EN_NOT_ASKED);
}

static void missing_then_there(void **state)
{
	(void)state;
	unknown_for("corpus-missing");
	unknown_for("corpus-missing");
	later();
	unknown_for("corpus-missing");
	assert_int_equal(logged("the corpus of leaked passwords does not answer"), 1);
	assert_int_equal(logged(path), 1);
	assert_int_equal(logged("No such file"), 1);
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(logged("answers again"), 1);
	unlink(path);
	later();
	unknown_for("corpus-missing");
	assert_int_equal(logged("does not answer"), 2);
}

/* A file that is open is looked at once a second, whatever comes. */
static void replaced_while_in_use(void **state)
{
	char other[160];

	(void)state;
	build(path, CO_FULL, LEAKED);
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(look("other"), EN_KNOWN_CLEAN);
	snprintf(other, sizeof other, "%s.new", path);
	build(other, CO_FULL, "other");
	assert_int_equal(rename(other, path), 0);
	now += EN_OFFLINE_LOOK_MS - 1;
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED); /* the old one is open, and answers to its end */
	now++;
	assert_int_equal(look("other"), EN_KNOWN_LEAKED);
	assert_int_equal(look(LEAKED), EN_KNOWN_CLEAN);
	assert_int_equal(logged("rempartd"), 0);
}

static void cut_while_in_use(void **state)
{
	(void)state;
	build(path, CO_FULL, LEAKED);
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(truncate(path, CO_PAGE_LEN), 0);
	unknown_for("corpus-damaged");
	unknown_for("corpus-damaged");
	later(); /* opened again, it is seen to be too short */
	unknown_for("corpus-damaged");
	assert_int_equal(truncate(path, 0), 0);
	later();
	unknown_for("corpus-damaged");
	assert_int_equal(logged("does not answer"), 1);
	assert_int_equal(unlink(path), 0);
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(logged("answers again"), 1);
}

/* The file's bytes from at on, turned around. */
static void damage(off_t at, size_t len)
{
	uint8_t *bytes = malloc(len);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(bytes && fd >= 0);
	assert_int_equal(pread(fd, bytes, len, at), len);
	for (size_t i = 0; i < len; i++)
		bytes[i] ^= 0xff;
	assert_int_equal(pwrite(fd, bytes, len, at), len);
	close(fd);
	free(bytes);
}

/* Said once, not each time that somebody's password is on a good page. */
static void one_page_is_damaged(void **state)
{
	struct stat st;
	unsigned unknown = 0, clean = 0;

	(void)state;
	build(path, CO_FULL, LEAKED);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size >= 5 * CO_PAGE_LEN);
	damage(2 * CO_PAGE_LEN, CO_PAGE_LEN);
	for (unsigned i = 0; i < 400; i++) {
		char text[32];
		enum en_known known;

		snprintf(text, sizeof text, "nobody's %u", i);
		known = look(text);
		unknown += known == EN_UNKNOWN;
		clean += known == EN_KNOWN_CLEAN;
		now += 100;
	}
	assert_int_equal(unknown + clean, 400);
	assert_in_range(unknown, 1, 250);
	assert_in_range(clean, 150, 399);
	assert_int_equal(logged("does not answer"), 1);
	assert_int_equal(logged("answers again"), 0);
	build(path, CO_FULL, LEAKED);
	later();
	assert_int_equal(look(LEAKED), EN_KNOWN_LEAKED);
	assert_int_equal(logged("answers again"), 1);
}

static void something_else_is_at_its_path(void **state)
{
	(void)state;
	build(path, CO_FULL, LEAKED);
	damage(0, 64);
	unknown_for("corpus-damaged");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	later();
	assert_int_equal(look(LEAKED), EN_UNKNOWN);
	rmdir(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	later();
	assert_int_equal(look(LEAKED), EN_UNKNOWN); /* and it is not waited for */
}

static void it_may_not_be_read(void **state)
{
	const uid_t self = geteuid();

	(void)state;
	build(path, CO_FULL, LEAKED);
	chmod(path, 0);
	assert_true(self || !seteuid(65534)); /* root may read everything */
	look(LEAKED);
	assert_int_equal(seteuid(self), 0);
	assert_int_equal(found.known, EN_UNKNOWN);
	assert_string_equal(found.cause, "corpus-unreadable");
	assert_int_equal(logged("Permission denied"), 1);
}

static void another_path_counts_at_once(void **state)
{
	char other[160];

	(void)state;
	snprintf(other, sizeof other, "%s.other", path);
	build(path, CO_FULL, LEAKED);
	build(other, CO_FULL, "other");
	assert_int_equal(look("other"), EN_KNOWN_CLEAN);
	strcpy(config.corpus, other);
	assert_int_equal(look("other"), EN_KNOWN_LEAKED);
	unlink(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_corpus_knows, start, stop),
		cmocka_unit_test_setup_teardown(only_a_whole_corpus_needs_nobody_else, start, stop),
		cmocka_unit_test_setup_teardown(too_rare_in_the_corpus_is_asked_of_fetch, start, stop),
		cmocka_unit_test_setup_teardown(only_root_and_portals_make_it_ask, start, stop),
		cmocka_unit_test_setup_teardown(not_everything_is_asked_about, start, stop),
		cmocka_unit_test_setup_teardown(missing_then_there, start, stop),
		cmocka_unit_test_setup_teardown(replaced_while_in_use, start, stop),
		cmocka_unit_test_setup_teardown(cut_while_in_use, start, stop),
		cmocka_unit_test_setup_teardown(one_page_is_damaged, start, stop),
		cmocka_unit_test_setup_teardown(something_else_is_at_its_path, start, stop),
		cmocka_unit_test_setup_teardown(it_may_not_be_read, start, stop),
		cmocka_unit_test_setup_teardown(another_path_counts_at_once, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
