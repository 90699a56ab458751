/*
 * rempart key rotate: adds a generation to the key file, seals every account with it in short transactions
 * while logins go on, proves that nothing old is left, and drops the old generations in a last transaction.
 * Killed at any moment, it leaves a key file that opens everything, and the next run finishes.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include "cli/progress.h"
#include "common/error.h"
#include "engine/audit.h"
#include "engine/keyfile.h"

#define BATCH 200

struct names {
	char name[BATCH][RP_USER_MAX + 1];
	int n;
};

static int keep_name(const struct st_account *a, void *ctx)
{
	struct names *names = ctx;

	strcpy(names->name[names->n++], a->name);
	return 0;
}

static int fail(struct cli *c, int err)
{
	st_rollback(c->store);
	return cli_fail(c, CLI_UNAVAILABLE, "%s", err == RP_EKEY ? rp_strerror(err) : st_why(c->store));
}

static int renew_batch(struct cli *c, const struct names *names)
{
	struct st_account *accounts[BATCH];
	int status, err = 0;

	st_turn_clear(c->turn);
	for (int i = 0; i < names->n; i++)
		accounts[i] = st_turn_account(c->turn, names->name[i]);
	if ((status = cli_begin(c)))
		return status;
	for (int i = 0; i < names->n && !err; i++)
		if (accounts[i]->exists)
			err = en_seal_renew(c->seal, accounts[i]);
	if (!err)
		err = st_commit(c->store, c->turn);
	return err ? fail(c, err) : 0;
}

static int renew_all(struct cli *c)
{
	const struct timespec pause = {0, 1000000}; /* for whoever waits for the store */
	static struct names names;
	struct cli_progress p;
	char after[RP_USER_MAX + 1] = "";
	int64_t total = 0;
	size_t done = 0;
	int status;

	st_count_accounts(c->store, &total);
	cli_progress_start(&p, T(c, N_("sealing")), (size_t)total);
	do {
		names.n = 0;
		if (st_each_account(c->store, after, BATCH, keep_name, &names))
			return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
		if ((status = renew_batch(c, &names)))
			return status;
		if (names.n)
			strcpy(after, names.name[names.n - 1]);
		done += (size_t)names.n;
		cli_progress_show(&p, done);
		if (cli_progress_stopped())
			return cli_fail(c, CLI_NO, "%s", T(c, N_("Stopped. The same command finishes it.")));
		nanosleep(&pause, NULL);
	} while (names.n);
	return 0;
}

static int is_old(const struct st_account *a, void *ctx)
{
	uint32_t now = *(uint32_t *)ctx;
	bool old = (a->recovery_key.len && a->recovery_key.generation != now) ||
		   (a->email_len && a->email_generation != now);

	for (int i = 0; i < a->n_tokens; i++)
		old |= a->tokens[i].secret.generation != now;
	return old;
}

/* Accounts for which something was sealed after event seq. */
struct since {
	int64_t seq;
	struct names names;
};

static int sealed_for(const struct st_event *e, void *ctx)
{
	struct since *since = ctx;
	bool seals =
		!e->verb || e->verb == RP_ENROL_BEGIN || e->verb == RP_ENROL_CONFIRM || e->verb == RP_MAILBOX;

	if (seals && e->account[0]) {
		if (since->names.n == BATCH)
			return 1; /* the rest is for the next look */
		strcpy(since->names.name[since->names.n++], e->account);
	}
	since->seq = e->seq;
	return 0;
}

static int look_since(struct cli *c, struct since *since)
{
	int err;

	since->names.n = 0;
	err = st_each_event(c->store, since->seq, 0, NULL, sealed_for, since);
	return err < 0 ? err : since->names.n;
}

static int newest_event(const struct st_event *e, void *seq)
{
	*(int64_t *)seq = e->seq;
	return 0;
}

/* Walks through every account without holding the store. since is where the walk began. */
static int prove(struct cli *c, uint32_t generation, struct since *since)
{
	int err = st_each_event(c->store, 0, 1, NULL, newest_event, &since->seq);

	if (!err)
		err = st_each_account(c->store, "", 0, is_old, &generation);
	if (err > 0)
		return cli_fail(c, CLI_NO, "%s", T(c, N_("Stopped. The same command finishes it.")));
	return err ? fail(c, err) : 0;
}

/* Drops the old key in a transaction in which nobody else can seal anything. Sets again, and drops nothing,
 * when something was sealed since the proof. */
static int drop(struct cli *c, uint32_t generation, struct since *since, bool *again)
{
	struct st_event *ev;
	char why[512];
	int err, status;

	st_turn_clear(c->turn);
	ev = st_turn_event(c->turn);
	snprintf(why, sizeof why, "%s: generation %u", cli_who(), generation);
	en_audit_admin(ev, cli_now(), EN_ADMIN_ROTATE, NULL, why);
	if ((status = cli_begin(c)))
		return status;
	err = look_since(c, since);
	*again = err > 0;
	if (err)
		st_rollback(c->store);
	if (err)
		return err > 0 ? 0 : fail(c, err);
	if (en_seal_generation(c->seal) != generation) {
		st_rollback(c->store);
		return cli_fail(c, CLI_NO, "%s", T(c, N_("Stopped. The same command finishes it.")));
	}
	if (en_keyfile_drop_old(c->config.key, why, sizeof why)) {
		st_rollback(c->store);
		return cli_fail(c, CLI_UNAVAILABLE, "%s", why);
	}
	if ((err = st_commit(c->store, c->turn)))
		return fail(c, err);
	en_audit_log(ev);
	return 0;
}

/* The walk takes long where there are many accounts, and logins cannot wait for it. So the last transaction
 * looks only at whom the events name since: nothing is sealed without one. */
static int prove_and_drop(struct cli *c, uint32_t generation)
{
	static struct since since;
	bool again = true;
	int status = prove(c, generation, &since);

	while (!status && again) {
		status = drop(c, generation, &since, &again);
		if (!status && again && cli_progress_stopped())
			return cli_fail(c, CLI_NO, "%s", T(c, N_("Stopped. The same command finishes it.")));
		if (!status && again)
			status = renew_batch(c, &since.names);
	}
	if (!status)
		printf(T(c, N_("Everything is sealed with generation %u; the old key is gone. Copy the key "
			       "file anew.\n")),
		       generation);
	return status;
}

/*
 * With two generations in the file an earlier rotation was cut off: it is finished first, as it is. Under the
 * store's lock, so that no generation is added between another rotation's proof and its dropping the others.
 */
static int add_generation(struct cli *c)
{
	char why[512];
	int status;

	st_turn_clear(c->turn);
	if ((status = cli_begin(c)))
		return status;
	if (en_seal_generations(c->seal) == 1 && en_keyfile_add(c->config.key, why, sizeof why))
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", why);
	st_rollback(c->store);
	if (status)
		return status;
	status = cli_begin(c); /* which reads the generation just added */
	st_rollback(c->store);
	return status;
}

int cli_key(struct cli *c, int argc, char **argv)
{
	uint32_t generation;
	int status;

	if (argc != 2 || strcmp(argv[1], "rotate"))
		return cli_usage("key rotate");
	cli_progress_catch_signals();
	if ((status = add_generation(c)))
		return status;
	generation = en_seal_generation(c->seal);
	status = renew_all(c);
	return status ? status : prove_and_drop(c, generation);
}
