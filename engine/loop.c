#include "engine/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/notify.h"
#include "common/signals.h"
#include "common/ticks.h"
#include "engine/park.h"
#include "store/store.h"

/* Nobody waits for so long: time to tidy, in milliseconds. */
#define QUIET_MS 1000
#define SAY_AGAIN_MS 60000

enum watched { SIGNALS, LISTENER, SEAT, FETCH };

struct loop {
	struct en_engine *engine;
	struct en_inquiry *inquiry;
	int listener, epoll, signals;
	bool own_socket, accepting, stopping, untidy;
	struct en_portals portals;
	struct en_seats seats;
	struct en_park park;
	struct en_job jobs[ST_TURN_MAX];
	struct en_seat *asker[ST_TURN_MAX];
	unsigned n, malformed;
	int64_t malformed_said;
	int64_t now, busy; /* monotonic, milliseconds: of this round, and of the last turn */
	void (*reload)(void *);
	void *ctx;
};

static int watch(struct loop *l, int op, int fd, uint32_t events, enum watched what, long which)
{
	struct epoll_event ev = {.events = events, .data.u64 = (uint64_t)what << 32 | (uint32_t)which};

	return epoll_ctl(l->epoll, op, fd, &ev);
}

/* events 0: only that it hung up. */
static void watch_seat(struct loop *l, struct en_seat *s, uint32_t events)
{
	int op = s->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	s->watched = !watch(l, op, s->fd, events, SEAT, s - l->seats.seats);
}

static void answer(struct loop *l, struct en_seat *s, struct rp_reply *rep)
{
	uint8_t buf[RP_PACKET_MAX];
	int n = rp_reply_encode(rep, buf, sizeof buf);

	/* The socket's buffer is empty and has room for one packet; who went away needs no answer. */
	if (n > 0 && send(s->fd, buf, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE &&
	    errno != ECONNRESET)
		rp_log(LOG_WARNING, "an answer could not be sent: %s", strerror(errno));
	rp_wipe(buf, sizeof buf);
	en_seats_leave(&l->seats, s);
}

static void refuse_packet(struct loop *l, struct en_seat *s, uint8_t version, uint8_t verb)
{
	bool served = version >= RP_VERSION_OLDEST && version <= RP_VERSION;
	struct rp_reply rep = {
		.version = served ? version : RP_VERSION, .verb = verb, .verdict = RP_BAD_REQUEST};

	l->malformed++;
	if (!l->malformed_said || l->now - l->malformed_said >= SAY_AGAIN_MS) {
		rp_log(LOG_WARNING, "refused %u malformed packets so far; the last from uid %u", l->malformed,
		       (unsigned)s->peer);
		l->malformed_said = l->now;
	}
	answer(l, s, &rep);
}

static struct en_job *add_job(struct loop *l, struct en_seat *s)
{
	struct en_job *job = &l->jobs[l->n];

	l->asker[l->n++] = s;
	s->state = EN_SEAT_ASKS;
	job->peer = s->peer;
	job->who = s->who;
	return job;
}

/* Takes the packet of s if it is there. */
static void take(struct loop *l, struct en_seat *s)
{
	uint8_t buf[RP_PACKET_MAX];
	struct iovec iov = {buf, sizeof buf};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n = recvmsg(s->fd, &msg, MSG_DONTWAIT);
	struct rp_request *req = &l->jobs[l->n].req;
	struct en_job *job;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		en_seats_leave(&l->seats, s);
		return;
	}
	if (msg.msg_flags & MSG_TRUNC || rp_request_decode(req, buf, (size_t)n)) {
		refuse_packet(l, s, buf[0], n > 1 ? buf[1] : 0);
	} else {
		job = add_job(l, s);
		job->waited_ms = 0;
		job->lookup = (struct en_lookup){0};
		en_breach_look(l->inquiry->breach, req, job->who != EN_ANY, l->now, &job->finding);
	}
	rp_wipe(buf, (size_t)n);
}

/* From a seat in epoll: its packet, or that it hung up. */
static void hear_seat(struct loop *l, struct en_seat *s)
{
	if (s->state == EN_SEAT_SILENT)
		take(l, s);
	if (s->state != EN_SEAT_PARKED)
		return;
	en_park_leave(&l->park, en_park_find(&l->park, s));
	en_seats_leave(&l->seats, s);
}

