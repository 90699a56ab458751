#include "bench/breach_storm.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "bench/breach_tally.h"
#include "bench/instance.h"
#include "bench/people.h"
#include "common/reply.h"
#include "common/request.h"

/* At a time. rempartd seats 1,024, and as many wait in its socket's queue. */
#define GUESTS_MAX 8192
#define SECOND 1000000000LL
#define PROBE_EVERY (SECOND / 50)
#define BUDGET (RP_MODULE_BUDGET_MS * (SECOND / 1000))
#define SWEEP_EVERY (SECOND / 20)

enum step { FREE, AUTH, ACCOUNT, PROBE };

struct guest {
	enum step step;
	int fd; /* -1: the queue of rempartd's socket is full, to be tried again */
	unsigned user, phase;
	int64_t due, deadline;
};

struct run {
	struct bn_storm *storm;
	struct sockaddr_un to;
	int epoll;
	unsigned phase, came; /* came: in all */
	int64_t begun, phase_begun, probe_due, sweep_due;
	double *took[BN_PHASES_MAX]; /* microseconds, of those that are done */
	uint8_t *phase_of;	     /* of each user */
	struct guest guests[GUESTS_MAX];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void leave(struct guest *g)
{
	if (g->fd >= 0)
		close(g->fd);
	*g = (struct guest){.fd = -1};
}

static void end_login(struct run *r, struct guest *g, enum rp_verdict verdict)
{
	struct bn_phase *p = &r->storm->phases[g->phase];

	if (g->step != PROBE && verdict == RP_OK) {
		r->took[g->phase][p->done++] = (double)(now_ns() - g->due) / 1000;
	} else if (g->step != PROBE) {
		p->refused++;
		p->verdict = (uint8_t)verdict;
	}
	leave(g);
}

static void give_up(struct run *r, struct guest *g)
{
	r->storm->phases[g->phase].late += g->step != PROBE;
	leave(g);
}

/* As good as the SHA-1 of a password that nobody else has, in a range that others may have too. */
static void digest(const struct guest *g, uint8_t set, uint8_t out[RP_DIGEST_LEN])
{
	bn_secret(~g->user, out);
	if (!set || g->step == PROBE)
		return;
	out[0] = set;
	out[1] = (uint8_t)(g->user % BN_RANGES);
	out[2] &= 0x0f;
}

/* What this step asks. */
static int packet(const struct run *r, const struct guest *g, uint8_t buf[RP_PACKET_MAX])
{
	static const uint8_t verbs[] = {
		[AUTH] = RP_AUTH, [ACCOUNT] = RP_ACCOUNT, [PROBE] = RP_CHECK_PASSWORD};
	struct rp_request req = {.version = RP_VERSION, .verb = verbs[g->step], .service = "bench"};

	if (g->step != PROBE) {
		bn_name(g->user, req.user);
		bn_source(g->user, req.source);
	}
	if (g->step == AUTH && bn_code(g->user, (uint64_t)time(NULL) / BN_STEP, req.code))
		return -1;
	if (g->step != AUTH) {
		digest(g, r->storm->phases[g->phase].set, req.digest);
		req.has_digest = true;
	}
	return rp_request_encode(&req, buf, RP_PACKET_MAX);
}

/* False: rempartd cannot be asked at all. */
static bool ask(struct run *r, struct guest *g)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = g};
	uint8_t buf[RP_PACKET_MAX];
	int n = packet(r, g, buf);

	g->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n < 0 || g->fd < 0)
		return false;
	if (!connect(g->fd, (const struct sockaddr *)&r->to, sizeof r->to))
		return send(g->fd, buf, (size_t)n, MSG_NOSIGNAL) == n &&
		       !epoll_ctl(r->epoll, EPOLL_CTL_ADD, g->fd, &ev);
	close(g->fd);
	g->fd = -1;
	return errno == EAGAIN;
}

static void begin(struct run *r, enum step step, unsigned user, int64_t due)
{
	unsigned i;

	for (i = 0; i < GUESTS_MAX && r->guests[i].step; i++)
		;
	if (i < GUESTS_MAX) {
		r->guests[i] = (struct guest){step, -1, user, r->phase, due, due + BUDGET};
		if (!ask(r, &r->guests[i]))
			give_up(r, &r->guests[i]);
	} else {
		r->storm->phases[r->phase].late += step != PROBE;
	}
}

/* What a probe was told is of the phase in which it is told. */
static void hear_probe(struct run *r, const struct rp_reply *rep)
{
	struct bn_phase *p = &r->storm->phases[r->phase];
	double after = (double)(now_ns() - r->phase_begun) / SECOND;

	if (rep->verdict == RP_OK && isnan(p->known_after))
		p->known_after = after;
	if (rep->verdict == RP_UNKNOWN && !strcmp(rep->t1, "breaker-open") && isnan(p->open_after))
		p->open_after = after;
}

