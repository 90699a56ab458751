#include "engine/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/notify.h"
#include "common/ticks.h"
#include "engine/permit.h"
#include "engine/quota.h"
#include "store/store.h"

/* Nobody waits for so long: time to tidy, in milliseconds. */
#define QUIET_MS 1000
#define SAY_AGAIN_MS 60000

struct connection {
	int fd; /* -1: free */
	uid_t peer;
	enum en_who who;
	int64_t since;
};

struct loop {
	struct en_engine *engine;
	const struct rp_config *config;
	int listener, epoll, signals;
	bool own_socket, accepting, stopping, untidy;
	struct en_portals portals;
	struct en_quota quota;
	struct connection connections[EN_CONNECTIONS_MAX];
	unsigned used;
	struct en_job jobs[ST_TURN_MAX];
	struct connection *asker[ST_TURN_MAX];
	unsigned n;
	unsigned malformed;
	int64_t malformed_said;
	int64_t now, busy; /* monotonic, milliseconds: of this round, and of the last turn */
	void (*reload)(void *);
	void *ctx;
};

static void hang_up(struct loop *l, struct connection *c)
{
	close(c->fd); /* which takes it out of epoll */
	c->fd = -1;
	l->used--;
}

static void answer(struct loop *l, struct connection *c, struct rp_reply *rep)
{
	uint8_t buf[RP_PACKET_MAX];
	int n = rp_reply_encode(rep, buf, sizeof buf);

	/* The socket's buffer is empty and has room for one packet; who went away needs no answer. */
	if (n > 0 && send(c->fd, buf, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE &&
	    errno != ECONNRESET)
		rp_log(LOG_WARNING, "an answer could not be sent: %s", strerror(errno));
	rp_wipe(buf, sizeof buf);
	hang_up(l, c);
}

static void refuse_packet(struct loop *l, struct connection *c, uint8_t version, uint8_t verb)
{
	struct rp_reply rep = {.version = version == RP_VERSION ? version : RP_VERSION,
			       .verb = verb,
			       .verdict = RP_BAD_REQUEST};

	l->malformed++;
	if (!l->malformed_said || l->now - l->malformed_said >= SAY_AGAIN_MS) {
		rp_log(LOG_WARNING, "refused %u malformed packets so far; the last from uid %u", l->malformed,
		       (unsigned)c->peer);
		l->malformed_said = l->now;
	}
	answer(l, c, &rep);
}

/* Takes the packet of c if it is there. */
static void take(struct loop *l, struct connection *c)
{
	uint8_t buf[RP_PACKET_MAX];
	struct iovec iov = {buf, sizeof buf};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n = recvmsg(c->fd, &msg, MSG_DONTWAIT);
	struct en_job *job = &l->jobs[l->n];

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(l, c);
		return;
	}
	if (msg.msg_flags & MSG_TRUNC || rp_request_decode(&job->req, buf, (size_t)n)) {
		refuse_packet(l, c, buf[0], n > 1 ? buf[1] : 0);
	} else {
		job->peer = c->peer;
		job->who = c->who;
		l->asker[l->n++] = c;
	}
	rp_wipe(buf, (size_t)n);
}

/* One user may have thousands of uids (subuid(5)), so all strangers together have a limit too. */
static bool has_room_for(const struct loop *l, uid_t stranger)
{
	unsigned own = 0, all = 0;

	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++) {
		const struct connection *c = &l->connections[i];

		if (c->fd < 0 || c->who != EN_ANY)
			continue;
		own += c->peer == stranger;
		all++;
	}
	return own < EN_CONNECTIONS_UID && all < EN_CONNECTIONS_STRANGERS;
}

static struct connection *seat(struct loop *l, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	enum en_who who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return NULL;
	who = en_permit_peer(&l->portals, peer.uid);
	if (who == EN_ANY && (!has_room_for(l, peer.uid) || !en_quota_take(&l->quota, peer.uid, l->now)))
		return NULL;
	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++) {
		if (l->connections[i].fd >= 0)
			continue;
		l->connections[i] = (struct connection){fd, peer.uid, who, l->now};
		l->used++;
		return &l->connections[i];
	}
	return NULL;
}

static void watch(struct loop *l, struct connection *c)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev))
		hang_up(l, c);
}

