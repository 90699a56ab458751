/* What goes through many records: in short reads, with nothing open while the caller looks at them, so that
 * it may itself begin a turn. */
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "common/secret.h"
#include "store/sqlite.h"

/* Reads up to max accounts after name. Returns how many. */
static int read_accounts(struct st_store *s, const char *after, struct st_account *out, int max)
{
	sqlite3_stmt *q = s->sql[ST_ACCOUNT_WALK];
	int n = 0, err;

	st_wait(s, ST_WAIT_MS);
	sqlite3_bind_text(q, 1, after, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 2, max);
	while ((err = st_step(s, ST_ACCOUNT_WALK, "reading accounts")) == 1) {
		if (!st_text_column(q, 0, out[n].name, RP_USER_MAX)) {
			err = st_say(s, RP_ECORRUPT, "%s: an account's name is damaged", s->path);
			break;
		}
		err = st_account_column(s, q, 1, &out[n]);
		if (err)
			break;
		n++;
	}
	st_done(s, ST_ACCOUNT_WALK);
	return err < 0 ? err : n;
}

int st_each_account(struct st_store *s, const char *after, int limit,
		    int (*each)(const struct st_account *a, void *ctx), void *ctx)
{
	struct st_account *batch = calloc(ST_WALK_ROWS, sizeof(*batch));
	char from[RP_USER_MAX + 1] = "";
	int err = 0, n, max, given = 0;

	if (!batch)
		return st_say(s, RP_ENOMEM, "no memory");
	strncpy(from, after ? after : "", sizeof(from) - 1);
	do {
		max = limit && limit - given < ST_WALK_ROWS ? limit - given : ST_WALK_ROWS;
		n = read_accounts(s, from, batch, max);
		err = n < 0 ? n : 0;
		for (int i = 0; i < n && !err; i++)
			err = each(&batch[i], ctx);
		if (n > 0)
			memcpy(from, batch[n - 1].name, sizeof(from));
		given += n;
	} while (!err && n == max && (!limit || given < limit));
	rp_wipe(batch, ST_WALK_ROWS * sizeof(*batch));
	free(batch);
	return err;
}

static void bind_account(sqlite3_stmt *q, int n, const char *account)
{
	if (account)
		sqlite3_bind_text(q, n, account, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(q, n);
}

static bool event_row(sqlite3_stmt *q, struct st_event *e)
{
	e->seq = sqlite3_column_int64(q, 0);
	e->time = sqlite3_column_int64(q, 1);
	e->verb = (uint8_t)sqlite3_column_int(q, 2);
	e->verdict = (uint8_t)sqlite3_column_int(q, 3);
	e->reason = (uint8_t)sqlite3_column_int(q, 4);
	return st_text_column(q, 5, e->account, sizeof(e->account) - 1) &&
	       st_text_column(q, 6, e->service, sizeof(e->service) - 1) &&
	       st_text_column(q, 7, e->source, sizeof(e->source) - 1) &&
	       st_text_column(q, 8, e->text, sizeof(e->text) - 1);
}

static int read_events(struct st_store *s, int64_t after, int64_t until, const char *account,
		       struct st_event *out)
{
	sqlite3_stmt *q = s->sql[ST_EVENT_WALK];
	int n = 0, err;

	st_wait(s, ST_WAIT_MS);
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_int64(q, 2, until);
	bind_account(q, 3, account);
	sqlite3_bind_int(q, 4, ST_WALK_ROWS);
	while ((err = st_step(s, ST_EVENT_WALK, "reading events")) == 1) {
		if (!event_row(q, &out[n])) {
			err = st_say(s, RP_ECORRUPT, "%s: event %lld is damaged", s->path,
				     (long long)out[n].seq);
			break;
		}
		n++;
	}
	st_done(s, ST_EVENT_WALK);
	return err < 0 ? err : n;
}

/* The number of the n-th newest event after `after`, n from 0: 1 and *seq, or 0 when there are fewer. */
static int nth_event(struct st_store *s, int64_t after, const char *account, int n, int64_t *seq)
{
	sqlite3_stmt *q = s->sql[ST_EVENT_NTH];
	int err;

	st_wait(s, ST_WAIT_MS);
	sqlite3_bind_int64(q, 1, after);
	bind_account(q, 2, account);
	sqlite3_bind_int(q, 3, n);
	err = st_step(s, ST_EVENT_NTH, "reading events");
	if (err == 1)
		*seq = sqlite3_column_int64(q, 0);
	st_done(s, ST_EVENT_NTH);
	return err;
}

/* Up to the event that is the newest now: what is written meanwhile is for the next walk. */
int st_each_event(struct st_store *s, int64_t after, int last, const char *account,
		  int (*each)(const struct st_event *e, void *ctx), void *ctx)
{
	struct st_event *batch;
	int64_t until = after, first;
	int n, err = nth_event(s, after, account, 0, &until);

	if (err == 1 && last > 0) {
		err = nth_event(s, after, account, last - 1, &first);
		after = err == 1 ? first - 1 : after;
	}
	if (err < 0)
		return err;
	batch = calloc(ST_WALK_ROWS, sizeof(*batch));
	if (!batch)
		return st_say(s, RP_ENOMEM, "no memory");
	do {
		n = read_events(s, after, until, account, batch);
		err = n < 0 ? n : 0;
		for (int i = 0; i < n && !err; i++)
			err = each(&batch[i], ctx);
		if (n > 0)
			after = batch[n - 1].seq;
	} while (!err && n == ST_WALK_ROWS);
	free(batch);
	return err;
}

int st_count_accounts(struct st_store *s, int64_t *out)
{
	int err;

	st_wait(s, ST_WAIT_MS);
	err = st_step(s, ST_ACCOUNT_COUNT, "counting accounts");
	if (err == 1)
		*out = sqlite3_column_int64(s->sql[ST_ACCOUNT_COUNT], 0);
	st_done(s, ST_ACCOUNT_COUNT);
	return err < 0 ? err : 0;
}
