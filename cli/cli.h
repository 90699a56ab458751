/*
 * What the commands of rempart share: the configuration, the language, and one way to change an account,
 * which is a short transaction of the store with its event in it, beside a rempartd that goes on.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <sys/types.h>
#include "common/config.h"
#include "common/protocol.h"
#include "common/reply.h"
#include "common/request.h"
#include "common/text.h"
#include "engine/reason.h"
#include "engine/seal.h"
#include "store/store.h"

/* Exit statuses. */
enum { CLI_YES = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_UNAVAILABLE = 3 };

struct cli {
	const char *config_path;
	struct rp_config config;
	enum rp_lang lang;
	/* Open between cli_open and cli_close. */
	struct st_store *store;
	struct en_seal *seal;
	struct st_turn *turn;
};

/* The sentence in the user's language. */
#define T(c, s) rp_text((c)->lang, s)

/* "rempart: …" on standard error. Returns status. */
int cli_fail(const struct cli *c, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The usage of a command on standard error. Returns CLI_USAGE. */
int cli_usage(const char *line);

/* Whether a command that has no options was given n arguments, none of which is one. */
bool cli_operands(int argc, char **argv, int n);

/* Reads the configuration. 0, or CLI_USAGE after it said why. */
int cli_configure(struct cli *c);
/* Opens store and key. 0, or CLI_UNAVAILABLE after it said why. */
int cli_open(struct cli *c);
void cli_close(struct cli *c);
/* Begins a transaction with the accounts that c->turn names, and with the key as it is now: a rotation may
 * have ended since the last one. 0, or CLI_UNAVAILABLE after it said why. */
int cli_begin(struct cli *c);
/* Commits what the turn has, and writes its events to the log. 0, or CLI_UNAVAILABLE after it said why. */
int cli_commit(struct cli *c);
/* Reads the key anew where its file is another one. 0, or CLI_UNAVAILABLE after it said why. */
int cli_renew_seal(struct cli *c);
int64_t cli_now(void);
/* Who runs this: root's $SUDO_USER, or the name of the real uid. */
const char *cli_who(void);

/* Changes a (its dirty flag says whether) inside the transaction. Returns 0, or an exit status after it said
 * why. */
typedef int cli_change_fn(struct cli *c, struct st_account *a, void *ctx);

/*
 * Loads user's account, has fn change it, and commits that together with an event of this reason. must_exist:
 * an unknown user is said and CLI_NO; else, where no directory knows the user of a new account, that is said.
 * why: added to the event; may be NULL. Returns an exit status.
 */
int cli_change(struct cli *c, const char *user, bool must_exist, enum en_reason reason, const char *why,
	       cli_change_fn *fn, void *ctx);
/* Loads user's account into out (exists says whether there is one). Returns 0 or an exit status. */
int cli_load(struct cli *c, const char *user, struct st_account *out);

/* The value of the store that is not empty while an import is not finished. */
#define CLI_IMPORT_META "import"
bool cli_import_unfinished(struct cli *c);

/* As pam_rempart does: of the spellings of a user that a directory accepts, the one that it answers with.
 * Valid until the next call. */
const char *cli_spelling(const char *user);

/* For rp_ask, ctx is the struct cli: rempartd runs as root, as this user, or as whom the store belongs to. */
bool cli_trusts(uid_t server, void *ctx);
/* What to do when rempartd does not answer: err is rp_ask's. */
const char *cli_daemon_mend(const struct cli *c, int err);
/* Asks rempartd. 0, or CLI_UNAVAILABLE after it said why and what to do. */
int cli_daemon_ask(struct cli *c, const struct rp_request *req, struct rp_reply *rep);
/* Whether rempartd answers at all, before somebody types a secret for it. As cli_daemon_ask. */
int cli_daemon_reach(struct cli *c);

/* A reason is kept in the clear, and is in events: readable text of ST_REASON_MAX bytes, no address. 0, or
 * CLI_USAGE after it said why. */
int cli_check_reason(const struct cli *c, const char *reason);

/* A number of the command line: digits alone, 1 to max. 0: it is none. */
unsigned long cli_number(const char *s, unsigned long max);

/* One line of standard input, after a prompt on standard error; without echo on a terminal. Length or RP_E….
 */
int cli_ask(const char *prompt, char *out, size_t size);

/* The SHA-1 of a password that is asked for. 0 or an exit status; the password is gone either way. */
int cli_ask_password(const struct cli *c, uint8_t digest[RP_DIGEST_LEN]);
/* Says where passwords are read from, to somebody who put one elsewhere. Returns status. */
int cli_password_elsewhere(const struct cli *c, int status);

/* A string as JSON, in quotes, on standard output; bytes that are no character to show become \u00XX. */
void cli_json_string(const char *s);
/* A time as 2026-11-24T09:30:00Z; "-" for 0. */
const char *cli_time(int64_t t, char out[32]);

/* The commands. Arguments begin at argv[0], the command's name. */
int cli_init(struct cli *c, int argc, char **argv);
int cli_enroll(struct cli *c, int argc, char **argv);
int cli_revoke(struct cli *c, int argc, char **argv);
int cli_recovery(struct cli *c, int argc, char **argv);
int cli_status(struct cli *c, int argc, char **argv);
int cli_verify(struct cli *c, int argc, char **argv);
int cli_lock(struct cli *c, int argc, char **argv);
int cli_unlock(struct cli *c, int argc, char **argv);
int cli_deadline(struct cli *c, int argc, char **argv);
int cli_import(struct cli *c, int argc, char **argv);
int cli_key(struct cli *c, int argc, char **argv);
int cli_export(struct cli *c, int argc, char **argv);
int cli_doctor(struct cli *c, int argc, char **argv);
int cli_check_password(struct cli *c, int argc, char **argv);
int cli_corpus(struct cli *c, int argc, char **argv);
int cli_reset_check(struct cli *c, int argc, char **argv);
int cli_reset_allow(struct cli *c, int argc, char **argv);
int cli_events(struct cli *c, int argc, char **argv);
int cli_flag(struct cli *c, int argc, char **argv);
int cli_unflag(struct cli *c, int argc, char **argv);
int cli_check_email(struct cli *c, int argc, char **argv);
int cli_mailbox(struct cli *c, int argc, char **argv);

#endif
