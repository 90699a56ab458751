/* Asking rempartd without a module between: well, badly, as somebody else, or many at once. */
#ifndef TESTS_FAULTS_ASK_H
#define TESTS_FAULTS_ASK_H

#include <stdbool.h>
#include "common/reply.h"
#include "common/request.h"
#include "tests/pam/people.h"

/* The request; source and code may be NULL. */
struct rp_request ask_request(enum rp_verb verb, const char *user, const char *source, const char *code);
/* Asks, and gives the whole answer. Fails the running test when there is none. */
struct rp_reply ask(const struct instance *in, const struct rp_request *req);
/* The same, and fails it too when that takes longer than rempartd may. */
struct rp_reply ask_in_time(const struct instance *in, const struct rp_request *req);
/* Only the verdict. ask_code: of RP_AUTH. */
unsigned ask_verb(const struct instance *in, enum rp_verb verb, const char *user);
unsigned ask_code(const struct instance *in, const char *user, const char *source, const char *code);
/* The code of t at the instance's time. */
unsigned ask_right(const struct instance *in, const char *user, const char *source, const struct token *t);
unsigned ask_wrong(const struct instance *in, const char *user, const char *source, const struct token *t);

/* A connection on which nothing was said yet, and one on which a request was sent. */
int ask_connect(const struct instance *in);
int ask_send(const struct instance *in, const struct rp_request *req);
/* Waits for the answer on fd and closes it. RP_ENOENT: hung up without one; RP_ETIME: nothing at all. */
int ask_hear(int fd, struct rp_reply *rep);
/* ask_hear of what ask_send sent: the verdict; fails the running test when there is none. */
unsigned ask_verdict(int fd);

/* In a process of its own with that uid and no groups: the verdict, or 255 when there was no answer. */
unsigned ask_as(uid_t uid, const struct instance *in, const struct rp_request *req);

/* How often text is in what rempartd logged so far. */
unsigned ask_logged(const struct instance *in, const char *text);

/* Says aloud that a test needs root, and skips it. */
void ask_needs_root(const char *what);

#endif
