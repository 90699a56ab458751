#include "engine/offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "common/error.h"
#include "common/log.h"
#include "corpus/corpus.h"

_Static_assert(CO_DIGEST_LEN == RP_DIGEST_LEN, "both are SHA-1");

struct en_offline {
	struct co_corpus *corpus; /* NULL: not open */
	char path[RP_PATH_MAX];	  /* of what was opened, or tried */
	int64_t looked;		  /* at what is at that path; 0: not yet */
	const char *cause;	  /* the trouble of this file; NULL: none */
	const char *said;	  /* the trouble that is in the log and not over */
};

struct en_offline *en_offline_new(void)
{
	return calloc(1, sizeof(struct en_offline));
}

static void drop(struct en_offline *o)
{
	co_close(o->corpus);
	o->corpus = NULL;
	o->cause = NULL;
	o->looked = 0;
}

void en_offline_free(struct en_offline *o)
{
	if (!o)
		return;
	drop(o);
	free(o);
}

static const char *cause_of(int err)
{
	switch (err) {
	case RP_ENOENT:
		return "corpus-missing";
	case RP_ECORRUPT:
	case RP_EVERSION:
		return "corpus-damaged";
	default:
		return "corpus-unreadable";
	}
}

static void trouble(struct en_offline *o, int err, const char *why)
{
	o->cause = cause_of(err);
	if (o->said == o->cause)
		return;
	rp_log(LOG_ERR, "the corpus of leaked passwords does not answer: %s", why);
	o->said = o->cause;
}

static void trouble_is_over(struct en_offline *o)
{
	if (!o->said)
		return;
	rp_log(LOG_NOTICE, "%s: the corpus of leaked passwords answers again", o->path);
	o->said = NULL;
}

/* The file that is at its path now, or none. */
static void get_ready(struct en_offline *o, const char *path, int64_t now)
{
	char why[RP_PATH_MAX + 200];
	int err;

	if (strcmp(o->path, path)) {
		drop(o);
		snprintf(o->path, sizeof o->path, "%s", path);
	}
	if (o->looked && now - o->looked < EN_OFFLINE_LOOK_MS)
		return;
	if (o->corpus && !co_is_current(o->corpus))
		drop(o);
	o->looked = now ? now : 1;
	if (o->corpus)
		return;
	err = co_open(&o->corpus, path, why, sizeof why);
	if (err) {
		o->corpus = NULL;
		trouble(o, err, why);
		return;
	}
	o->cause = NULL;
}

const char *en_offline_ask(struct en_offline *o, const char *path, const uint8_t digest[RP_DIGEST_LEN],
			   int64_t now, uint64_t *prevalence, bool *whole)
{
	char why[RP_PATH_MAX + 100];
	int err;

	get_ready(o, path, now);
	if (!o->corpus)
		return o->cause;
	err = co_lookup(o->corpus, digest, prevalence);
	if (err) {
		snprintf(why, sizeof why, "%s: a page of it: %s", path, rp_strerror(err));
		trouble(o, err, why);
		return cause_of(err);
	}
	/* One bad page is a trouble until the file is another one, though the other pages answer. */
	if (!o->cause)
		trouble_is_over(o);
	*whole = co_is_whole(co_info(o->corpus));
	return NULL;
}