/* While every seat is taken, who comes waits in the kernel. */
static void set_accepting(struct loop *l, bool accepting)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &l->listener};

	if (accepting != l->accepting)
		epoll_ctl(l->epoll, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, l->listener, &ev);
	l->accepting = accepting;
}

/* Bounded, so that who connects and hangs up in a loop keeps nobody from being answered. Returns how many
 * came. */
static unsigned accept_some(struct loop *l)
{
	unsigned came = 0;

	for (; came < ST_TURN_MAX && l->n < ST_TURN_MAX && l->used < EN_CONNECTIONS_MAX; came++) {
		int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct connection *c;

		if (fd < 0)
			break;
		c = seat(l, fd);
		if (!c) {
			close(fd);
			continue;
		}
		take(l, c);
		if (c->fd >= 0 && !(l->n && l->asker[l->n - 1] == c))
			watch(l, c);
	}
	return came;
}

static void look_up_portals(struct loop *l)
{
	char word[64];

	if (en_permit_portals(&l->portals, l->config->portals, word))
		rp_log(LOG_ERR, "[rempartd] portals: there is no user %s; it may ask only about itself",
		       word);
}

static void read_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo != SIGHUP) {
			l->stopping = true;
			continue;
		}
		l->reload(l->ctx);
		look_up_portals(l);
	}
}

static void decide(struct loop *l)
{
	if (!l->n)
		return;
	en_engine_turn(l->engine, l->jobs, l->n);
	for (unsigned i = 0; i < l->n; i++) {
		answer(l, l->asker[i], &l->jobs[i].rep);
		rp_request_wipe(&l->jobs[i].req);
		rp_reply_wipe(&l->jobs[i].rep);
	}
	l->n = 0;
	en_engine_after(l->engine);
	l->busy = l->now;
	l->untidy = true;
}

static void drop_idle(struct loop *l)
{
	for (unsigned i = 0; l->used && i < EN_CONNECTIONS_MAX; i++)
		if (l->connections[i].fd >= 0 && l->now - l->connections[i].since >= EN_IDLE_MS)
			hang_up(l, &l->connections[i]);
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
	int n = epoll_wait(l->epoll, events, ST_TURN_MAX, timeout);
	bool knocks = false;

	l->now = rp_now_ms();
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == &l->signals)
			read_signals(l);
		else if (events[i].data.ptr == &l->listener)
			knocks = true;
		else
			take(l, events[i].data.ptr);
	}
	if (knocks)
		accept_some(l);
	decide(l);
	drop_idle(l);
	tidy(l);
	set_accepting(l, !l->stopping && l->used < EN_CONNECTIONS_MAX);
}

/* Who had connected before the signal is answered too. Who comes now finds nobody or, where the socket is the
 * service manager's, waits for the next rempartd; else a steady stream of logins would keep this one for
 * ever. */
static void drain(struct loop *l)
{
	unsigned came;

	if (l->own_socket)
		shutdown(l->listener, SHUT_RD);
	while ((came = l->own_socket ? accept_some(l) : 0) || l->used) {
		decide(l);
		serve_round(l, came ? 0 : QUIET_MS / 10);
	}
}

static int set_up(struct loop *l)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &l->signals};
	sigset_t set;

	for (unsigned i = 0; i < EN_CONNECTIONS_MAX; i++)
		l->connections[i].fd = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	l->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->signals < 0 || l->epoll < 0 || epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->signals, &ev))
		return RP_EIO;
	set_accepting(l, true);
	return 0;
}

int en_loop(struct en_engine *e, const struct rp_config *config, int fd, bool own_socket,
	    void (*reload)(void *), void *ctx)
{
	struct loop *l = calloc(1, sizeof *l);
	int watchdog = rp_notify_watchdog_ms();
	int timeout = watchdog > 0 && watchdog < QUIET_MS ? watchdog : QUIET_MS;
	int err = RP_ENOMEM;

	if (!l)
		return err;
	/* A whole assignment would touch every page of the jobs, of which few are ever used. */
	l->engine = e;
	l->config = config;
	l->listener = fd;
	l->own_socket = own_socket;
	l->reload = reload;
	l->ctx = ctx;
	look_up_portals(l);
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
	close(l->epoll);
	close(l->signals);
	free(l); /* every job was wiped when it was answered */
	return err;
}
