#include "fetch/serve.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/error.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/range.h"
#include "common/secret.h"
#include "common/signals.h"
#include "fetch/wire.h"

#define EVENTS_MAX 64
/* The longest that the loop waits, in milliseconds. */
#define QUIET_MS 1000

struct seat {
	int fd;				/* -1: free */
	int64_t since;			/* connected, or asked */
	unsigned kind;			/* of what it asked */
	const struct fe_flight *flight; /* NULL: it has not asked yet */
};

struct fe_server {
	struct fe_flights *flights;
	const struct fe_clock *clock;
	int listener, epoll, signals;
	bool own_socket, stopping;
	struct seat seats[FE_SEATS_MAX];
	unsigned used;
	int64_t now;
	uint8_t packet[RP_RANGE_PACKET_MAX];
	void (*reload)(void *);
	void *ctx;
};

static void hang_up(struct fe_server *s, struct seat *seat)
{
	close(seat->fd); /* which takes it out of epoll */
	seat->fd = -1;
	s->used--;
}

static void say(struct fe_server *s, int fd, unsigned kind, const struct fe_answer *a)
{
	int size = RP_RANGE_PACKET_MAX;
	int n = fe_wire_write(kind, a, s->packet, sizeof s->packet);

	/* A packet has to fit whole, whatever the system's default is. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	if (n > 0 && send(fd, s->packet, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE &&
	    errno != ECONNRESET)
		rp_log(LOG_WARNING, "an answer could not be sent: %s", strerror(errno));
	if (n > 0)
		rp_wipe(s->packet, (size_t)n); /* addresses may be in it */
}

static void on_landed(void *ctx, const struct fe_flight *flight, const struct fe_answer *a)
{
	struct fe_server *s = ctx;

	for (unsigned i = 0; i < FE_SEATS_MAX; i++) {
		if (s->seats[i].fd < 0 || s->seats[i].flight != flight)
			continue;
		say(s, s->seats[i].fd, s->seats[i].kind, a);
		hang_up(s, &s->seats[i]);
	}
}

/* 1: q is what fd's asker wants; 0: nothing is there yet; RP_EINVAL: nothing that can be answered, but q's
 * kind may be known; RP_EIO: it went away. */
static int read_question(int fd, struct fe_question *q)
{
	uint8_t buf[FE_QUESTION_MAX];
	ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT | MSG_TRUNC);
	int err;

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : RP_EIO;
	err = n > FE_QUESTION_MAX || fe_wire_read(q, buf, (size_t)n);
	rp_wipe(buf, sizeof buf);
	return err ? RP_EINVAL : 1;
}

/* Whether there is one for what this asker wants. */
static bool has_seat(const struct fe_server *s, const struct seat *seat)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FE_SEATS_MAX; i++)
		n += s->seats[i].fd >= 0 && s->seats[i].flight && s->seats[i].kind != FE_PASSWORDS;
	return seat->kind == FE_PASSWORDS || n < FE_EMAIL_SEATS_MAX;
}

/* Takes what seat's asker has sent, if it is there. */
static void take(struct fe_server *s, struct seat *seat)
{
	struct fe_answer a = {.status = RP_RANGE_REFUSED};
	struct fe_question q = {0};
	int got = read_question(seat->fd, &q);

	if (!got)
		return;
	if (got != RP_EIO && !seat->flight) {
		seat->since = s->now = fe_clock_now(s->clock);
		seat->kind = q.kind;
		if (got > 0 && !has_seat(s, seat))
			a.status = RP_RANGE_BUSY;
		else if (got > 0)
			seat->flight = fe_flights_ask(s->flights, &q, s->now, &a);
		rp_wipe(&q, sizeof q);
		if (seat->flight)
			return;
		say(s, seat->fd, seat->kind, &a);
	}
	/* Answered; or it went away, or says more than one thing. */
	hang_up(s, seat);
}

static struct seat *free_seat(struct fe_server *s)
{
	for (unsigned i = 0; i < FE_SEATS_MAX; i++)
		if (s->seats[i].fd < 0)
			return &s->seats[i];
	return NULL;
}

static void turn_away(struct fe_server *s, int fd)
{
	const struct fe_answer a = {.status = RP_RANGE_BUSY};
	struct fe_question q = {0};

	/* With something unread in it, a socket that is closed takes the answer with it. */
	read_question(fd, &q);
	say(s, fd, q.kind, &a);
	rp_wipe(&q, sizeof q);
	close(fd);
}

/* Bounded, so that who connects and hangs up in a loop keeps nobody from being answered. Returns how many
 * came. */
static unsigned accept_some(struct fe_server *s)
{
	unsigned came = 0;

	for (; came < FE_SEATS_MAX; came++) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct epoll_event ev = {.events = EPOLLIN};
		struct seat *seat = free_seat(s);

		if (fd < 0)
			break;
		if (!seat) {
			turn_away(s, fd);
			continue;
		}
		*seat = (struct seat){.fd = fd, .since = s->now};
		s->used++;
		take(s, seat);
		ev.data.ptr = seat;
		if (seat->fd >= 0 && epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev))
			hang_up(s, seat);
	}
	return came;
}

