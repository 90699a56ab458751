#include "bench/crowd.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <security/pam_appl.h>
#include "bench/folder.h"
#include "bench/instance.h"
#include "bench/people.h"

/* Logarithmic histogram of nanoseconds: 2^SUB slots an octave, 3 % wide. */
#define SUB 5
#define SLOTS ((64 - SUB) << SUB)

#define WARM_LOGINS 5
#define WARM_NS 20000000
/* A client that is this many seconds late hangs. */
#define LATE 60
/* A code of the step before this one is given out only this long into a step, so that it is not old on
 * arrival. */
#define EARLY 20

struct client {
	uint64_t done, refused, ns, max, cpu_ns;
	unsigned tried;
	int why;
	bool failed, finished;
	uint32_t slots[SLOTS];
};

struct crowd {
	struct bn_subject *s;
	const char *confdir;
	unsigned clients, quota;
	uint64_t ns;
	int ready[2], go[2];
	struct client *of; /* shared */
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static unsigned slot_of(uint64_t ns)
{
	unsigned e;

	if (ns < 1 << SUB)
		return (unsigned)ns;
	e = 63 - (unsigned)__builtin_clzll(ns) - SUB;
	return ((e + 1) << SUB) + (unsigned)(ns >> e & ((1 << SUB) - 1));
}

/* The middle of a slot. */
static double slot_ns(unsigned slot)
{
	unsigned e = slot >> SUB;

	if (!e)
		return slot;
	return ldexp((1 << SUB) + (slot & ((1 << SUB) - 1)) + 0.5, (int)e - 1);
}

static int answer_code(int n, const struct pam_message **msg, struct pam_response **resp, void *code)
{
	struct pam_response *r = calloc((size_t)n, sizeof *r);

	for (int i = 0; r && i < n; i++)
		if (msg[i]->msg_style == PAM_PROMPT_ECHO_OFF || msg[i]->msg_style == PAM_PROMPT_ECHO_ON)
			r[i].resp = strdup(code);
	*resp = r;
	return r ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* Returns what PAM answers, or -1 when it could not be asked. */
static int log_in(const struct crowd *w, unsigned user, char *code, uint64_t *ns)
{
	char name[BN_NAME_LEN], source[16];
	struct pam_conv conv = {answer_code, code};
	pam_handle_t *pamh = NULL;
	uint64_t start;
	int ret;

	bn_name(user, name);
	bn_source(user, source);
	start = now_ns(CLOCK_MONOTONIC);
	if (pam_start_confdir(w->s->service, name, &conv, w->confdir, &pamh) != PAM_SUCCESS)
		return -1;
	ret = pam_set_item(pamh, PAM_RHOST, source);
	if (ret == PAM_SUCCESS)
		ret = pam_authenticate(pamh, 0);
	pam_end(pamh, ret);
	*ns = now_ns(CLOCK_MONOTONIC) - start;
	return ret;
}

/* The oldest good time step later than last; 0 when there is none yet. */
static uint64_t next_counter(uint64_t last)
{
	uint64_t now = (uint64_t)time(NULL);
	uint64_t step = now / BN_STEP, oldest = now % BN_STEP < EARLY ? step - 1 : step;

	if (last < oldest)
		return oldest;
	return last <= step ? last + 1 : 0;
}

/* Takes the client's next user. False: the users are used up, or PAM could not be asked. */
static bool serve_next(const struct crowd *w, unsigned p, struct client *c, bool measured)
{
	struct bn_subject *s = w->s;
	uint64_t counter = 0, ns;
	unsigned user, i;
	char code[7];
	int ret = -1;

	do {
		if (c->tried == w->quota)
			return false;
		i = p + c->tried++ * w->clients;
		user = bn_subject_user(s, i);
		counter = next_counter(s->last[user]);
	} while (!counter);
	c->failed = bn_code(user, counter, code) || (ret = log_in(w, user, code, &ns)) < 0;
	if (c->failed)
		return false;
	if (ret == PAM_SUCCESS)
		s->last[user] = (uint32_t)counter;
	if (!measured)
		return true;
	if (ret != PAM_SUCCESS) {
		c->refused++;
		c->why = ret;
		return true;
	}
	c->done++;
	c->max = ns > c->max ? ns : c->max;
	c->slots[slot_of(ns)]++;
	return true;
}

static void be_client(const struct crowd *w, unsigned p)
{
	struct client *c = &w->of[p];
	uint64_t start = now_ns(CLOCK_MONOTONIC), cpu;
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bn_release_signals();
	close(w->ready[0]);
	close(w->go[1]);
	alarm((unsigned)(w->ns / 1000000000) + LATE);
	for (int i = 0; i < WARM_LOGINS && now_ns(CLOCK_MONOTONIC) - start < WARM_NS; i++)
		serve_next(w, p, c, false);
	if (write(w->ready[1], &byte, 1) != 1 || read(w->go[0], &byte, 1))
		return;
	start = now_ns(CLOCK_MONOTONIC);
	cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	while (now_ns(CLOCK_MONOTONIC) - start < w->ns && serve_next(w, p, c, true))
		;
	c->ns = now_ns(CLOCK_MONOTONIC) - start;
	c->cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	c->finished = !c->failed;
}

/* Starts the clients and lets them go at once. Returns how many run. */
static unsigned start_all(struct crowd *w, pid_t *pids, uint64_t *daemon_ns)
{
	unsigned n, up = 0;
	char byte;

	for (n = 0; n < w->clients; n++) {
		pids[n] = fork();
		if (pids[n] < 0)
			break;
		if (!pids[n]) {
			be_client(w, n);
			_exit(0);
		}
	}
	close(w->ready[1]);
	close(w->go[0]);
	while (up < n && (read(w->ready[0], &byte, 1) == 1 || errno == EINTR))
		up++;
	*daemon_ns = bn_instance_cpu(w->s->daemon);
	close(w->go[1]); /* the signal to go is the end of this pipe */
	close(w->ready[0]);
	return n;
}

static double percentile(const uint64_t *slots, uint64_t all, double share)
{
	uint64_t seen = 0;
	unsigned i;

	for (i = 0; i < SLOTS - 1; i++) {
		seen += slots[i];
		if ((double)seen >= (double)all * share)
			break;
	}
	return slot_ns(i) / 1000;
}

static int sum_up(const struct crowd *w, uint64_t daemon_ns, struct bn_run *out)
{
	uint64_t slots[SLOTS] = {0};
	unsigned tried = 0;

	*out = (struct bn_run){0};
	for (unsigned p = 0; p < w->clients; p++) {
		const struct client *c = &w->of[p];

		if (!c->finished)
			return -1;
		out->rate += (double)c->done * 1e9 / (double)c->ns;
		out->max = fmax(out->max, (double)c->max / 1000);
		out->cpu += (double)c->cpu_ns / 1000;
		out->done += c->done;
		out->refused += c->refused;
		out->why = c->why ? c->why : out->why;
		tried = c->tried > tried ? c->tried : tried;
		for (unsigned i = 0; i < SLOTS; i++)
			slots[i] += c->slots[i];
	}
	w->s->cursor += tried * w->clients;
	if (!out->done && !out->refused)
		return 0;
	out->cpu /= (double)(out->done + out->refused);
	out->daemon_cpu = (double)daemon_ns / 1000 / (double)(out->done + out->refused);
	if (!out->done)
		return 0;
	out->p50 = percentile(slots, out->done, 0.5);
	out->p99 = percentile(slots, out->done, 0.99);
	return 0;
}

int bn_crowd_run(struct bn_subject *s, const char *confdir, unsigned clients, unsigned quota, double seconds,
		 struct bn_run *out)
{
	struct crowd w = {s, confdir, clients, quota, (uint64_t)(seconds * 1e9), {-1, -1}, {-1, -1}, NULL};
	size_t size = clients * sizeof(struct client);
	pid_t pids[BN_CLIENTS_MAX];
	uint64_t daemon_ns;
	unsigned n;
	int err = -1;

	if (clients > BN_CLIENTS_MAX || pipe(w.ready) || pipe(w.go))
		return -1;
	w.of = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w.of == MAP_FAILED)
		return -1;
	n = start_all(&w, pids, &daemon_ns);
	for (unsigned i = 0; i < n; i++)
		while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			kill(pids[i], SIGTERM);
	daemon_ns = bn_instance_cpu(s->daemon) - daemon_ns;
	if (n == clients)
		err = sum_up(&w, daemon_ns, out);
	if (err && !bn_stopped)
		fprintf(stderr, "bench: %s: a client could not log anybody in\n", s->service);
	munmap(w.of, size);
	return err;
}
