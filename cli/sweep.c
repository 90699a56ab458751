/*
 * Every registered mailbox is judged, and looked up before where what is known of it is too old: some at a
 * time, and no more in a minute than the API's plan allows. What was found is stored at once, so the next
 * sweep goes on where this one ended.
 */
#include "cli/mailbox.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/mailcause.h"
#include "cli/pace.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/settle.h"
#include "common/secret.h"
#include "common/ticks.h"

/* rempart-fetch has 64 questions on their way at most, and logins have theirs. */
#define SLOTS 32
#define ANSWER_MS (RP_FETCH_BUDGET_MS + 500)
/* Between two looks at what came, so many are judged that need no lookup. */
#define AT_ONCE 256
/* In a row: then it is not this address, but the server or the way to it. */
#define TROUBLES_MAX 10
#define RATE_MAX 1000000

struct slot {
	enum { FREE, TO_ASK, ASKED } state;
	int fd;
	int64_t deadline;
	struct cli_registered r;
	struct en_lookup lookup;
};

struct sweep {
	struct cli *c;
	struct en_link *link;
	struct cli_registered_walk *walk;
	bool over; /* no more addresses are taken */
	struct cli_pace pace;
	int64_t held;		      /* the server wants no question before this */
	unsigned troubles;	      /* since an answer came */
	char cause[EN_CAUSE_MAX + 1]; /* of the end, where there is one */
	char words[EN_CAUSE_MAX + 1];
	size_t stale; /* to be looked up */
	size_t judged, looked_up, flagged, clean, left;
	struct cli_progress progress;
	struct slot slots[SLOTS];
};

static int settle(struct sweep *s, const struct cli_registered *r, const struct en_lookup *found)
{
	enum cli_settled was;
	int status = cli_settle(s->c, r, found, &was);

	s->judged++;
	s->flagged += was == CLI_NEWLY_FLAGGED;
	s->clean += was == CLI_CLEAN_AGAIN;
	return status;
}

static bool is_stale(const struct cli *c, const struct cli_registered *r)
{
	return !r->boxes.cause && en_mailbox_is_stale(&c->config, &r->boxes.box, cli_now());
}

static struct slot *find(struct sweep *s, unsigned state)
{
	for (int i = 0; i < SLOTS; i++)
		if (s->slots[i].state == state)
			return &s->slots[i];
	return NULL;
}

static void empty(struct slot *slot)
{
	if (slot->state == ASKED)
		close(slot->fd);
	rp_wipe(slot, sizeof *slot);
}

/* Takes addresses from the walk while there is room for them. */
static int fill(struct sweep *s)
{
	int status = 0;

	for (int i = 0; i < AT_ONCE && !s->over && !status; i++) {
		struct slot *slot = find(s, FREE);
		const struct cli_registered *r = slot ? cli_registered_next(s->walk, &status) : NULL;

		if (!slot)
			break;
		if (!r) {
			s->over = true;
		} else if (is_stale(s->c, r)) {
			slot->r = *r;
			slot->state = TO_ASK;
			en_lookup_want(&slot->lookup, &s->c->config, &r->boxes.address);
		} else {
			status = settle(s, r, NULL);
		}
	}
	return status;
}

/* Causes that no other address would change. */
static bool is_final(const char *cause)
{
	static const char *const finals[] = {"not-configured", "fetch-gone",	  "fetch-refused",
					     "no-api-key",     "api-key-refused", "not-in-plan"};

	for (size_t i = 0; i < sizeof finals / sizeof *finals; i++)
		if (!strcmp(cause, finals[i]))
			return true;
	return false;
}

static bool asks_to_wait(const struct en_lookup *k)
{
	return k->status == RP_RANGE_RATE || k->status == RP_RANGE_BREAKER || !strcmp(k->cause, "busy");
}

