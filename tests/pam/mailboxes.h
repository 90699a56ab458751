/* Addresses and mailboxes of the tests, written as an administrator's command does: into the store. */
#ifndef TESTS_PAM_MAILBOXES_H
#define TESTS_PAM_MAILBOXES_H

#include "store/store.h"
#include "tests/pam/instance.h"

/* user's account, made where there is none, has that address registered ("": none). */
void mailboxes_register(const struct instance *i, const char *user, const char *address);
/* The address that is registered does not open any more. */
void mailboxes_spoil(const struct instance *i, const char *user);
/* What the account's record says of it. */
void mailboxes_set(const struct instance *i, const char *user, const struct st_mail *mail);
/* The address is on the list, or not any more. until: 0: for good. */
void mailboxes_flag(const struct instance *i, const char *address, int64_t until);
void mailboxes_unflag(const struct instance *i, const char *address);
/* What is known of it; exists is false when there is nothing. */
struct st_mailbox mailboxes_get(const struct instance *i, const char *address);

#endif
