/*
 * rempart import: the whole file is read and judged before anything is written; then it is written in short
 * transactions, in the order of names, each of which also notes how far it came. So a bad line means that
 * nothing is imported, logins go on meanwhile, and the same command after a kill goes on where it stopped.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "cli/csv.h"
#include "cli/look.h"
#include "cli/progress.h"
#include "common/error.h"
#include "common/log.h"
#include "common/secret.h"
#include "engine/address.h"
#include "engine/audit.h"

#define USAGE "import FILE.csv [--skip-existing | --replace] [--dry-run] [--abandon]"
#define BAD_LINES_SHOWN 20
#define DIGEST_LEN 32
#define BATCH 200

struct line {
	const char *at;
	uint32_t len, number;
};

/* What the store remembers of an import that is under way. */
struct mark {
	uint8_t digest[DIGEST_LEN];
	uint64_t done;
};

struct import {
	const char *path;
	bool skip, replace, dry, abandon;
	char *text;
	size_t size;
	struct line *lines;
	size_t n, bad, left; /* left: users who keep what they have */
	struct mark mark;
};

static int read_file(struct cli *c, struct import *im)
{
	int fd = open(im->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t got = 0;
	ssize_t n = 1;

	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return cli_fail(c, CLI_UNAVAILABLE, "%s: %s", im->path, strerror(errno));
	}
	im->size = S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
	im->text = im->size ? malloc(im->size) : NULL;
	while (im->text && got < im->size && (n = read(fd, im->text + got, im->size - got)) > 0)
		got += (size_t)n;
	close(fd);
	if (!S_ISREG(st.st_mode) || (im->text && got != im->size))
		return cli_fail(c, CLI_UNAVAILABLE,
				T(c, N_("%s: this is not a file that can be read twice.")), im->path);
	if (im->size && !im->text)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	return 0;
}

static int split(struct cli *c, struct import *im)
{
	const char *at = im->text, *end = im->text + im->size;
	size_t room = 0;
	uint32_t number = 0;

	if (im->size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	while (at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at)), *stop = nl ? nl : end;
		size_t len = (size_t)(stop - at);

		number++;
		len -= len && at[len - 1] == '\r';
		if (im->n == room) {
			struct line *more =
				reallocarray(im->lines, room = room ? room * 2 : 1024, sizeof *more);

			if (!more)
				return cli_fail(c, CLI_UNAVAILABLE, "%s",
						T(c, N_("There is not enough memory.")));
			im->lines = more;
		}
		if (len && !(number == 1 && cli_csv_is_header(at, len)))
			im->lines[im->n++] =
				(struct line){at, len > UINT32_MAX ? UINT32_MAX : (uint32_t)len, number};
		at = nl ? nl + 1 : end;
	}
	return 0;
}

static void bad_line(struct cli *c, struct import *im, uint32_t number, const char *reason)
{
	if (im->bad++ < BAD_LINES_SHOWN)
		fprintf(stderr, "%s:%u: %s\n", im->path, number, T(c, reason));
}