static void hear(struct run *r, struct guest *g)
{
	static struct rp_reply rep;
	uint8_t buf[RP_PACKET_MAX];
	ssize_t n = recv(g->fd, buf, sizeof buf, 0);

	if (n <= 0 || rp_reply_decode(&rep, buf, (size_t)n)) {
		give_up(r, g);
		return;
	}
	if (g->step == PROBE)
		hear_probe(r, &rep);
	if (g->step != AUTH || rep.verdict != RP_OK) {
		end_login(r, g, (enum rp_verdict)rep.verdict);
		return;
	}
	close(g->fd);
	g->step = ACCOUNT;
	g->deadline = now_ns() + BUDGET;
	if (!ask(r, g))
		give_up(r, g);
}

/* Who could not be asked yet is tried again; who was not answered in time gives up. */
static unsigned sweep(struct run *r, int64_t now)
{
	unsigned there = 0;

	for (unsigned i = 0; i < GUESTS_MAX; i++) {
		struct guest *g = &r->guests[i];

		if (g->step && (now > g->deadline || (g->fd < 0 && !ask(r, g))))
			give_up(r, g);
		there += g->step != FREE;
	}
	r->sweep_due = now + SWEEP_EVERY;
	return there;
}

static void wait_until(struct run *r, int64_t until)
{
	int64_t left = until - now_ns();
	const struct timespec most = {left > 0 ? left / SECOND : 0, left > 0 ? left % SECOND : 0};
	struct epoll_event events[256];
	int n = epoll_pwait2(r->epoll, events, sizeof events / sizeof *events, &most, NULL);

	for (int i = 0; i < n; i++)
		hear(r, events[i].data.ptr);
}

static int64_t due_of(const struct run *r, unsigned i)
{
	return r->begun + (int64_t)i * SECOND / r->storm->rate;
}

/* Everybody who is due before until, which is a phase's end. */
static void come(struct run *r, int64_t until)
{
	struct bn_storm *s = r->storm;
	int64_t next = due_of(r, r->came);

	while (!bn_stopped && next < until) {
		int64_t now = now_ns();

		for (; next <= now && next < until; next = due_of(r, ++r->came)) {
			unsigned user = bn_subject_user(s->subject, r->came);

			r->phase_of[user] = (uint8_t)r->phase;
			s->phases[r->phase].came++;
			begin(r, AUTH, user, next);
		}
		if (now >= r->probe_due) {
			begin(r, PROBE, s->subject->users + r->came, now);
			r->probe_due = now + PROBE_EVERY;
		}
		if (now >= r->sweep_due)
			sweep(r, now);
		wait_until(r, next);
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sum_up(struct run *r)
{
	for (unsigned i = 0; i < r->storm->n; i++) {
		struct bn_phase *p = &r->storm->phases[i];
		double *took = r->took[i];

		qsort(took, p->done, sizeof *took, compare);
		p->p50 = p->done ? took[p->done / 2] : NAN;
		p->p99 = p->done ? took[(size_t)(p->done * 0.99)] : NAN;
		p->max = p->done ? took[p->done - 1] : NAN;
	}
}

static double cpu(pid_t pid)
{
	return (double)bn_instance_cpu(pid) / 1000;
}

static int storm(struct run *r)
{
	struct bn_storm *s = r->storm;
	int64_t until = r->begun = now_ns();

	for (r->phase = 0; r->phase < s->n; r->phase++) {
		struct bn_phase *p = &s->phases[r->phase];

		if (bn_api_mode(s->api, p->mode))
			return -1;
		p->cpu = cpu(s->subject->daemon);
		p->fetch_cpu = cpu(s->api->fetch);
		r->phase_begun = now_ns();
		until += (int64_t)(p->seconds * SECOND);
		come(r, until);
		p->cpu = (cpu(s->subject->daemon) - p->cpu) / p->came;
		p->fetch_cpu = (cpu(s->api->fetch) - p->fetch_cpu) / p->came;
	}
	r->phase = s->n - 1;
	while (!bn_stopped && sweep(r, now_ns()))
		wait_until(r, r->sweep_due);
	return bn_stopped ? -1 : 0;
}

static int make_room(struct run *r)
{
	struct rlimit files = {0, 0};
	bool full = false;

	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->phase_of = calloc(r->storm->subject->users, 1);
	for (unsigned i = 0; i < r->storm->n; i++) {
		struct bn_phase *p = &r->storm->phases[i];

		p->known_after = p->open_after = NAN;
		r->took[i] = calloc((size_t)(p->seconds * r->storm->rate) + 2, sizeof *r->took[i]);
		full |= !r->took[i];
	}
	for (unsigned i = 0; i < GUESTS_MAX; i++)
		r->guests[i].fd = -1;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	return r->epoll < 0 || !r->phase_of || full ? -1 : 0;
}

int bn_storm_run(struct bn_storm *s)
{
	static struct run r;
	int err;

	r = (struct run){.storm = s, .to = {.sun_family = AF_UNIX}};
	if (s->n > BN_PHASES_MAX || strlen(s->socket) >= sizeof r.to.sun_path)
		return -1;
	strcpy(r.to.sun_path, s->socket);
	err = make_room(&r);
	if (!err)
		err = storm(&r);
	if (!err) {
		sum_up(&r);
		err = bn_tally(s, r.phase_of);
	}
	for (unsigned i = 0; i < s->n; i++)
		free(r.took[i]);
	free(r.phase_of);
	if (r.epoll >= 0)
		close(r.epoll);
	return err;
}
