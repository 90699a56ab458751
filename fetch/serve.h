/*
 * The loop of rempart-fetch: one thread, which waits for askers, for the network and for signals. A
 * connection carries one packet each way.
 */
#ifndef FETCH_SERVE_H
#define FETCH_SERVE_H

#include <stdbool.h>
#include "common/config.h"
#include "fetch/clock.h"
#include "fetch/flights.h"

/* At a time; who comes beside is answered RP_RANGE_BUSY. */
#define FE_SEATS_MAX 256
/* Of these, for questions about addresses: their server must not keep anybody from asking about a password.
 */
#define FE_EMAIL_SEATS_MAX 128
/* An asker that says nothing is dropped after so long, in milliseconds. */
#define FE_IDLE_MS 2000

struct fe_server;

/* RP_ENOMEM; RP_EINVAL: see fe_flights_open. clock has to stay; reload is called on SIGHUP. */
int fe_server_open(struct fe_server **out, const struct rp_config *config, const struct fe_clock *clock,
		   void (*reload)(void *), void *ctx, char *why, size_t size);
void fe_server_close(struct fe_server *s);
/* For reload: see fe_flights_configure. */
int fe_server_configure(struct fe_server *s, const struct rp_config *config, char *why, size_t size);
/* Serves fd until SIGTERM or SIGINT; then answers who had connected and returns 0. own_socket: nobody serves
 * fd after this process, so that who waits in its queue is answered too. RP_EIO: it cannot go on. Blocks
 * those three signals. */
int fe_serve(struct fe_server *s, int fd, bool own_socket);

#endif