static int by_user(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	char one[RP_USER_MAX + 1], two[RP_USER_MAX + 1];
	int order;

	cli_csv_user(x->at, x->len, one);
	cli_csv_user(y->at, y->len, two);
	order = strcmp(one, two);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static void check_lines(struct cli *c, struct import *im)
{
	struct csv_row row;
	char last[RP_USER_MAX + 1] = "";

	for (size_t i = 0; i < im->n; i++) {
		const char *wrong = cli_csv_parse(im->lines[i].at, im->lines[i].len, &row);

		if (wrong)
			bad_line(c, im, im->lines[i].number, wrong);
	}
	rp_wipe(&row, sizeof row);
	if (im->bad || !im->n)
		return;
	qsort(im->lines, im->n, sizeof *im->lines, by_user);
	for (size_t i = 0; i < im->n; i++) {
		char user[RP_USER_MAX + 1];

		cli_csv_user(im->lines[i].at, im->lines[i].len, user);
		if (!strcmp(user, last))
			bad_line(c, im, im->lines[i].number, N_("this user is in the file already"));
		strcpy(last, user);
	}
}

/* Names the accounts of lines from to from + n, and loads them in a transaction. */
static int begin_batch(struct cli *c, const struct import *im, size_t from, size_t n,
		       struct st_account **accounts)
{
	st_turn_clear(c->turn);
	for (size_t i = 0; i < n; i++) {
		char user[RP_USER_MAX + 1];

		cli_csv_user(im->lines[from + i].at, im->lines[from + i].len, user);
		accounts[i] = st_turn_account(c->turn, user);
	}
	return cli_begin(c);
}

static size_t batch_from(const struct import *im, size_t from)
{
	return im->n - from < BATCH ? im->n - from : BATCH;
}

static int check_existing(struct cli *c, struct import *im)
{
	struct st_account *accounts[BATCH];

	for (size_t from = im->mark.done, n; from < im->n; from += n) {
		int status;

		n = batch_from(im, from);
		status = begin_batch(c, im, from, n, accounts);
		if (status)
			return status;
		for (size_t i = 0; i < n; i++) {
			if (accounts[i]->exists && accounts[i]->n_tokens && !im->skip && !im->replace)
				bad_line(c, im, im->lines[from + i].number,
					 N_("this user has a token already (--skip-existing or --replace)"));
		}
		st_rollback(c->store);
	}
	return 0;
}

/* As rempart mailbox set: where the address before is flagged, or nobody can say, the new one lets no reset
 * through for a while. */
static int register_email(struct cli *c, struct st_account *a, const char *address)
{
	struct st_account was = *a;
	struct en_mail_verdict v;
	struct cli_look look;
	int err = en_address_register(c->seal, a, address);

	if (err || !was.exists || !was.email_len || !memcmp(was.email, a->email, sizeof was.email))
		return err;
	err = cli_look_load(c, &was, NULL, &look);
	if (!err) {
		cli_look_judge(c, &look, was.mail.proved, &v);
		if (v.known != EN_MAIL_CLEAN && c->config.cooling)
			a->mail.cooling = cli_now() + c->config.cooling;
	}
	cli_look_end(&look);
	return err;
}

static int import_row(struct cli *c, struct import *im, const struct line *l, struct st_account *a)
{
	struct st_event *ev;
	struct csv_row row;
	char text[64];
	int err;

	if (a->exists && a->n_tokens && !im->replace) {
		im->left++;
		if (!im->skip) /* check_existing found none */
			bad_line(c, im, l->number, N_("this user got a token meanwhile, and keeps it"));
		return 0;
	}
	cli_csv_parse(l->at, l->len, &row);
	err = en_enrol_replace(c->seal, a, &row.options, cli_now(), row.secret, row.secret_len);
	if (!err && row.email[0])
		err = register_email(c, a, row.email);
	rp_wipe(&row, sizeof row);
	ev = st_turn_event(c->turn);
	snprintf(text, sizeof text, "%s: line %u", cli_who(), l->number);
	if (ev)
		en_audit_admin(ev, cli_now(), EN_ADMIN_IMPORT, a->name, text);
	return err ? err : ev ? 0 : RP_EFULL;
}

static int write_batch(struct cli *c, struct import *im, size_t n)
{
	struct st_account *accounts[BATCH];
	struct mark mark = im->mark;
	int err = 0, status = begin_batch(c, im, im->mark.done, n, accounts);

	if (status)
		return status;
	for (size_t i = 0; i < n && !err; i++)
		err = import_row(c, im, &im->lines[im->mark.done + i], accounts[i]);
	mark.done += n;
	if (!err)
		err = st_meta_set(c->store, CLI_IMPORT_META, &mark, mark.done == im->n ? 0 : sizeof mark);
	if (!err)
		err = st_commit(c->store, c->turn);
	if (err) {
		st_rollback(c->store);
		return cli_fail(c, CLI_UNAVAILABLE, "%s", st_why(c->store));
	}
	im->mark = mark;
	return 0;
}

static int write_all(struct cli *c, struct import *im)
{
	/* Whoever waits for the store gets in between two batches. */
	const struct timespec pause = {0, 1000000};
	struct cli_progress p;
	int status;

	cli_progress_catch_signals();
	cli_progress_start(&p, T(c, N_("importing")), im->n);
	while (im->mark.done < im->n) {
		if ((status = write_batch(c, im, batch_from(im, im->mark.done))))
			return status;
		cli_progress_show(&p, im->mark.done);
		if (cli_progress_stopped() && im->mark.done < im->n)
			return cli_fail(c, CLI_NO,
					T(c, N_("Stopped after %llu of %zu users. The same command goes on "
						"from there.")),
					(unsigned long long)im->mark.done, im->n);
		nanosleep(&pause, NULL);
	}
	rp_log(LOG_NOTICE, "imported %zu users", im->n - im->left);
	printf(T(c, N_("Imported %zu users.\n")), im->n - im->left);
	return im->bad ? CLI_NO : CLI_YES;
}

/* An import that was cut off goes on with the same file; any other has to wait for it, or give it up. */
static int find_mark(struct cli *c, struct import *im)
{
	struct mark found;
	int n = st_meta_get(c->store, CLI_IMPORT_META, &found, sizeof found);

	if (EVP_Digest(im->text ? im->text : "", im->size, im->mark.digest, NULL, EVP_sha256(), NULL) != 1)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("There is not enough memory.")));
	if (im->abandon)
		return n == sizeof found
			       ? 0
			       : cli_fail(c, CLI_NO, "%s",
					  T(c, N_("No import is unfinished, so there is none to give up. "
						  "Nothing was imported.")));
	if (n != sizeof found)
		return 0;
	if (rp_equal(found.digest, im->mark.digest, DIGEST_LEN) && found.done <= im->n) {
		im->mark.done = found.done;
		fprintf(stderr, T(c, N_("Going on after the first %llu users.\n")),
			(unsigned long long)found.done);
		return 0;
	}
	return cli_fail(
		c, CLI_NO, "%s",
		T(c, N_("Another import was not finished. Run it again, or give it up with --abandon.")));
}

