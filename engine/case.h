/* One request with the records that it concerns: what the parts of the policy look at and change. */
#ifndef ENGINE_CASE_H
#define ENGINE_CASE_H

#include <stdbool.h>
#include <stdint.h>
#include "common/request.h"
#include "engine/finding.h"
#include "engine/reason.h"
#include "engine/source.h"
#include "store/store.h"

struct en_boxes;
struct en_lookup;

struct en_case {
	const struct rp_request *req;
	char source[EN_SOURCE_MAX + 1]; /* normal form */
	struct en_finding finding;
	bool self; /* asked by a program of the user's own, which may claim any password */
	bool exempt_group;
	int64_t spent; /* codes up to this time are used, whatever the account says; 0: none */
	struct st_account *account;
	struct st_throttle_record *unknown;	  /* the open lane when account has no token */
	struct st_throttle_record *pair, *origin; /* NULL when there is no source */
	uint8_t lane[ST_HASH_LEN];		  /* the source, as lanes keep it */
	struct st_event *event;
	struct en_boxes *boxes;	  /* NULL: no mailbox is concerned: boxes.h */
	struct en_lookup *lookup; /* what rempart-fetch was asked about one, or is to be: lookup.h */
	bool waits; /* set by the policy: nothing was decided. The finding is needed and EN_ASK_FETCH, or the
		       lookup is not over */
};

struct en_decision {
	enum rp_verdict verdict;
	enum en_reason reason;
};

#endif
