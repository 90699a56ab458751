#include "tests/unit/world.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/enrol.h"
#include "engine/keyfile.h"
#include "engine/source.h"

static const char digits64[] = "1234567890123456789012345678901234567890123456789012345678901234";

int world_make(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char why[256];

	if (!w)
		return -1;
	strcpy(w->folder, "/tmp/rempart-world-XXXXXX");
	if (!mkdtemp(w->folder))
		return -1;
	snprintf(w->key_path, sizeof w->key_path, "%s/key", w->folder);
	if (en_keyfile_create(w->key_path, why, sizeof why) ||
	    en_seal_open(&w->seal, w->key_path, why, sizeof why))
		return -1;
	rp_config_defaults(&w->config);
	w->now = WORLD_START;
	w->version = RP_VERSION;
	w->boxes.cause = "no-address";
	strcpy(w->account.name, "martin");
	*state = w;
	return 0;
}

int world_make_reset(void **state)
{
	struct world *w;

	if (world_make(state))
		return -1;
	w = *state;
	strcpy(w->config.help_text, WORLD_HELP);
	w->flags = RP_FLAG_EXPLAIN;
	world_register(w, WORLD_ADDRESS);
	return 0;
}

int world_end(void **state)
{
	struct world *w = *state;

	en_seal_close(w->seal);
	unlink(w->key_path);
	rmdir(w->folder);
	free(w);
	return 0;
}

void world_enrol(struct world *w, unsigned algorithm, unsigned digits, unsigned period)
{
	struct en_token_options o = {algorithm, digits, period, NULL, true};

	if (en_enrol_add(w->seal, &w->account, &o, w->now, (const uint8_t *)digits64,
			 en_totp_secret_len(algorithm), NULL, NULL))
		abort();
}

const char *world_code(unsigned algorithm, unsigned digits, unsigned period, int64_t time)
{
	static const int flags[] = {
		[EN_SHA1] = 0, [EN_SHA256] = OATH_TOTP_HMAC_SHA256, [EN_SHA512] = OATH_TOTP_HMAC_SHA512};
	static char code[16];

	if (oath_totp_generate2(digits64, en_totp_secret_len(algorithm), time, period, 0, digits,
				flags[algorithm], code))
		abort();
	return code;
}

const char *world_code_now(const struct world *w)
{
	return world_code(EN_SHA1, 6, 30, w->now);
}

void world_know(struct world *w, enum en_known known)
{
	w->digest = true;
	w->finding = (struct en_finding){.known = known};
	if (known == EN_KNOWN_LEAKED)
		w->finding.prevalence = WORLD_SEEN;
	if (known == EN_UNKNOWN)
		strcpy(w->finding.cause, "breaker-open");
}

void world_register(struct world *w, const char *address)
{
	w->account.exists = true;
	memset(&w->boxes, 0, sizeof w->boxes);
	w->boxes.registered = true;
	if (en_seal_put_email(w->seal, &w->account, address) ||
	    en_address_read(address, w->config.providers, &w->boxes.address))
		abort();
	w->account.dirty = false;
}

void world_flag(struct world *w)
{
	w->boxes.box.exists = true;
	w->boxes.box.listed = ST_LISTED_ADMIN;
	w->boxes.box.since = w->now - 100;
	strcpy(w->boxes.box.reason, "CERT-FR");
}

void world_mark(struct world *w)
{
	w->account.exists = true;
	w->account.leaked_since = WORLD_LONG_AGO;
}

enum rp_verdict world_ask_as(struct world *w, enum rp_verb verb, const char *service, const char *source,
			     const char *code)
{
	struct rp_request req = {.version = w->version, .verb = (uint8_t)verb, .flags = (uint16_t)w->flags};
	struct en_case c = {.req = &req,
			    .finding = w->finding,
			    .self = w->self,
			    .exempt_group = w->exempt_group,
			    .account = &w->account,
			    .unknown = &w->unknown,
			    .lookup = &w->lookup,
			    .event = &w->event};

	req.has_digest = w->digest;
	strcpy(req.user, w->account.name);
	strcpy(req.service, service);
	strcpy(req.address, w->address ? w->address : "");
	c.boxes = en_boxes_concern(&c) ? &w->boxes : NULL;
	snprintf(req.code, sizeof req.code, "%s", code);
	if (source) {
		en_source_normal(source, c.source);
		c.pair = &w->pair;
		c.origin = &w->origin;
		en_seal_tag(w->seal, "lane", c.source, strlen(c.source), c.lane);
	}
	memset(&w->event, 0, sizeof w->event);
	memset(&w->rep, 0, sizeof w->rep);
	en_policy_decide(&w->config, w->seal, w->now, &c, &w->rep);
	w->waits = c.waits;
	return w->rep.verdict;
}

enum rp_verdict world_ask(struct world *w, enum rp_verb verb, const char *code)
{
	return world_ask_as(w, verb, "sshd", "192.0.2.7", code);
}