/* Nothing was found out. Where the server asked to wait, the same address is asked about again. */
static void fail(struct sweep *s, struct slot *slot)
{
	const struct en_lookup *k = &slot->lookup;
	int64_t now = rp_now_ms();

	s->troubles += now >= s->held;
	if (is_final(k->cause) || s->troubles >= TROUBLES_MAX) {
		strcpy(s->cause, k->cause);
		s->over = true;
	}
	if (!asks_to_wait(k)) {
		s->left++;
		empty(slot);
		return;
	}
	cli_pace_hold(&s->pace, k->detail ? (int64_t)k->detail : 1, now);
	s->held = now + cli_pace_wait(&s->pace, now);
	if (slot->state == ASKED)
		close(slot->fd);
	slot->state = TO_ASK;
	slot->lookup = (struct en_lookup){0};
	en_lookup_want(&slot->lookup, &s->c->config, &slot->r.boxes.address);
}

static void ask_due(struct sweep *s)
{
	int64_t now = rp_now_ms();
	struct slot *slot;

	while (!s->cause[0] && !cli_pace_wait(&s->pace, now) && (slot = find(s, TO_ASK))) {
		cli_pace_sent(&s->pace, now);
		slot->fd = en_lookup_ask(&slot->lookup, &s->c->config, s->link, now);
		slot->deadline = now + ANSWER_MS;
		if (slot->fd >= 0)
			slot->state = ASKED;
		else
			fail(s, slot);
	}
}

static int take_answer(struct sweep *s, struct slot *slot)
{
	int status;

	if (!slot->lookup.found) {
		fail(s, slot);
		return 0;
	}
	s->troubles = 0;
	s->looked_up++;
	status = settle(s, &slot->r, &slot->lookup);
	empty(slot);
	return status;
}

static int hear(struct sweep *s)
{
	int64_t now = rp_now_ms();
	int status = 0;

	for (int i = 0; i < SLOTS && !status; i++) {
		struct slot *slot = &s->slots[i];

		if (slot->state != ASKED)
			continue;
		if (!en_lookup_hear(&slot->lookup, &s->c->config, s->link, slot->fd, now)) {
			if (now < slot->deadline)
				continue;
			en_lookup_give_up(&slot->lookup, s->link, true, now);
		}
		status = take_answer(s, slot);
	}
	return status;
}

/* Until an answer comes, a question may go out, or the time of one is over. */
static void rest(struct sweep *s)
{
	struct pollfd fds[SLOTS];
	int64_t now = rp_now_ms(), wake = now + 1000;
	nfds_t n = 0;

	for (int i = 0; i < SLOTS; i++) {
		const struct slot *slot = &s->slots[i];

		if (slot->state == ASKED) {
			fds[n++] = (struct pollfd){.fd = slot->fd, .events = POLLIN};
			wake = slot->deadline < wake ? slot->deadline : wake;
		}
	}
	if (find(s, TO_ASK) && now + cli_pace_wait(&s->pace, now) < wake)
		wake = now + cli_pace_wait(&s->pace, now);
	if ((!s->over && find(s, FREE)) || (!n && !find(s, TO_ASK)))
		wake = now;
	poll(fds, n, wake > now ? (int)(wake - now) : 0);
}

static int go_on(struct sweep *s)
{
	int status = 0;

	while (!status && (!s->over || find(s, TO_ASK) || find(s, ASKED))) {
		s->over |= cli_progress_stopped();
		status = fill(s);
		for (int i = 0; i < SLOTS && (s->cause[0] || cli_progress_stopped()); i++)
			if (s->slots[i].state == TO_ASK)
				empty(&s->slots[i]);
		ask_due(s);
		rest(s);
		if (!status)
			status = hear(s);
		cli_progress_show(&s->progress, s->stale ? s->looked_up + s->left : s->judged);
	}
	cli_progress_leave(&s->progress);
	return status;
}

