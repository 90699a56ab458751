#include "engine/recall.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

#define KEY_LEN 32
#define TAG_LEN 16
#define WAYS 4 /* places for one tag */
#define SETS (EN_RECALL_ENTRIES / WAYS)

#define CLEAN 0
#define UNKNOWN UINT32_MAX

struct entry {
	uint8_t tag[TAG_LEN];
	uint32_t until; /* seconds; 0: free */
	uint32_t count; /* CLEAN, UNKNOWN, or how often it was seen */
};

struct en_recall {
	uint8_t key[KEY_LEN];
	struct entry entries[EN_RECALL_ENTRIES];
};

struct en_recall *en_recall_new(void)
{
	struct en_recall *r = calloc(1, sizeof *r);

	if (r && rp_random(r->key, sizeof r->key)) {
		free(r);
		return NULL;
	}
	return r;
}

void en_recall_free(struct en_recall *r)
{
	if (!r)
		return;
	rp_wipe(r, sizeof *r);
	free(r);
}

/* The first of the WAYS places where the tag of account and digest may be; -1: it could not be computed. */
static long set_of(const struct en_recall *r, const struct rp_request *req, uint8_t tag[TAG_LEN])
{
	uint8_t text[RP_DIGEST_LEN + RP_USER_MAX], mac[EVP_MAX_MD_SIZE];
	size_t len = strlen(req->user);
	long set = -1;
	uint32_t at;

	memcpy(text, req->digest, RP_DIGEST_LEN);
	memcpy(text + RP_DIGEST_LEN, req->user, len);
	if (HMAC(EVP_sha256(), r->key, sizeof r->key, text, RP_DIGEST_LEN + len, mac, NULL)) {
		memcpy(tag, mac, TAG_LEN);
		memcpy(&at, mac + TAG_LEN, sizeof at);
		set = (long)(at % SETS * WAYS);
	}
	rp_wipe(text, sizeof text);
	rp_wipe(mac, sizeof mac);
	return set;
}

static bool is_of(const struct entry *e, const uint8_t tag[TAG_LEN])
{
	return e->until && !memcmp(e->tag, tag, TAG_LEN);
}

bool en_recall_get(const struct en_recall *r, const struct rp_request *req, int64_t now, struct en_finding *f)
{
	uint8_t tag[TAG_LEN];
	long set = set_of(r, req, tag);

	for (int i = 0; set >= 0 && i < WAYS; i++) {
		const struct entry *e = &r->entries[set + i];

		if (!is_of(e, tag) || now / 1000 >= e->until)
			continue;
		*f = (struct en_finding){.known = EN_KNOWN_CLEAN};
		if (e->count == UNKNOWN) {
			f->known = EN_UNKNOWN;
			strcpy(f->cause, "asked-lately");
		} else if (e->count != CLEAN) {
			f->known = EN_KNOWN_LEAKED;
			f->prevalence = e->count;
		}
		return true;
	}
	return false;
}

void en_recall_put(struct en_recall *r, const struct rp_request *req, int64_t now, const struct en_finding *f)
{
	uint8_t tag[TAG_LEN];
	long set = set_of(r, req, tag);
	struct entry *to;

	if (set < 0)
		return;
	to = &r->entries[set];
	for (int i = 0; i < WAYS; i++) {
		struct entry *e = &r->entries[set + i];

		if (is_of(e, tag)) {
			to = e;
			break;
		}
		if (e->until < to->until)
			to = e;
	}
	memcpy(to->tag, tag, TAG_LEN);
	to->until = (uint32_t)((now + EN_RECALL_MS) / 1000);
	to->count = f->known == EN_UNKNOWN	 ? UNKNOWN
		    : f->known == EN_KNOWN_CLEAN ? CLEAN
		    : f->prevalence < UNKNOWN	 ? (uint32_t)f->prevalence
						 : UNKNOWN - 1;
}
