#include "tests/faults/crowd.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/dial.h"
#include "common/ticks.h"
#include "tests/faults/ask.h"
#include "tests/unit/cmocka_all.h"

/* What the processes share: a round begins and ends at the barrier. */
struct shared {
	pthread_barrier_t barrier;
	bool over;
	struct rp_request req;
	unsigned verdict[CROWD];
};

static struct shared *share(void)
{
	struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t attr;

	assert_ptr_not_equal(s, MAP_FAILED);
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	assert_int_equal(pthread_barrier_init(&s->barrier, &attr, CROWD + 1), 0);
	return s;
}

static void take_part(struct shared *s, unsigned me, const char *socket)
{
	struct rp_reply rep;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pthread_barrier_wait(&s->barrier);
		if (s->over)
			_exit(0);
		rp_ask(socket, &s->req, &rep, 10000, rp_server_root_or_self, NULL);
		s->verdict[me] = rep.verdict;
		pthread_barrier_wait(&s->barrier);
	}
}

static void one_round(struct shared *s, struct crowd_result *r)
{
	unsigned let_in = 0;

	pthread_barrier_wait(&s->barrier);
	pthread_barrier_wait(&s->barrier);
	for (unsigned i = 0; i < CROWD; i++) {
		let_in += s->verdict[i] == RP_OK;
		r->denied += s->verdict[i] == RP_DENIED;
		r->otherwise += s->verdict[i] != RP_OK && s->verdict[i] != RP_DENIED;
	}
	r->let_in += let_in;
	r->exactly_once += let_in == 1;
	r->rounds++;
}

struct crowd_result crowd_race(struct instance *in, const char *user, const struct token *t, unsigned rounds)
{
	struct shared *s = share();
	struct crowd_result r = {0};
	int64_t since = rp_now_ms();
	pid_t pids[CROWD];
	char code[CODE_SIZE];

	for (unsigned i = 0; i < CROWD; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i])
			take_part(s, i, in->socket);
	}
	for (unsigned n = 0; n < rounds; n++) {
		instance_pass_time(in, 30);
		s->req = ask_request(RP_AUTH, user, "192.0.2.7", token_code(t, in->now, code));
		one_round(s, &r);
	}
	s->over = true;
	pthread_barrier_wait(&s->barrier);
	for (unsigned i = 0; i < CROWD; i++)
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
	r.ms = rp_now_ms() - since;
	munmap(s, sizeof *s);
	return r;
}