/* Its request is decided in this round's turn, with what became known. */
static void unpark(struct loop *l, struct en_parked *k, const struct en_finding *f)
{
	struct en_job *job = add_job(l, k->seat);

	job->req = k->req;
	job->finding = *f;
	job->lookup = k->lookup;
	job->lookup.over = true;
	job->waited_ms = l->now - k->since;
	en_park_leave(&l->park, k);
}

static void hear_fetch(struct loop *l, struct en_parked *k)
{
	struct en_finding f = {0};

	if (!k->taken || k->fd < 0 || !en_inquiry_hear(l->inquiry, k->fd, &k->req, l->now, &f, &k->lookup))
		return;
	if (k->lookup.held)
		en_park_hang_up(k);
	else
		unpark(l, k, &f);
}

static void unpark_late(struct loop *l)
{
	struct en_finding f = {0};

	for (unsigned i = 0; l->park.used && i < EN_PARKED_MAX && l->n < ST_TURN_MAX; i++) {
		struct en_parked *k = &l->park.places[i];

		if (!en_park_is_late(k, l->now))
			continue;
		if (k->fd >= 0)
			en_inquiry_give_up(l->inquiry, &k->req, l->now, true, &f, &k->lookup);
		unpark(l, k, &f);
	}
}

/* False: it cannot wait, and is decided with what is known. */
static bool park(struct loop *l, struct en_job *job, struct en_seat *s)
{
	struct en_parked *k;
	bool room = en_park_has_room(&l->park, &job->req);
	int fd = -1;

	if (room)
		fd = en_inquiry_ask(l->inquiry, &job->req, l->now, &job->finding, &job->lookup);
	else
		en_inquiry_give_up(l->inquiry, &job->req, l->now, false, &job->finding, &job->lookup);
	if (fd < 0 && !(room && job->lookup.held)) {
		job->lookup.over = true;
		return false;
	}
	k = en_park_put(&l->park, s, fd, l->now - job->waited_ms, &job->req, &job->lookup);
	s->state = EN_SEAT_PARKED;
	if (fd >= 0)
		watch(l, EPOLL_CTL_ADD, fd, EPOLLIN, FETCH, k - l->park.places);
	watch_seat(l, s, 0);
	return true;
}

/* While every seat is taken, who comes waits in the kernel. */
static void set_accepting(struct loop *l, bool accepting)
{
	if (accepting != l->accepting)
		watch(l, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, l->listener, EPOLLIN, LISTENER, 0);
	l->accepting = accepting;
}

/* Bounded, so that who connects and hangs up in a loop keeps nobody from being answered. Returns how many
 * came. */
static unsigned accept_some(struct loop *l)
{
	unsigned came = 0;

	for (; came < ST_TURN_MAX && l->n < ST_TURN_MAX && l->seats.used < EN_CONNECTIONS_MAX; came++) {
		int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct en_seat *s;

		if (fd < 0)
			break;
		s = en_seats_take(&l->seats, &l->portals, fd, l->now);
		if (!s) {
			close(fd);
			continue;
		}
		take(l, s);
		if (s->fd >= 0 && s->state == EN_SEAT_SILENT)
			watch_seat(l, s, EPOLLIN);
	}
	return came;
}

static void look_up_portals(struct loop *l)
{
	char word[64];

	if (en_permit_portals(&l->portals, l->inquiry->config->portals, word))
		rp_log(LOG_ERR, "[rempartd] portals: there is no user %s; it may ask only about itself",
		       word);
}

static void read_signals(struct loop *l)
{
	bool end, again;

	rp_signals_read(l->signals, &end, &again);
	l->stopping |= end;
	if (!again)
		return;
	l->reload(l->ctx);
	look_up_portals(l);
}

/* Answers the i-th job, parks it, or makes it the n-th of the next turn. Returns how many that has then. */
static unsigned settle(struct loop *l, unsigned i, unsigned n)
{
	struct en_job *job = &l->jobs[i];

	if (job->waits && !park(l, job, l->asker[i])) {
		if (n == i)
			return n + 1;
		l->jobs[n] = *job;
		l->asker[n++] = l->asker[i];
	} else if (!job->waits) {
		answer(l, l->asker[i], &job->rep);
	}
	rp_request_wipe(&job->req);
	rp_reply_wipe(&job->rep);
	rp_wipe(&job->lookup, sizeof job->lookup);
	return n;
}

