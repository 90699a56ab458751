#include "tests/faults/load.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "common/dial.h"
#include "common/error.h"
#include "engine/reason.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

#define CLIENTS 4
#define USERS 32    /* of each client */
#define STEPS 65536 /* half an hour and more */
#define STEP_SECONDS 30
#define BUDGET_MS 20000
#define REPLAY_EVERY 8

/* What was heard of one user's code in one step, and what the store says of it. */
struct entry {
	uint8_t let_in, lost, denied, events;
};

struct client {
	pid_t pid;
	atomic_uint finished; /* steps */
	unsigned replays, lost, gone;
	char trouble[160]; /* the first answer that may not be */
};

struct load {
	struct instance *in;
	struct token tokens[CLIENTS * USERS];
	atomic_bool over;
	atomic_uint step;
	struct client clients[CLIENTS];
	struct entry ledger[CLIENTS * USERS][STEPS];
};

static const char *name_of(unsigned user, char out[16])
{
	snprintf(out, 16, "user-%03u", user);
	return out;
}

static void doze(void)
{
	nanosleep(&(struct timespec){0, 200000}, NULL);
}

static void trouble(struct client *c, unsigned user, unsigned step, const char *what, int n)
{
	if (!c->trouble[0])
		snprintf(c->trouble, sizeof c->trouble, "user %u, step %u: %s %d", user, step, what, n);
}

/* Asks until there is an answer. */
static void log_in(struct load *l, struct client *c, unsigned user, unsigned step, bool replay)
{
	struct entry *e = &l->ledger[user][step];
	char name[16], code[CODE_SIZE];
	struct rp_request req = ask_request(
		RP_AUTH, name_of(user, name), "192.0.2.7",
		token_code(&l->tokens[user], INSTANCE_EPOCH + (int64_t)step * STEP_SECONDS, code));
	struct rp_reply rep;
	int err;

	while ((err = rp_ask(l->in->socket, &req, &rep, BUDGET_MS, rp_server_root_or_self, NULL))) {
		if (err == RP_EIO) {
			e->lost = 1;
			c->lost++;
		} else if (err == RP_ENOENT) {
			c->gone++;
			doze();
		} else {
			trouble(c, user, step, "no answer, error", err);
			return;
		}
	}
	if (rep.verdict == RP_OK)
		e->let_in++;
	else if (rep.verdict != RP_DENIED || (!replay && !e->lost))
		trouble(c, user, step, "refused with verdict", rep.verdict);
	else if (!replay)
		e->denied = 1;
	c->replays += replay;
}

static void run_client(struct load *l, unsigned n)
{
	struct client *c = &l->clients[n];

	for (unsigned step = 0; !l->over && step < STEPS; step++) {
		while (l->step < step && !l->over)
			doze();
		for (unsigned u = n * USERS; u < (n + 1) * USERS && !l->over; u++) {
			log_in(l, c, u, step, false);
			if ((u + step) % REPLAY_EVERY == 0)
				log_in(l, c, u, step, true);
		}
		c->finished = step + 1;
	}
}

struct load *load_start(struct instance *in)
{
	struct load *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char name[16];

	assert_ptr_not_equal(l, MAP_FAILED);
	l->in = in;
	for (unsigned u = 0; u < CLIENTS * USERS; u++)
		people_enrol(in, name_of(u, name), &l->tokens[u]);
	instance_set_time(in, INSTANCE_EPOCH);
	for (unsigned n = 0; n < CLIENTS; n++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			run_client(l, n);
			_exit(0);
		}
		l->clients[n].pid = pid;
	}
	return l;
}

void load_tick(struct load *l)
{
	for (unsigned n = 0; n < CLIENTS; n++)
		if (l->clients[n].finished <= l->step)
			return;
	if (l->step + 1 == STEPS)
		return;
	instance_set_time(l->in, INSTANCE_EPOCH + ((int64_t)l->step + 1) * STEP_SECONDS);
	l->step++;
}

void load_end(struct load *l)
{
	l->over = true;
	for (unsigned n = 0; n < CLIENTS; n++)
		assert_int_equal(waitpid(l->clients[n].pid, NULL, 0), l->clients[n].pid);
}

static int take_event(const struct st_event *e, void *ctx)
{
	struct load *l = ctx;
	unsigned user;
	int64_t step = (e->time - INSTANCE_EPOCH) / STEP_SECONDS;

	if (e->verdict != RP_OK || e->reason != EN_TOTP || sscanf(e->account, "user-%u", &user) != 1)
		return 0;
	assert_true(user < CLIENTS * USERS && step >= 0 && step < STEPS);
	l->ledger[user][step].events++;
	return 0;
}

static void check_user(struct load *l, unsigned user, struct load_result *r)
{
	char name[16];
	uint64_t last = 0;

	for (unsigned step = 0; step <= l->step; step++) {
		const struct entry *e = &l->ledger[user][step];

		assert_true(e->let_in <= 1);
		assert_true(e->events <= 1);
		if (e->let_in || e->denied)
			assert_int_equal(e->events, 1);
		assert_false(e->let_in && e->denied);
		if (e->events)
			last = INSTANCE_EPOCH / STEP_SECONDS + step;
		r->let_in += e->let_in;
		r->used_by_lost += e->denied;
	}
	assert_int_equal(people_account(l->in, name_of(user, name)).tokens[0].last_counter, last);
}

struct load_result load_check(struct load *l)
{
	struct load_result r = {.steps = l->step};
	struct st_store *s;

	for (unsigned n = 0; n < CLIENTS; n++) {
		assert_string_equal(l->clients[n].trouble, "");
		r.replays += l->clients[n].replays;
		r.lost += l->clients[n].lost;
		r.gone += l->clients[n].gone;
	}
	assert_int_equal(st_open(&s, l->in->state, false), 0);
	assert_int_equal(st_verify(s), 0);
	assert_int_equal(st_each_event(s, 0, 0, NULL, take_event, l), 0);
	st_close(s);
	for (unsigned u = 0; u < CLIENTS * USERS; u++)
		check_user(l, u, &r);
	munmap(l, sizeof *l);
	return r;
}