static void read_signals(struct fe_server *s)
{
	bool end, again;

	rp_signals_read(s->signals, &end, &again);
	s->stopping |= end;
	if (again)
		s->reload(s->ctx);
}

static void drop_idle(struct fe_server *s)
{
	for (unsigned i = 0; s->used && i < FE_SEATS_MAX; i++)
		if (s->seats[i].fd >= 0 && s->now - s->seats[i].since >= FE_IDLE_MS)
			hang_up(s, &s->seats[i]);
}

/* Milliseconds until seat has to be told something, if it asked. */
static int64_t left(const struct fe_server *s, const struct seat *seat)
{
	bool waits = seat->fd >= 0 && seat->flight;

	return waits ? seat->since + RP_FETCH_BUDGET_MS - FE_SPARE_MS - s->now : INT_MAX;
}

static void tell_late(struct fe_server *s)
{
	for (unsigned i = 0; s->used && i < FE_SEATS_MAX; i++) {
		struct seat *seat = &s->seats[i];
		struct fe_answer a;

		if (left(s, seat) > 0)
			continue;
		fe_flights_late(seat->flight, &a);
		say(s, seat->fd, seat->kind, &a);
		hang_up(s, seat);
	}
}

static int serve_round(struct fe_server *s, int timeout)
{
	struct epoll_event events[EVENTS_MAX];
	bool knocks = false;
	int n;

	s->now = fe_clock_now(s->clock);
	for (unsigned i = 0; s->used && i < FE_SEATS_MAX; i++)
		if (left(s, &s->seats[i]) < timeout)
			timeout = left(s, &s->seats[i]) > 0 ? (int)left(s, &s->seats[i]) : 0;
	if (fe_flights_wait(s->flights, s->epoll, timeout, s->now))
		return RP_EIO;
	s->now = fe_clock_now(s->clock);
	n = epoll_wait(s->epoll, events, EVENTS_MAX, 0);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == &s->signals)
			read_signals(s);
		else if (events[i].data.ptr == &s->listener)
			knocks = true;
		else
			take(s, events[i].data.ptr);
	}
	/* After the others: a seat that one of them left must not be taken while its event is still here. */
	if (knocks)
		accept_some(s);
	fe_flights_land(s->flights, s->now);
	tell_late(s);
	drop_idle(s);
	return 0;
}

/* Who had connected before the signal is answered too; who comes now finds nobody or, where the socket is the
 * service manager's, waits for the next rempart-fetch. */
static int drain(struct fe_server *s)
{
	int err = 0;

	epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->listener, NULL);
	if (s->own_socket)
		shutdown(s->listener, SHUT_RD);
	while (!err && ((s->own_socket && accept_some(s)) || s->used))
		err = serve_round(s, QUIET_MS / 10);
	return err;
}

static int watch(struct fe_server *s, int fd, void *what)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = what};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) ? RP_EIO : 0;
}

static int set_up(struct fe_server *s)
{
	s->signals = rp_signals_open();
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->signals < 0 || s->epoll < 0 || watch(s, s->signals, &s->signals))
		return RP_EIO;
	return watch(s, s->listener, &s->listener);
}

int fe_server_open(struct fe_server **out, const struct rp_config *config, const struct fe_clock *clock,
		   void (*reload)(void *), void *ctx, char *why, size_t size)
{
	struct fe_server *s = calloc(1, sizeof *s);

	*out = s;
	why[0] = '\0';
	if (!s)
		return RP_ENOMEM;
	s->signals = s->epoll = -1;
	for (unsigned i = 0; i < FE_SEATS_MAX; i++)
		s->seats[i].fd = -1;
	s->clock = clock;
	s->now = fe_clock_now(clock);
	s->reload = reload;
	s->ctx = ctx;
	return fe_flights_open(&s->flights, config, on_landed, s, why, size);
}

void fe_server_close(struct fe_server *s)
{
	if (!s)
		return;
	fe_flights_close(s->flights);
	if (s->signals >= 0)
		close(s->signals);
	if (s->epoll >= 0)
		close(s->epoll);
	free(s);
}

int fe_server_configure(struct fe_server *s, const struct rp_config *config, char *why, size_t size)
{
	return fe_flights_configure(s->flights, config, why, size);
}

int fe_serve(struct fe_server *s, int fd, bool own_socket)
{
	int watchdog = rp_notify_watchdog_ms();
	int timeout = watchdog > 0 && watchdog < QUIET_MS ? watchdog : QUIET_MS;
	int err;

	s->listener = fd;
	s->own_socket = own_socket;
	err = set_up(s);
	if (!err)
		rp_notify("READY=1");
	while (!err && !s->stopping) {
		err = serve_round(s, timeout);
		if (watchdog > 0)
			rp_notify("WATCHDOG=1");
	}
	if (!err) {
		rp_notify("STOPPING=1");
		err = drain(s);
	}
	return err;
}