static int import(struct cli *c, struct import *im)
{
	int status;

	if ((status = read_file(c, im)) || (status = split(c, im)))
		return status;
	check_lines(c, im);
	if (!im->bad && ((status = find_mark(c, im)) || (status = check_existing(c, im))))
		return status;
	if (im->bad)
		return cli_fail(c, CLI_NO,
				im->mark.done ? T(c, N_("%zu bad lines. Nothing more was imported."))
					      : T(c, N_("%zu bad lines. Nothing was imported.")),
				im->bad);
	if (im->dry) {
		printf(T(c, N_("%zu users could be imported.\n")), im->n);
		return CLI_YES;
	}
	return write_all(c, im);
}

int cli_import(struct cli *c, int argc, char **argv)
{
	struct import im = {0};
	int status;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--skip-existing"))
			im.skip = true;
		else if (!strcmp(argv[i], "--replace"))
			im.replace = true;
		else if (!strcmp(argv[i], "--dry-run"))
			im.dry = true;
		else if (!strcmp(argv[i], "--abandon"))
			im.abandon = true;
		else if (argv[i][0] == '-' || im.path)
			return cli_usage(USAGE);
		else
			im.path = argv[i];
	}
	if (!im.path || (im.skip && im.replace))
		return cli_usage(USAGE);
	status = import(c, &im);
	if (im.text)
		rp_wipe(im.text, im.size);
	free(im.text);
	free(im.lines);
	return status;
}
