/*
 * The loop of rempartd: one thread; each turn takes every packet that waits, has them decided in one
 * transaction and answers. A connection carries one packet each way.
 */
#ifndef ENGINE_LOOP_H
#define ENGINE_LOOP_H

#include "engine/engine.h"
#include "engine/inquiry.h"
#include "engine/seats.h"

/* A peer that connects and says nothing is dropped after so long, in milliseconds. */
#define EN_IDLE_MS 2000

/* Serves fd until SIGTERM or SIGINT; then answers what was accepted and returns 0. own_socket: nobody serves
 * fd after this process, so that who waits in its queue is answered too. reload is called on SIGHUP.
 * RP_ENOMEM; RP_EIO: the loop could not be set up, and the log says why. Blocks those three signals. */
int en_loop(struct en_engine *e, struct en_inquiry *q, int fd, bool own_socket, void (*reload)(void *),
	    void *ctx);

#endif