/* How many there are, and how many of them will be looked up: the progress needs it. */
static int count(struct cli *c, size_t *all, size_t *stale)
{
	struct cli_registered_walk *w = cli_registered_begin(c);
	const struct cli_registered *r;
	int status = w ? 0 : CLI_UNAVAILABLE;

	*all = *stale = 0;
	while (!status && !cli_progress_stopped() && (r = cli_registered_next(w, &status))) {
		(*all)++;
		*stale += is_stale(c, r);
	}
	cli_registered_end(w);
	return status;
}

static int unusable(const struct cli *c, const char *cause)
{
	cli_fail(c, CLI_UNAVAILABLE, T(c, N_("Mailboxes cannot be looked up now: %s (%s).")),
		 cli_mail_cause(c, cause), cause);
	return cli_fail(c, CLI_UNAVAILABLE, "%s", cli_mail_mend(c, cause));
}

/* A tenth of what the plan allows is left to resets. */
static int set_pace(struct sweep *s)
{
	unsigned long rate = (unsigned long)s->c->config.sweep_rate;
	char cause[EN_CAUSE_MAX + 1];
	struct cli_plan plan;
	int err = cli_plan_ask(s->c, s->link, &plan, cause);

	if (!err && !plan.ranges && !s->c->config.email_exact) {
		strcpy(cause, "not-in-plan");
		err = -1;
	}
	/* A mirror may not know of plans. */
	if (err && (!rate || is_final(cause)))
		return unusable(s->c, cause);
	if (!rate)
		rate = plan.rpm - plan.rpm / 10;
	cli_pace_start(&s->pace, rate > RATE_MAX ? RATE_MAX : rate ? rate : 1, rp_now_ms());
	return 0;
}

static int remember(struct cli *c)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%lld", (long long)cli_now());
	int status;

	st_turn_clear(c->turn);
	status = cli_begin(c);
	if (status)
		return status;
	if (st_meta_set(c->store, CLI_SWEEP_META, text, (size_t)len))
		status = cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	else
		status = cli_commit(c);
	st_rollback(c->store);
	return status;
}

static int tell(const struct sweep *s)
{
	struct cli *c = s->c;

	printf(T(c, N_("%zu mailboxes looked up, %zu judged: %zu newly flagged, %zu not flagged any more\n")),
	       s->looked_up, s->judged, s->flagged, s->clean);
	if (s->left)
		printf(T(c, N_("%zu could not be looked up; the next sweep tries again.\n")), s->left);
	if (s->cause[0])
		return unusable(c, s->cause);
	if (cli_progress_stopped())
		return cli_fail(c, CLI_NO, "%s", T(c, N_("Stopped. The same command goes on from here.")));
	if (!c->config.mailbox_lookup) {
		puts(T(c, N_("Nothing is looked up: lookup = no in rempart.conf.")));
		return 0;
	}
	return remember(c);
}

static int sweep(struct sweep *s)
{
	size_t all;
	int status = count(s->c, &all, &s->stale);

	if (!status && s->stale)
		status = set_pace(s);
	if (status)
		return status;
	if (s->stale)
		cli_progress_start(&s->progress, T(s->c, N_("looking up")), s->stale);
	else
		cli_progress_start(&s->progress, T(s->c, N_("judging")), all);
	status = go_on(s);
	return status ? status : tell(s);
}

int cli_mailbox_sweep(struct cli *c, int argc, char **argv)
{
	struct sweep *s;
	int status = CLI_UNAVAILABLE;

	if (!cli_operands(argc, argv, 0))
		return cli_usage(CLI_MAILBOX_SWEEP);
	s = calloc(1, sizeof *s);
	if (s) {
		s->c = c;
		s->link = en_link_new();
		s->walk = cli_registered_begin(c);
	}
	if (s && s->link && s->walk) {
		cli_progress_catch_signals();
		status = sweep(s);
	} else {
		cli_fail(c, status, "%s", T(c, N_("There is not enough memory.")));
	}
	if (s) {
		for (int i = 0; i < SLOTS; i++)
			empty(&s->slots[i]);
		cli_registered_end(s->walk);
		en_link_free(s->link);
	}
	free(s);
	return status;
}
