/* A server on a real socket, in a thread of the test, which answers one question well or badly. */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include <pthread.h>
#include "common/request.h"

enum server_how {
	SERVER_ANSWER, /* RP_OK with n1 42 */
	SERVER_NOTHING,
	SERVER_CLOSE,
	SERVER_EMPTY,
	SERVER_SHORT,
	SERVER_LONG,
	SERVER_HUGE, /* longer than a packet may be */
	SERVER_WRONG_VERB,
	SERVER_WRONG_VERSION,
	SERVER_DESCRIPTORS, /* with two descriptors that nobody asked for */
};

struct server {
	pthread_t thread;
	int fd;
	enum server_how how;
	struct rp_request heard; /* after server_stop */
};

/* A listening socket of this type at path, in place of what was there. */
int server_listen(const char *path, int type, int backlog);
/* Serves fd: connections that ask nothing are passed over, the first question is answered. */
void server_start(struct server *s, enum server_how how, int fd);
/* Waits until it has answered, and closes its socket. */
void server_stop(struct server *s);

#endif
