/* cli/listed.h: many mailboxes onto the list, cut off at any batch, finished by the same or taken back. */
#include "tests/unit/test_store.h"

#include <signal.h>
#include <sys/wait.h>
#include "cli/listed.h"
#include "engine/keyfile.h"

#define BATCH 1000 /* of cli/listed.c */
#define UNFINISHED_MAX 16
#define NOW 1700000000

static struct cli cli;

static int set_up(void **state)
{
	char why[512];
	struct st_store *s;

	if (make_folder(state))
		return -1;
	rp_config_defaults(&cli.config);
	snprintf(cli.config.state, sizeof cli.config.state, "%s", folder);
	/* drop_folder knows of that name. */
	snprintf(cli.config.key, sizeof cli.config.key, "%s", in_folder("other.db"));
	s = open_store(); /* makes it */
	st_close(s);
	return en_keyfile_create(cli.config.key, why, sizeof why);
}

static struct cli *open_cli(void)
{
	assert_int_equal(cli_open(&cli), 0);
	return &cli;
}

/* n keys of digests, from seed on. */
static struct cli_keys keys_of(struct cli *c, unsigned seed, size_t n)
{
	struct cli_keys k = {0};

	for (size_t i = 0; i < n; i++) {
		uint8_t digest[RP_DIGEST_LEN] = {0};
		unsigned value = seed + (unsigned)i;

		memcpy(digest, &value, sizeof value);
		assert_int_equal(cli_keys_add(c, &k, digest), 0);
	}
	cli_keys_sort(&k);
	return k;
}

/* What ends a change: a signal at the call number at; 0: none. */
struct end {
	int signal;
	size_t at, calls;
};

static bool put_on(struct st_mailbox *m, void *ctx)
{
	struct end *end = ctx;

	if (++end->calls == end->at)
		raise(end->signal);
	m->listed = ST_LISTED_ADMIN;
	m->since = NOW;
	return m->exists = true;
}

static bool take_off(struct st_mailbox *m, void *ctx)
{
	(void)ctx;
	m->listed = ST_LISTED_NOT;
	return true;
}

static int write_keys(struct cli *c, const struct cli_keys *k, struct end *end)
{
	struct cli_listing l = {.doing = "testing",
				.reason = end ? EN_ADMIN_FLAG : EN_ADMIN_UNFLAG,
				.note = "a list",
				.change = end ? put_on : take_off,
				.ctx = end};

	cli_keys_mark(c, k, l.mark);
	return cli_keys_write(c, k, &l);
}

/* Flags n keys in a process of its own, and returns how that ended. */
static int flag_in_child(unsigned seed, size_t n, int signal, size_t at)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct end end = {signal, at, 0};
		struct cli_keys k = keys_of(open_cli(), seed, n);

		if (!freopen("/dev/null", "w", stderr))
			_exit(CLI_USAGE);
		_exit(write_keys(&cli, &k, &end));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static size_t listed(struct cli *c)
{
	int64_t n = 0, checked;

	ok(c->store, st_count_mailboxes(c->store, NOW, &n, &checked));
	return (size_t)n;
}

static int count(const struct st_event *e, void *ctx)
{
	assert_int_equal(e->verdict, RP_OK);
	assert_non_null(strstr(e->text, ": a list"));
	++*(size_t *)ctx;
	return 0;
}

static size_t events(struct cli *c)
{
	size_t n = 0;

	ok(c->store, st_each_event(c->store, 0, 0, NULL, count, &n));
	return n;
}

static void sorted_and_once(void **state)
{
	struct cli *c = open_cli();
	struct cli_keys twice = keys_of(c, 1, 3000), once = keys_of(c, 1, 3000);
	uint8_t one[ST_HASH_LEN], two[ST_HASH_LEN], digest[RP_DIGEST_LEN] = {0};
	(void)state;

	for (unsigned i = 1; i <= 3000; i++) {
		memcpy(digest, &i, sizeof i);
		assert_int_equal(cli_keys_add(c, &twice, digest), 0);
	}
	cli_keys_sort(&twice);
	assert_int_equal(twice.n, 3000);
	for (size_t i = 1; i < twice.n; i++)
		assert_true(memcmp(twice.key[i - 1], twice.key[i], ST_HASH_LEN) < 0);
	cli_keys_mark(c, &once, one);
	cli_keys_mark(c, &twice, two);
	assert_memory_equal(one, two, ST_HASH_LEN);
	once.n--;
	cli_keys_mark(c, &once, one);
	assert_memory_not_equal(one, two, ST_HASH_LEN);
	cli_keys_free(&once);
	cli_keys_free(&twice);
	assert_null(twice.key);
	cli_close(c);
}