static void decide(struct loop *l)
{
	while (l->n) {
		unsigned again = 0;

		en_engine_turn(l->engine, l->jobs, l->n);
		for (unsigned i = 0; i < l->n; i++)
			again = settle(l, i, again);
		l->n = again;
		en_engine_after(l->engine);
		l->busy = l->now;
		l->untidy = true;
	}
}

static void drop_idle(struct loop *l)
{
	for (unsigned i = 0; l->seats.used && i < EN_CONNECTIONS_MAX; i++) {
		struct en_seat *s = &l->seats.seats[i];

		if (s->fd >= 0 && s->state == EN_SEAT_SILENT && l->now - s->since >= EN_IDLE_MS)
			en_seats_leave(&l->seats, s);
	}
}

static void tidy(struct loop *l)
{
	if (!l->untidy || l->now - l->busy < QUIET_MS)
		return;
	en_engine_tidy(l->engine);
	l->untidy = false;
}

static void serve_round(struct loop *l, int timeout)
{
	struct epoll_event events[ST_TURN_MAX];
	int n = epoll_wait(l->epoll, events, ST_TURN_MAX, en_park_wait_ms(&l->park, rp_now_ms(), timeout));
	bool knocks = false;

	l->now = rp_now_ms();
	for (int i = 0; i < n; i++) {
		uint32_t which = (uint32_t)events[i].data.u64;

		switch ((enum watched)(events[i].data.u64 >> 32)) {
		case SIGNALS:
			read_signals(l);
			break;
		case LISTENER:
			knocks = true;
			break;
		case SEAT:
			hear_seat(l, &l->seats.seats[which]);
			break;
		case FETCH:
			hear_fetch(l, &l->park.places[which]);
			break;
		}
	}
	if (knocks)
		accept_some(l);
	decide(l);
	unpark_late(l); /* apart: a turn waits for the store as long as its oldest can */
	decide(l);
	drop_idle(l);
	tidy(l);
	set_accepting(l, !l->stopping && l->seats.used < EN_CONNECTIONS_MAX);
}

/* Who had connected before the signal is answered too. Who comes now finds nobody or, where the socket is the
 * service manager's, waits for the next rempartd; else a steady stream of logins would keep this one for
 * ever. */
static void drain(struct loop *l)
{
	unsigned came;

	if (l->own_socket)
		shutdown(l->listener, SHUT_RD);
	while ((came = l->own_socket ? accept_some(l) : 0) || l->seats.used) {
		decide(l);
		serve_round(l, came ? 0 : QUIET_MS / 10);
	}
}

static int set_up(struct loop *l)
{
	en_seats_init(&l->seats);
	look_up_portals(l);
	l->signals = rp_signals_open();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->signals < 0 || l->epoll < 0 || watch(l, EPOLL_CTL_ADD, l->signals, EPOLLIN, SIGNALS, 0)) {
		rp_log_fatal("the loop cannot be set up: %s", strerror(errno));
		return RP_EIO;
	}
	set_accepting(l, true);
	return 0;
}

int en_loop(struct en_engine *e, struct en_inquiry *q, int fd, bool own_socket, void (*reload)(void *),
	    void *ctx)
{
	struct loop *l = calloc(1, sizeof *l);
	int watchdog = rp_notify_watchdog_ms();
	int timeout = watchdog > 0 && watchdog < QUIET_MS ? watchdog : QUIET_MS;
	int err = RP_ENOMEM;

	if (!l)
		return err;
	/* A whole assignment would touch every page of the jobs, of which few are ever used. */
	l->engine = e;
	l->inquiry = q;
	l->listener = fd;
	l->own_socket = own_socket;
	l->reload = reload;
	l->ctx = ctx;
	err = set_up(l);
	if (!err)
		rp_notify("READY=1");
	while (!err && !l->stopping) {
		serve_round(l, timeout);
		if (watchdog > 0)
			rp_notify("WATCHDOG=1");
	}
	if (!err) {
		rp_notify("STOPPING=1");
		drain(l);
	}
	if (l->epoll >= 0)
		close(l->epoll);
	if (l->signals >= 0)
		close(l->signals);
	free(l); /* every job was wiped when it was answered */
	return err;
}