static void nothing_to_write_is_an_event(void **state)
{
	struct cli *c = open_cli();
	struct cli_keys none = {0};
	struct end end = {0};
	(void)state;

	assert_int_equal(write_keys(c, &none, &end), 0);
	assert_int_equal(events(c), 1);
	assert_int_equal(listed(c), 0);
	cli_close(c);
}

/* Killed in the third batch, two are there, with the event; the same again does the rest. */
static void killed(void **state)
{
	int status = flag_in_child(1, 4 * BATCH + 1, SIGKILL, 2 * BATCH + 500);
	struct cli *c = open_cli();
	struct cli_keys k = keys_of(c, 1, 4 * BATCH + 1);
	struct end end = {0};
	(void)state;

	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(listed(c), 2 * BATCH);
	assert_int_equal(events(c), 1);
	assert_int_equal(cli_lists_unfinished(c), 1);
	assert_int_equal(write_keys(c, &k, &end), 0);
	assert_int_equal(listed(c), 4 * BATCH + 1);
	assert_int_equal(events(c), 2);
	assert_int_equal(cli_lists_unfinished(c), 0);
	cli_keys_free(&k);
	cli_close(c);
}

/* Killed in the first batch: nothing is there, and no event says so. */
static void killed_at_once(void **state)
{
	int status = flag_in_child(1, 4 * BATCH, SIGKILL, 500);
	struct cli *c = open_cli();
	(void)state;

	assert_true(WIFSIGNALED(status));
	assert_int_equal(listed(c), 0);
	assert_int_equal(events(c), 0);
	assert_int_equal(cli_lists_unfinished(c), 0);
	cli_close(c);
}

/* A signal ends it between two batches; taking the same list off finishes it as well. */
static void stopped_and_taken_back(void **state)
{
	int status = flag_in_child(1, 4 * BATCH, SIGTERM, 1);
	struct cli *c = open_cli();
	struct cli_keys k = keys_of(c, 1, 4 * BATCH);
	(void)state;

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == CLI_NO);
	assert_int_equal(listed(c), BATCH);
	assert_int_equal(cli_lists_unfinished(c), 1);
	assert_int_equal(write_keys(c, &k, NULL), 0);
	assert_int_equal(listed(c), 0);
	assert_int_equal(cli_lists_unfinished(c), 0);
	cli_keys_free(&k);
	cli_close(c);
}

/* A signal in the last batch changes nothing any more. */
static void stopped_too_late(void **state)
{
	int status = flag_in_child(1, BATCH, SIGTERM, BATCH);
	struct cli *c = open_cli();
	(void)state;

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == CLI_YES);
	assert_int_equal(listed(c), BATCH);
	assert_int_equal(cli_lists_unfinished(c), 0);
	cli_close(c);
}

/* Several at once are kept apart; one too many is not told of, and can be finished all the same. */
static void several_unfinished(void **state)
{
	struct cli *c;
	struct cli_keys k;
	struct end end = {0};
	(void)state;

	for (unsigned i = 0; i <= UNFINISHED_MAX; i++)
		flag_in_child(i * 2 * BATCH, BATCH + 1, SIGTERM, 1);
	c = open_cli();
	assert_int_equal(cli_lists_unfinished(c), UNFINISHED_MAX);
	for (unsigned i = 0; i <= UNFINISHED_MAX; i++) {
		k = keys_of(c, i * 2 * BATCH, BATCH + 1);
		assert_int_equal(write_keys(c, &k, &end), 0);
		assert_int_equal(cli_lists_unfinished(c), i < UNFINISHED_MAX ? UNFINISHED_MAX - 1 - i : 0);
		cli_keys_free(&k);
	}
	assert_int_equal(listed(c), (UNFINISHED_MAX + 1) * (BATCH + 1));
	cli_close(c);
}

static void is_listed(void **state)
{
	struct st_mailbox m = {.exists = true, .listed = ST_LISTED_ADMIN};
	(void)state;

	assert_true(cli_is_listed(&m, NOW));
	m.until = NOW + 1;
	assert_true(cli_is_listed(&m, NOW));
	m.until = NOW;
	assert_false(cli_is_listed(&m, NOW));
	m = (struct st_mailbox){.exists = true, .checked = NOW};
	assert_false(cli_is_listed(&m, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sorted_and_once, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(nothing_to_write_is_an_event, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(killed, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(killed_at_once, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(stopped_and_taken_back, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(stopped_too_late, set_up, drop_folder),
		cmocka_unit_test_setup_teardown(several_unfinished, set_up, drop_folder),
		cmocka_unit_test(is_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
